import { describe, expect, it } from "vitest";
import { isElsewhere } from "./option";
import { reasonsOf } from "./reason";

const reason = (rule_id: string, zh: string) => ({ rule_id, clause: "", certainty: "verified" as const, text: { zh, en: zh }, advice: { zh: "", en: "" } });

describe("the reasons", () => {
  it("are said once, however many donations they hold for, in their order", () => {
    const options = [{ reasons: [reason("a", "long"), reason("b", "short")] }, { reasons: [reason("b", "short"), reason("c", "other")] }, {}];
    expect(reasonsOf(options).map((r) => r.rule_id)).toEqual(["a", "b", "c"]);
  });
  it("of one rule with two dates are two sentences", () => expect(reasonsOf([{ reasons: [reason("a", "until May")] }, { reasons: [reason("a", "until June")] }])).toHaveLength(2));
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
