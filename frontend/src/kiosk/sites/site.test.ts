import { describe, expect, it } from "vitest";
import { cropOf } from "./crop";
import { distanceOf, openingAt, weekRuns, writeSpans } from "./site";

const day = [{ opens: "09:00", closes: "12:00" }, { opens: "13:00", closes: "17:00" }];

it.each([
  ["08:59", "later"],
  ["09:00", "open"],
  ["12:00", "later"],
  ["16:59", "open"],
  ["17:00", "over"],
])("at %s it is %s", (clock, state) => expect(openingAt(day, clock)).toBe(state));
it.each([[[]], [null], [undefined]])("%o is closed all day", (spans) => {
  expect(openingAt(spans, "10:00")).toBe("closed");
  expect(writeSpans(spans)).toBe("");
});

it.each([
  [0, "10 metres"],
  [818, "820 metres"],
  [994, "990 metres"],
  [995, "1.0 kilometres"],
  [1_049, "1.0 kilometres"],
  [9_940, "9.9 kilometres"],
  [9_960, "10 kilometres"],
  [68_900, "69 kilometres"],
])("%i m is said as %s", (metres, said) => {
  const { n, unit } = distanceOf(metres);
  expect(`${n} ${unit}`).toBe(said);
});

describe("the hours of a week", () => {
  it("run together while they are the same", () => {
    const week = { mon: day, tue: day, wed: day, thu: day, fri: day, sat: [{ opens: "10:00", closes: "16:00" }] };
    expect(weekRuns(week)).toEqual([
      { from: "mon", to: "fri", spans: "09:00–12:00, 13:00–17:00" },
      { from: "sat", to: "sat", spans: "10:00–16:00" },
      { from: "sun", to: "sun", spans: "" },
    ]);
  });
});

it.each([
  [["M10 20L30 -5.5Z", "M40 8L12 9Z"], "8.0 -7.5 34.0 29.5"],
  [[], "0 0 1 1"],
])("%o fit into %s", (paths, box) => expect(cropOf(paths, 2)).toBe(box));
