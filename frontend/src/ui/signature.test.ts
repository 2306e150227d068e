import { describe, expect, it } from "vitest";
import { count, extend, isSigned, pathOf, type Stroke } from "./signature";

const line = (n: number, step: number): Stroke => Array.from({ length: n }, (_, i) => ({ x: i * step, y: 100, t: i * 10 }));

describe("a signature", () => {
  it.each([
    ["nothing", [], false],
    ["a dot", [line(1, 0)], false],
    ["a short slip", [line(8, 100)], false],
    ["the name 一", [line(12, 200)], true],
    ["a long line of few points", [line(3, 3000)], false],
  ])("of %s is enough: %s", (_, strokes, enough) => expect(isSigned(strokes)).toBe(enough));

  it("leaves out points that add nothing and never goes back in time", () => {
    const stroke: Stroke = [];
    expect(extend(stroke, { x: 0, y: 0, t: 100 }, 0)).toBe(true);
    expect(extend(stroke, { x: 3, y: 3, t: 110 }, 1)).toBe(false);
    expect(extend(stroke, { x: 100, y: 0, t: 90 }, 1)).toBe(true);
    expect(stroke).toEqual([{ x: 0, y: 0, t: 100 }, { x: 100, y: 0, t: 100 }]);
  });

  it("stops at the bounds of the record", () => {
    expect(extend([], { x: 0, y: 0, t: 0 }, 5_000)).toBe(false);
    expect(extend([], { x: 0, y: 0, t: 600_001 }, 0)).toBe(false);
  });

  it("is drawn as a smooth path; a dot is a dot", () => {
    expect(pathOf([])).toBe("");
    expect(pathOf(line(1, 0))).toBe("M0 100L0 100");
    expect(pathOf(line(3, 10))).toBe("M0 100Q10 100 15 100L20 100");
    expect(count([line(3, 1), line(2, 1)])).toBe(5);
  });
});
