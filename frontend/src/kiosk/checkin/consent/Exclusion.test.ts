import { flushPromises } from "@vue/test-utils";
import { expect, it } from "vitest";
import { problem, routeFetch } from "../../../../tests/fetchRouter";
import { around, mountStep, sessionAt } from "../../../../tests/mountStep";
import Exclusion from "./Exclusion.vue";

const t = (zh: string) => ({ zh, en: zh });
const at = () => sessionAt("exclusion", { exclusion: { title: t("最后一个小问题"), body: [t("请选一项。")], options: [{ code: "use", text: t("可以") }, { code: "discard", text: t("不要") }] } });

/** The markup without the words, in which alone the two may differ. */
const shape = (html: string) => html.replace(/可以|不要/g, "…");

it.each([0, 1])("gives both answers one look, and marks neither while answer %i is sent", async (i) => {
  let done = (_: unknown) => {};
  const sent = routeFetch({ ...around, "POST /kiosk/session/exclusion": () => new Promise((resolve) => (done = resolve)) });
  const { page, session } = await mountStep(Exclusion, at());
  const answers = () => page.findAll(".answer").map((a) => shape(a.html()));
  expect(answers()[0]).toBe(answers()[1]);
  const button = page.findAll(".answer")[i]!;
  (button.element as HTMLElement).focus();
  await button.trigger("click");
  await flushPromises();
  expect(answers()[0]).toBe(answers()[1]);
  expect(page.get(".answers").element.contains(document.activeElement)).toBe(false);
  await page.findAll(".answer")[1 - i]!.trigger("click"); // a second touch is not a second answer
  expect(sent.filter((s) => s.key.startsWith("POST")).map((s) => s.body)).toEqual([{ code: ["use", "discard"][i] }]);
  done(sessionAt("done", { done: { ticket: "A001", ahead: 0, where: t(""), at: new Date().toISOString(), receipt: { state: "printing", qr: "" } } }));
  await flushPromises();
  expect([session.step, JSON.stringify(session.$state)]).toEqual(["done", expect.not.stringMatching(/discard|"use"/)]);
});

it("asks again, with neither answer marked, when it could not be recorded", async () => {
  routeFetch({ ...around, "POST /kiosk/session/exclusion": problem(507, "store.full") });
  const { page } = await mountStep(Exclusion, at());
  await page.findAll(".answer")[1]!.trigger("click");
  await flushPromises();
  expect(page.get("[role=alert]").text()).toContain("store.full");
  const [use, discard] = page.findAll(".answer").map((a) => shape(a.html()));
  expect(use).toBe(discard);
});
