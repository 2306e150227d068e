import { flushPromises, mount } from "@vue/test-utils";
import { createPinia } from "pinia";
import { expect, it, onTestFinished } from "vitest";
import { createMemoryHistory, createRouter } from "vue-router";
import { makeI18n } from "@/i18n";
import { everything } from "@/i18n/everything";
import { routeFetch } from "../../tests/fetchRouter";
import CorrectionPage from "./corrections/CorrectionPage.vue";
import CounselPage from "./counsel/CounselPage.vue";
import MergesPage from "./merges/MergesPage.vue";
import { state } from "./session";

/** Lists with several views: what the first and the next are asked with, and an empty list. */
const lists = [
  { name: "merges", page: MergesPage, asked: ["GET /merges?decided=false", "GET /merges?decided=true"], none: { pairs: [] } },
  { name: "calls", page: CounselPage, asked: ["GET /counsel-cases?closed=false", "GET /counsel-cases?closed=true"], none: { cases: [] } },
  { name: "corrections", page: CorrectionPage, asked: ["GET /corrections?state=open", "GET /corrections?state=corrected"], none: [] },
];

it.each(lists)("another view of $name can be chosen before the first list has come", async ({ page: Page, asked, none }) => {
  state.value = { member: { everywhere: true, sites: [], permissions: [] } } as unknown as typeof state.value;
  let answerFirst!: (list: unknown) => void;
  const first = new Promise((resolve) => (answerFirst = resolve));
  const sent = routeFetch({ [asked[0]!]: () => first, [asked[1]!]: none, "GET /sites": [] });
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: "/", component: {} }] });
  const page = mount(Page, { global: { plugins: [createPinia(), makeI18n(everything, "en"), router] }, attachTo: document.body });
  onTestFinished(() => page.unmount());
  await flushPromises();
  await page.findAll("[role=group] button")[1]!.trigger("click");
  await flushPromises();
  const empty = page.find(".empty").exists();
  answerFirst({ __status: 500, code: "internal" });
  await flushPromises();
  expect(sent.map((s) => s.key).filter((key) => asked.includes(key))).toEqual(asked);
  expect([empty, page.find(".empty").exists()]).toEqual([true, true]);
  expect(page.find("[role=alert]").exists()).toBe(false);
});

it.each([
  ["store.full", "The center's disk is full", "free some space"],
  ["store.failing", "The center's disk is failing", "Tell the administrator now"],
  ["store.damaged", "That did not work", "tell the administrator the code"],
])("%s says at a desk whom to tell", async (code, happened, next) => {
  state.value = { member: { everywhere: true, sites: [], permissions: [] } } as unknown as typeof state.value;
  routeFetch({ "GET /merges?decided=false": { __status: 503, code }, "GET /sites": [] });
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: "/", component: {} }] });
  const page = mount(MergesPage, { global: { plugins: [createPinia(), makeI18n(everything, "en"), router] }, attachTo: document.body });
  onTestFinished(() => page.unmount());
  await flushPromises();
  const said = page.get(".notice").text();
  expect([said, said, said]).toEqual([expect.stringContaining(happened), expect.stringContaining(next), expect.stringContaining(code)]);
});
