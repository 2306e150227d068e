import { describe, expect, it } from "vitest";
import { read, slots, written } from "./hours";

describe("hours as they are typed", () => {
  it.each([
    ["09:00-17:00", "09:00-17:00"],
    ["9:00 - 12:00 , 13:00-17:00", "09:00-12:00, 13:00-17:00"],
    ["９:00", undefined],
    ["09：00－12：00，13：00至17：00", "09:00-12:00, 13:00-17:00"],
    ["20:00-24:00", "20:00-24:00"],
    ["", ""],
    ["17:00-09:00", undefined],
    ["09:00-12:00, 11:00-17:00", undefined],
    ["09:00-25:00", undefined],
    ["09:00-12:00-13:00", undefined],
    ["closed", undefined],
  ])("%s", (text, want) => {
    const spans = read(text);
    expect(spans && written(spans)).toBe(want);
  });
  it("tell how many slots they have", () => {
    expect(slots(read("09:00-12:00, 13:00-17:00"), 30)).toBe(14);
    expect(slots(read("09:00-09:50"), 30)).toBe(1);
    expect(slots(read("09:00-17:00"), 0)).toBe(0);
  });
});
