import { describe, expect, it } from "vitest";
import { isOpenMonth, moveByMonths, moveDay, moveMonth, weeksOf } from "./month";

describe("a month", () => {
  it.each([
    [2026, 11, 6], // 1 November 2026 is a Sunday
    [2027, 2, 4], // exactly four weeks, Monday to Sunday
    [2024, 2, 5],
  ])("%i-%i fills its weeks", (year, month, weeks) => {
    const grid = weeksOf({ year, month });
    expect(grid).toHaveLength(weeks);
    expect(grid.every((w) => w.length === 7)).toBe(true);
    const days = grid.flat().filter((d) => d !== null);
    expect(days).toHaveLength(new Date(Date.UTC(year, month, 0)).getUTCDate());
  });

  it("begins its weeks on Monday", () => {
    expect(weeksOf({ year: 2026, month: 11 })[0]).toEqual([null, null, null, null, null, null, "2026-11-01"]);
    expect(weeksOf({ year: 2027, month: 2 })[0]![0]).toBe("2027-02-01");
  });

  it.each([
    [2026, 1, -1, 2025, 12],
    [2026, 12, 1, 2027, 1],
    [2026, 5, -12, 2025, 5],
    [2026, 5, 20, 2028, 1],
  ])("%i-%i moved by %i is %i-%i", (year, month, by, y, m) => expect(moveMonth({ year, month }, by)).toEqual({ year: y, month: m }));

  it.each([
    [2026, 11, true],
    [2026, 12, false],
    [2026, 9, true],
    [2026, 8, false],
  ])("%i-%i lies between the bounds: %s", (year, month, open) => expect(isOpenMonth({ year, month }, "2026-09-30", "2026-11-01")).toBe(open));
});

describe("a day", () => {
  it.each([
    ["2026-03-01", -1, "2026-02-28"],
    ["2024-02-28", 1, "2024-02-29"],
    ["2026-01-01", -1, "2025-12-31"],
  ])("%s moved by %i days is %s", (day, by, to) => expect(moveDay(day, by)).toBe(to));

  it.each([
    ["2026-03-31", -1, "2026-02-28"],
    ["2026-08-31", -6, "2026-02-28"],
    ["2026-11-23", -3, "2026-08-23"],
  ])("%s moved by %i months is %s", (day, by, to) => expect(moveByMonths(day, by)).toBe(to));
});
