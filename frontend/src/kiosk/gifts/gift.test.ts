import { describe, expect, it } from "vitest";
import { isWishing, missing, nothingWished, pagesOf } from "./gift";

describe("the pages of a list", () => {
  it.each([
    [0, 9, 1],
    [9, 9, 1],
    [10, 9, 2],
    [317, 9, 36],
    [317, 4, 80],
  ])("%i gifts, %i on a page: %i pages", (total, size, pages) => expect(pagesOf(total, size)).toBe(pages));
});

describe("what is missing for a gift", () => {
  it.each([
    [80, 245, 0],
    [80, 80, 0],
    [80, 20, 60],
    [80, undefined, undefined],
  ])("of %i points with %s", (points, balance, want) => expect(missing({ points }, balance)).toBe(want));
});

describe("a wish", () => {
  it("is none at first", () => expect(isWishing(nothingWished())).toBe(false));
  it.each([{ text: "t" }, { category: "tea" }, { affordable: true }, { here: true }])("is one with %o", (some) => expect(isWishing({ ...nothingWished(), ...some })).toBe(true));
});
