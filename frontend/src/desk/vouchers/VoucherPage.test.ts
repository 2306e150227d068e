import { flushPromises, mount } from "@vue/test-utils";
import { createPinia } from "pinia";
import { expect, it, onTestFinished } from "vitest";
import { makeI18n, type Language } from "@/i18n";
import { everything } from "@/i18n/everything";
import { routeFetch } from "../../../tests/fetchRouter";
import { state } from "../session";
import VoucherPage from "./VoucherPage.vue";

const found = { redemption_id: "r1", number: "7ZQK2M9D4R", gift: { zh: "保温杯", en: "Thermos mug" }, points: 80, site_id: "xidan", name_masked: "王*𬭎", document_masked: "1101**********0021", confirmed_at: "2026-11-23T02:00:00Z", pick_up_until: "2027-02-21" };

const site = (id: string, zh: string, en: string) => ({ id, name: { zh, en } });

/** The page after a scan, at a desk that works for one site, by default that of the voucher; refused is the center's answer instead. */
async function scanned(status: string, language: Language, at = "xidan", refused?: object) {
  state.value = { member: { everywhere: false, sites: [at], permissions: [] } } as unknown as typeof state.value;
  routeFetch({ "POST /vouchers/find": refused ?? { ...found, status, ...(status === "picked_up" && { picked_up_at: "2026-11-24T02:30:00Z" }) }, "GET /sites": [site("xidan", "西单献血屋", "Xidan donation house"), site("aoti", "奥体献血屋", "Aoti donation house")] });
  const page = mount(VoucherPage, { global: { plugins: [createPinia(), makeI18n(everything, language)] }, attachTo: document.body });
  onTestFinished(() => page.unmount());
  await flushPromises();
  await page.get("input").setValue(found.number);
  await page.get("form").trigger("submit");
  await flushPromises();
  return page;
}

it.each([
  ["lapsed", "zh-CN", "xidan", ["2027年2月21日", "80 爱心点"]],
  ["lapsed", "en", "xidan", ["February 21, 2027", "80 points"]],
  ["picked_up", "zh-CN", "xidan", ["11/24 10:30", "每张只能领一次"]],
  ["cancelled", "en", "xidan", ["given back", "80 points"]],
  ["confirmed", "zh-CN", "aoti", ["西单献血屋"]],
  ["confirmed", "en", "aoti", ["Xidan donation house"]],
] as const)("says why one that is %s is not handed over, in %s at %s", async (status, language, at, wanted) => {
  const page = await scanned(status, language, at);
  const said = page.get("[data-testid=voucher-reason]").text();
  for (const words of wanted) expect(said).toContain(words);
  expect(page.find("[data-testid=hand-over]").exists()).toBe(false);
});

it("says the last day of one that is good, and hands it over", async () => {
  const page = await scanned("confirmed", "zh-CN");
  expect(page.text()).toContain("最晚领取2027年2月21日");
  expect(page.find("[data-testid=voucher-reason]").exists()).toBe(false);
  expect(page.find("[data-testid=hand-over]").exists()).toBe(true);
});

it.each(["zh-CN", "en"] as const)("names the site where a voucher of which nothing is shown can be used, %s", async (language) => {
  const page = await scanned("", language, "aoti", { __status: 409, code: "redemption.other_site", params: { site: { zh: "西单献血屋", en: "Xidan donation house" } } });
  expect(page.get("[role=status]").text()).toContain(language === "en" ? "Xidan donation house" : "西单献血屋");
  expect(page.find("[data-testid=desk-voucher]").exists()).toBe(false);
});
