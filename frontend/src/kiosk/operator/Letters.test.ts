import { flushPromises, mount } from "@vue/test-utils";
import { expect, it } from "vitest";
import { makeI18n } from "@/i18n";
import { everything } from "@/i18n/everything";
import { problem, routeFetch } from "../../../tests/fetchRouter";
import Letters from "./Letters.vue";

const letter = { id: "op-2", seq: 2, kind: "visit.checked_in", device_time: "2026-11-23T01:12:00Z", code: "visit.malformed", ticket: "A007", name_masked: "测*", document_masked: "1101********02" };

function open(answers: Record<string, unknown>) {
  const sent = routeFetch(answers);
  const page = mount(Letters, { props: { open: [letter], settled: [], pin: "135790" }, global: { plugins: [makeI18n(everything)] }, attachTo: document.body });
  const tap = async (id: string) => (await page.get(`[data-testid=${id}]`).trigger("click"), flushPromises());
  return { page, sent, tap };
}

it("shows whom it is about and notes who dealt with it, once a number was entered", async () => {
  const w = open({ "POST /kiosk/operator/letters/op-2/settle": {} });
  expect(w.page.get("[data-testid=letter]").text()).toContain("A007 · 测* · 1101********02");
  await w.tap("letter-begin");
  expect(w.page.get("[data-testid=letter-settle]").attributes("aria-disabled")).toBe("true");
  for (const key of "1024") await w.page.findAll(".key").find((k) => k.text() === key)!.trigger("click");
  await w.tap("letter-settle");
  expect(w.sent.at(-1)!.body).toEqual({ pin: "135790", by: "1024" });
  expect(w.page.emitted("changed")).toHaveLength(1);
  w.page.unmount();
});

it("exports, and says where and for whom", async () => {
  const w = open({ "POST /kiosk/operator/letters/export": { file: "/data/letters/x.json", count: 1 } });
  await w.tap("letters-export");
  expect(w.page.get("[role=status]").text()).toContain("/data/letters/x.json");
  w.page.unmount();
});

it("keeps the letter when it could not be noted", async () => {
  const w = open({ "POST /kiosk/operator/letters/op-2/settle": problem(404, "letter.not_found") });
  await w.tap("letter-begin");
  await w.page.findAll(".key")[0]!.trigger("click");
  await w.tap("letter-settle");
  expect([w.page.get("[role=alert]").text(), w.page.emitted("changed")]).toEqual([expect.stringContaining("letter.not_found"), undefined]);
  w.page.unmount();
});
