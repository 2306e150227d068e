import { describe, expect, it } from "vitest";
import { amountOf, contentOf, numberOf, type Draft } from "./interview";

const draft: Draft = { version: 1, comments: {}, values: {}, athlete: false, irregular: false, doctorDefers: false, onPaper: false, gives: "whole_blood:400" };

describe("a number as it is typed", () => {
  it.each([
    ["", undefined],
    ["12", 12],
    ["0.38", 0.38],
    ["0,38", 0.38],
    ["0.", 0],
    [" 65 ", 65],
    ["6 5", undefined],
    ["-5", undefined],
    ["1e3", undefined],
    ["12345", undefined],
  ])("%s is %s", (text, n) => expect(numberOf(text)).toBe(n));
});

describe("what is kept of an interview", () => {
  it("is nothing of what says nothing", () => {
    expect(contentOf({ ...draft, comments: { a: "  " }, values: { weight: "", pulse: "x" } })).toEqual({ comments: [], measurements: {} });
  });
  it("is what was typed, without spaces around it", () => {
    expect(contentOf({ ...draft, comments: { a: " fine " }, values: { hemoglobin: "132" }, athlete: true, onPaper: true })).toEqual({
      comments: [{ link_id: "a", text: "fine" }],
      measurements: { values: { hemoglobin: 132 }, endurance_athlete: true },
      on_paper: true,
    });
  });
});

it("an amount is millilitres of blood, or units of platelets", () => {
  expect(amountOf("whole_blood:300")).toEqual({ product: "whole_blood", volume_ml: 300 });
  expect(amountOf("apheresis_platelets:2")).toEqual({ product: "apheresis_platelets", units: 2 });
});
