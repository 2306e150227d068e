import { describe, expect, it } from "vitest";
import { common, countries } from "./country";

describe("the countries", () => {
  it.each(["zh-CN", "en"])("have each a name of its own in %s", (language) => {
    const all = countries(language);
    expect(all).toHaveLength(195);
    expect(new Set(all.map((c) => c.code)).size).toBe(195);
    expect(new Set(all.map((c) => c.name)).size).toBe(195);
    expect(all.filter((c) => c.name === c.code)).toEqual([]);
    expect(all.filter((c) => !/^[A-Z]$/.test(c.initial))).toEqual([]);
  });

  it.each([
    ["zh-CN", "CHE", "R"],
    ["zh-CN", "ARG", "A"],
    ["zh-CN", "KOR", "H"],
    ["zh-CN", "GBR", "Y"],
    ["zh-CN", "TCD", "Z"],
    ["zh-CN", "RUS", "E"],
    ["en", "CHE", "S"],
    ["en", "CIV", "C"],
  ])("are found in %s: %s under %s", (language, code, initial) => expect(countries(language).find((c) => c.code === code)?.initial).toBe(initial));

  it("offer twenty usual ones that exist", () => {
    const codes = new Set(countries("en").map((c) => c.code));
    expect(common).toHaveLength(20);
    expect(common.filter((c) => !codes.has(c))).toEqual([]);
  });
});
