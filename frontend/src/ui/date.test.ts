import { mount } from "@vue/test-utils";
import { describe, expect, it } from "vitest";
import { makeI18n } from "@/i18n";
import { everything } from "@/i18n/everything";
import DatePad from "./DatePad.vue";
import { daysIn, decades, fromDay, toDay } from "./date";

describe("days", () => {
  it.each([[2000, 2, 29], [1900, 2, 28], [2024, 2, 29], [2026, 11, 30], [2026, 12, 31]])("%i-%i has %i", (y, m, n) => expect(daysIn(y, m)).toBe(n));
  it.each([[2026, 2, 29], [2026, 0, 1], [2026, 13, 1], [2026, 4, 31], [2026, 4, 0]])("%i-%i-%i is no day", (y, m, d) => expect(toDay(y, m, d)).toBeNull());
  it.each(["2026-02-30", "2026-2-3", "", "2026-02-03T00:00"])("%s cannot be read", (text) => expect(fromDay(text)).toBeNull());
  it("are written and read back", () => expect(fromDay(toDay(1949, 12, 31)!)).toEqual({ year: 1949, month: 12, day: 31 }));
  it("fall into decades, newest first", () => expect(decades(1966, 2008)).toEqual([2000, 1990, 1980, 1970, 1960]));
});

describe("the date pad", () => {
  const open = (modelValue: string | null = null) =>
    mount(DatePad, { props: { modelValue, min: "1966-11-23", max: "2008-11-23", label: "d", "onUpdate:modelValue": () => undefined }, global: { plugins: [makeI18n(everything)] } });
  const touch = (pad: ReturnType<typeof open>, text: string) => pad.findAll("button").find((b) => b.text() === text)!.trigger("click");

  it("needs three touches and a decade", async () => {
    const pad = open();
    for (const text of ["1990 年代", "1994 年", "2 月", "28 日"]) await touch(pad, text);
    expect(pad.emitted("update:modelValue")?.at(-1)).toEqual(["1994-02-28"]);
    expect(pad.text()).not.toContain("29 日");
  });

  it("offers nothing outside its bounds", async () => {
    const pad = open("1966-12-01");
    await touch(pad, "1966 年");
    const year = (text: string) => pad.findAll("button").find((b) => b.text() === text)!.attributes("aria-disabled");
    expect(year("1965 年")).toBe("true");
    expect(year("1967 年")).toBeUndefined();
    await touch(pad, "12 月");
    const month = (text: string) => pad.findAll("button").find((b) => b.text() === text)!.attributes("aria-disabled");
    expect(month("10 月")).toBe("true");
    expect(month("11 月")).toBeUndefined();
  });
});
