import { describe, expect, it } from "vitest";
import { fruitsOf, givenIn, mostFruits, yearsOf } from "./yearcard";
import type { Account } from "./views";

type Donation = Account["donations"][number];
const given = (on: string, product: Donation["product"], volume_ml: number, units = 0): Donation => ({ id: on, on, product, volume_ml, units, site_id: "site", din_end: "0001", result: { state: "qualified", filler: "" } });
const all = [given("2026-11-22", "whole_blood", 400), given("2026-03-01", "apheresis_platelets", 500, 2), given("2025-04-06", "whole_blood", 300)];

describe("what was given", () => {
  it("is counted by year, the latest first", () => expect(yearsOf(all)).toEqual(["2026", "2025"]));
  it.each([
    ["2026", 2, 400, 2],
    ["2025", 1, 300, 0],
    ["", 3, 700, 2],
    ["2024", 0, 0, 0],
  ])("in %s: %i times", (year, times, wholeBlood, apheresis) => {
    const found = givenIn(all, year);
    expect([found.donations.length, found.wholeBlood, found.apheresis]).toEqual([times, wholeBlood, apheresis]);
  });
});

describe("the fruits", () => {
  it.each([1, 5, 24, 80, 300])("of %i donations hang on the tree, none over another", (n) => {
    const fruits = fruitsOf(Array.from({ length: n }, () => all[0]!));
    expect(fruits.length).toBe(Math.min(n, mostFruits));
    for (const [i, a] of fruits.entries()) {
      expect(Math.hypot((a.x - 450) / 250, (a.y - 520) / 190)).toBeLessThanOrEqual(1.05);
      for (const b of fruits.slice(0, i)) expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeGreaterThan(a.size);
    }
  });
});
