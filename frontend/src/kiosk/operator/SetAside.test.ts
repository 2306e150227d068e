import { mount } from "@vue/test-utils";
import { expect, it } from "vitest";
import { makeI18n } from "@/i18n";
import { everything } from "@/i18n/everything";
import SetAside from "./SetAside.vue";

const change = (noun: string, code: string) => ({ noun, code, attempts: 2, last_at: "2026-11-23T01:12:00Z" });
const show = (changes: ReturnType<typeof change>[], count = changes.length, language = "zh-CN" as "zh-CN" | "en") =>
  mount(SetAside, { props: { changes, count }, global: { plugins: [makeI18n(everything, language)] } });

it("names kind, time, reason and what to do of each", () => {
  const page = show([change("site", "sync.change_unreadable"), change("donor", "store.constraint")]);
  const [site, donor] = page.findAll("[data-testid=set-aside]").map((li) => li.text());
  for (const said of ["献血点", "09:12", "sync.change_unreadable", "升级"]) expect(site).toContain(said);
  for (const said of ["献血者", "store.constraint", "血液中心核对"]) expect(donor).toContain(said);
});

it("shows a kind of a newer center by its name, and how many more there are", () => {
  const page = show([change("station_note", "sync.change_unreadable")], 24, "en");
  expect(page.text()).toContain("station_note");
  expect(page.text()).toContain("23 more");
});
