import { describe, expect, it } from "vitest";
import { isElsewhere } from "./option";
import { advisedOnce, clauseIn, reasonsOf, withDays } from "./reason";

const reason = (rule_id: string, zh: string) => ({ rule_id, clause: "", certainty: "verified" as const, text: { zh, en: zh }, advice: { zh: "", en: "" } });

describe("the reasons", () => {
  it("are said once, however many donations they hold for, in their order", () => {
    const options = [{ reasons: [reason("a", "long"), reason("b", "short")] }, { reasons: [reason("b", "short"), reason("c", "other")] }, {}];
    expect(reasonsOf(options).map((r) => r.rule_id)).toEqual(["a", "b", "c"]);
  });
  it("of one rule with two dates are two sentences", () => expect(reasonsOf([{ reasons: [reason("a", "until May")] }, { reasons: [reason("a", "until June")] }])).toHaveLength(2));
});

describe("advice", () => {
  const advised = (rule_id: string, zh: string) => ({ ...reason(rule_id, rule_id), advice: { zh, en: zh } });
  it("is given once when only its day differs", () => {
    const list = advisedOnce([advised("a", "2027-02-28 再来"), advised("b", "2026-11-28 再来"), advised("c", "请问工作人员")]);
    expect(list.map((r) => r.advice.zh)).toEqual(["2027-02-28 再来", "", "请问工作人员"]);
    expect(list.map((r) => r.text.zh)).toEqual(["a", "b", "c"]);
  });
});

describe("a clause", () => {
  it.each([
    ["GB 18467-2011, 献血间隔 (intervals)", "zh-CN", "GB 18467-2011 献血间隔"],
    ["GB 18467-2011, 献血间隔 (intervals)", "en", "GB 18467-2011, intervals"],
    ["GB 18467-2011, 健康征询、附录A (health enquiry, Annex A)", "en", "GB 18467-2011, health enquiry, Annex A"],
    ["GB 18467-2011 §5.1", "en", "GB 18467-2011 §5.1"],
    ["GB 18467-2011 §5.1", "zh-CN", "GB 18467-2011 §5.1"],
  ])("%s in %s is %s", (clause, language, said) => expect(clauseIn(clause, language)).toBe(said));
});

describe("the days of a sentence", () => {
  const inWords = (day: string) => `<${day}>`;
  it("stand close in Chinese", () => expect(withDays("到 2027-02-28 就可以，2026-11-28 起", inWords, "zh-CN")).toBe("到<2027-02-28>就可以，<2026-11-28>起"));
  it("stand apart in English", () => expect(withDays("from 2027-02-28 on", inWords, "en")).toBe("from <2027-02-28> on"));
  it("stay on one line", () => expect(withDays("from 2027-02-28 on", () => "February 28, 2027", "en")).toBe("from February\u00a028,\u00a02027 on"));
});

describe("a donation that is possible today", () => {
  const platelets = { product: "apheresis_platelets" as const, allowed: true };
  const chosen = { product: "whole_blood" as const, volume_ml: 400 };
  it.each([
    ["is elsewhere when this site does not take it", platelets, {}, chosen, true],
    ["is here when this site could take it", platelets, { alternatives: [{ product: "apheresis_platelets" as const, units: 1 }] }, chosen, false],
    ["is here when it was chosen here", platelets, {}, platelets, false],
    ["is nowhere when it is not possible", { ...platelets, allowed: false }, {}, chosen, false],
  ])("%s", (_, option, gate, picked, yes) => expect(isElsewhere(option, gate, picked)).toBe(yes));
});
