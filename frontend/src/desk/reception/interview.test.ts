import { mount } from "@vue/test-utils";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { routeFetch } from "../../../tests/fetchRouter";
import { amountOf, contentOf, numberOf, useInterview, type Draft } from "./interview";

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

it("what was typed last is judged last, whichever answer comes first", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const answers = new Map<unknown, () => void>();
  const visit = { version: 1, state: "called", product: "whole_blood", volume_ml: 400, interview: { comments: [], measurements: {} }, questions: [] };
  routeFetch({
    "GET /desk/drafts/interview-v": null,
    "PUT /desk/drafts/interview-v": null,
    "GET /visits/v/reception": visit,
    "POST /visits/v/judgement": (sent: { body: unknown }) => {
      const weight = (sent.body as { measurements: { values?: { weight: number } } }).measurements.values?.weight;
      if (weight === undefined) return { quantities: [], findings: [] };
      return new Promise((done) => answers.set(weight, () => done({ quantities: [{ of: "weight", value: weight }], findings: [] })));
    },
  });
  let desk!: ReturnType<typeof useInterview>;
  const page = mount({ setup: () => ((desk = useInterview("v")), () => null) });
  onTestFinished(() => page.unmount());
  await vi.waitUntil(() => desk.judgement.value);
  for (const text of ["6", "65"]) {
    desk.draft.value.values.weight = text;
    await vi.advanceTimersByTimeAsync(200);
    await vi.waitUntil(() => answers.has(Number(text)));
  }
  answers.get(65)!();
  await vi.waitUntil(() => desk.judgement.value?.quantities.length);
  answers.get(6)!();
  await vi.advanceTimersByTimeAsync(200);
  expect(desk.judgement.value?.quantities[0]?.value).toBe(65);
});
