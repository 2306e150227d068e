import { expect, it } from "vitest";
import { monthAfter, monthsTo } from "./months";

it("goes over the turn of a year", () => {
  expect(monthAfter("2026-01", -1)).toBe("2025-12");
  expect(monthsTo("2027-02", 4)).toEqual(["2026-11", "2026-12", "2027-01", "2027-02"]);
});
