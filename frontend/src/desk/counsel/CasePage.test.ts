import { flushPromises, mount } from "@vue/test-utils";
import { createPinia } from "pinia";
import { expect, it, onTestFinished } from "vitest";
import { createMemoryHistory, createRouter } from "vue-router";
import { makeI18n } from "@/i18n";
import { everything } from "@/i18n/everything";
import { problem, routeFetch } from "../../../tests/fetchRouter";
import CasePage from "./CasePage.vue";
import TryDialog from "./TryDialog.vue";

const opened = { id: "c1", name: "测试王𬭎", phone: "010-5550-0001", born: "1990-02-28", given_on: "2026-11-16", product: "whole_blood", site_name: { zh: "密云", en: "Miyun" }, status: "assigned", way: "phone", escalated: false, assigned_to: "Test", attempts: [], late: "", ending: "", reason: "result" };
const title = "Not tried often enough";

it("says no more why a step was refused once another one was taken", async () => {
  routeFetch({ "GET /counsel-cases/c1": opened, "POST /counsel-cases/c1/escalate": problem(409, "counsel.too_few_tries") });
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: "/:case", component: {} }] });
  await router.push("/c1");
  const page = mount(CasePage, { global: { plugins: [createPinia(), makeI18n(everything, "en"), router] }, attachTo: document.body });
  onTestFinished(() => page.unmount());
  await flushPromises();
  await page.findAll(".acts button")[1]!.trigger("click");
  await flushPromises();
  expect(page.text()).toContain(title);
  await page.findAll(".acts button")[0]!.trigger("click");
  await flushPromises();
  page.findComponent(TryDialog).vm.$emit("done", { ...opened, status: "closed", ending: "told" });
  await flushPromises();
  expect(page.text()).not.toContain(title);
  expect(page.text()).not.toContain("counsel.too_few_tries");
});
