import { flushPromises, mount } from "@vue/test-utils";
import { createPinia } from "pinia";
import { expect, it, onTestFinished } from "vitest";
import { makeI18n, type Language } from "@/i18n";
import { everything } from "@/i18n/everything";
import { routeFetch } from "../../../tests/fetchRouter";
import VoucherPage from "./VoucherPage.vue";

const found = { redemption_id: "r1", number: "7ZQK2M9D4R", gift: { zh: "保温杯", en: "Thermos mug" }, points: 80, site_id: "xidan", name_masked: "王*𬭎", document_masked: "1101**********0021", confirmed_at: "2026-11-23T02:00:00Z", pick_up_until: "2027-02-21" };

async function scanned(status: string, language: Language) {
  routeFetch({ "POST /vouchers/find": { ...found, status }, "GET /sites": [] });
  const page = mount(VoucherPage, { global: { plugins: [createPinia(), makeI18n(everything, language)] }, attachTo: document.body });
  onTestFinished(() => page.unmount());
  await page.get("input").setValue(found.number);
  await page.get("form").trigger("submit");
  await flushPromises();
  return page;
}

it.each([
  ["zh-CN", "2027年2月21日", "80 爱心点"],
  ["en", "February 21, 2027", "80 points"],
] as const)("says until when a voucher was good and what becomes of the points, %s", async (language, day, points) => {
  const page = await scanned("lapsed", language);
  const said = page.get("[data-testid=voucher-expired]").text();
  expect(said).toContain(day);
  expect(said).toContain(points);
  expect(page.find("[data-testid=hand-over]").exists()).toBe(false);
});

it("says the last day of one that is good, and hands it over", async () => {
  const page = await scanned("confirmed", "zh-CN");
  expect(page.text()).toContain("最晚领取2027年2月21日");
  expect(page.find("[data-testid=voucher-expired]").exists()).toBe(false);
  expect(page.find("[data-testid=hand-over]").exists()).toBe(true);
});
