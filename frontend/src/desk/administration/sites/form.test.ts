import { describe, expect, it } from "vitest";
import { formOf, siteOf, wrongHours } from "./form";
import type { Site } from "./hours";

const site: Site = {
  id: "dongzhimen", station: "beijing", district: "110101", kind: "fixed", name: { zh: "东直门", en: "Dongzhimen" }, address: { zh: "一", en: "1" }, transport: { zh: "二", en: "2" },
  phone: "010-5550-0102", position: { latitude: 39.9405, longitude: 116.427 }, hours: { mon: [{ opens: "09:00", closes: "17:00" }] },
  exceptions: [{ date: "2027-01-01", hours: [], note: { zh: "元旦", en: "New Year" } }], facilities: ["wifi"],
  offers: [{ product: "whole_blood", volumes: [200, 400], places: 6 }], slot_length: 30,
};

describe("the form of a site", () => {
  it("makes the same site again", () => expect(siteOf(formOf(site))).toEqual(site));
  it("changes hours, days and products", () => {
    const form = formOf(site);
    form.hours.tue = "10:00-12:00, 13:00-15:00";
    form.hours.mon = "";
    form.exceptions.unshift({ date: "2027-02-06", hours: "10:00-12:00", zh: " 春节 ", en: "Spring Festival" });
    form.offers.apheresis_platelets = { given: true, amounts: [2, 1], places: "3" };
    const made = siteOf(form);
    expect(made.hours).toEqual({ tue: [{ opens: "10:00", closes: "12:00" }, { opens: "13:00", closes: "15:00" }] });
    expect(made.exceptions?.map((e) => [e.date, e.note.zh])).toEqual([["2027-01-01", "元旦"], ["2027-02-06", "春节"]]);
    expect(made.offers[1]).toEqual({ product: "apheresis_platelets", units: [1, 2], places: 3 });
    expect(form.site.hours).toEqual(site.hours);
  });
  it("names hours that are none", () => {
    const form = formOf(site);
    [form.hours.wed, form.exceptions[0]!.hours] = ["nine to five", "9"];
    expect(wrongHours(form)).toEqual(["wed", "exception.0"]);
  });
  it("of a new site begins empty", () => expect(siteOf(formOf()).exceptions).toBeUndefined());
});
