import { describe, expect, it } from "vitest";
import { nextSize, stepped } from "./textsize";

describe("sizes of text", () => {
  it("go round by one button", () => {
    const seen = [100];
    for (let n = 0; n < 4; n++) seen.push(nextSize(seen.at(-1)!));
    expect(seen).toEqual([100, 115, 130, 150, 100]);
  });
  it.each([
    [100, -1, 100],
    [150, 1, 150],
    [130, -9, 100],
    [115, 1, 130],
    [77, 1, 115], // what an older program kept
  ])("%i and %i steps: %i", (from, steps, to) => expect(stepped(from, steps)).toBe(to));
});
