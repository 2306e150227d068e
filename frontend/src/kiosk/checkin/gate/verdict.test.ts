import { describe, expect, it } from "vitest";
import type { Component } from "vue";
import { routeFetch } from "../../../../tests/fetchRouter";
import { around, mountStep, sessionAt } from "../../../../tests/mountStep";
import type { Language } from "@/i18n";
import Deferred from "./Deferred.vue";
import Gate from "./Gate.vue";

const chosen = { product: "whole_blood" as const, volume_ml: 400 };
const open = (screen: Component, step: "gate" | "deferred", language: Language, option: object, gate: object = {}) => {
  routeFetch(around);
  return mountStep(screen, sessionAt(step, { chosen, gate: { allowed: step === "gate", options: [{ product: "whole_blood", allowed: step === "gate", ...option }], ...gate } }), language);
};

describe("who may give today", () => {
  it.each([
    ["zh-CN", {}, "接下来请回答一些健康问题", "开始健康问卷"],
    ["zh-CN", { answered: true }, "您今天已答过健康问卷，接下来请读同意书。", "阅读同意书"],
    ["en", {}, "Next come some health questions", "Begin the health questions"],
    ["en", { answered: true }, "You have answered the health questions today.", "Read the consent"],
  ] as const)("is told in %s what comes next, %o", async (language, gate, then, next) => {
    const { page } = await open(Gate, "gate", language, {}, gate);
    expect([page.get(".then").text(), page.get(".actions .next").text()]).toEqual([expect.stringContaining(then), next]);
  });
});

describe("who may not give today", () => {
  it.each([
    ["zh-CN", { earliest_on: "2026-12-28" }, "今天暂时不能献血", "12月28日起"],
    ["en", { earliest_on: "2026-12-28" }, "Not today", "you are welcome from"],
    ["zh-CN", { ask_staff: true }, "今天暂时不能献血", "请工作人员帮您看一下"],
    ["zh-CN", {}, "今天不能献血", "谢谢您愿意献血"],
    ["en", {}, "You cannot give blood today", "Thank you for wanting to give"],
  ] as const)("reads it first in %s, %o", async (language, option, first, heading) => {
    const { page } = await open(Deferred, "deferred", language, option);
    expect(page.get("header.head").element.firstElementChild!.textContent).toContain(first);
    expect(page.get("h1").text()).toContain(heading);
  });
});
