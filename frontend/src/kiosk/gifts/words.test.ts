import { describe, expect, it } from "vitest";
import { afterKey, rowsOf, widthOf } from "./words";

describe("rows of words", () => {
  it("keeps every word, in order", () => {
    const words = ["电影", "电影演出", "电影票", "电影票双人券", "电影票通兑券", "U盘"];
    expect(rowsOf(words, 12).flat()).toEqual(words);
    expect(rowsOf(words, 12)[0]).toEqual(["电影", "电影演出"]);
  });
  it("is none without words", () => expect(rowsOf([], 20)).toEqual([]));
  it("gives a row to a word that is too wide for any", () => expect(rowsOf(["茶", "博物馆特展券", "茶具"], 5)).toEqual([["茶"], ["博物馆特展券"], ["茶具"]]));
  it("counts Latin letters for less", () => expect(widthOf("U盘")).toBeCloseTo(1.58));
});

describe("the field after a key", () => {
  it.each([
    ["dy", "dyp", "dyp"],
    ["电影", "电", "电"],
    ["glass ", "glass t", "glass t"],
    ["glass ", "glass", "glas"],
    ["glass ", "", ""],
  ])("%j, then %j: %j", (before, now, want) => expect(afterKey(before, now)).toBe(want));
});
