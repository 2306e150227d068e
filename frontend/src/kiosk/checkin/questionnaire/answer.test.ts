import { describe, expect, it } from "vitest";
import { isNothing, nothing, same, toggled } from "./answer";
import type { Question } from "./position";

const text = { zh: "", en: "" };
const question = { options: [{ code: "x", text }, { code: "y", text }, { code: "none", text, exclusive: true }] } as Question;

describe("several choices", () => {
  it.each([
    [[], "x", ["x"]],
    [["y"], "x", ["x", "y"]], // in the order of the form, not of the taps
    [["x", "y"], "x", ["y"]],
    [["x", "y"], "none", ["none"]],
    [["none"], "x", ["x"]],
    [["none"], "none", []],
  ])("%j and a tap on %s make %j", (codes, tap, now) => expect(toggled(question, codes, tap)).toEqual(now));
});

describe("two answers", () => {
  it.each([
    [{ yes: false }, { yes: false }, true],
    [{ yes: false }, {}, false],
    [{ codes: ["x", "y"] }, { codes: ["x"] }, false],
    [{ staff: true }, { staff: true }, true],
    [{ number: "7" }, { number: "8" }, false],
    [undefined, {}, true],
  ])("%j and %j say the same: %s", (a, b, yes) => expect(same(a, b)).toBe(yes));

  it("know what says nothing", () => expect([isNothing(nothing), isNothing(undefined), isNothing({ yes: false })]).toEqual([true, true, false]));
});
