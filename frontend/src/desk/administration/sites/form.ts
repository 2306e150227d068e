import type { Schema } from "@/client";
import { read, weekdays, written, type Site } from "./hours";

export const products = ["whole_blood", "apheresis_platelets"] as const;
export const amounts = { whole_blood: [200, 300, 400], apheresis_platelets: [1, 2] } as const;
export const facilities = ["wifi", "tv", "reading", "printing", "charging", "water", "snacks", "toilet", "parking", "accessible"] as const;
type Product = (typeof products)[number];

/** A site as it is typed: hours are text, a product is given or not. */
export interface Form {
  site: Site;
  hours: Record<string, string>;
  exceptions: { date: string; hours: string; zh: string; en: string }[];
  offers: Record<Product, { given: boolean; amounts: number[]; places: string }>;
  slotLength: string;
  latitude: string;
  longitude: string;
}

const nobody: Site = {
  id: "", station: "beijing", district: "110101", kind: "fixed", name: { zh: "", en: "" }, address: { zh: "", en: "" }, transport: { zh: "", en: "" },
  phone: "", position: { latitude: 0, longitude: 0 }, hours: {}, facilities: [], offers: [{ product: "whole_blood", volumes: [200, 300, 400], places: 4 }], slot_length: 30,
};

/** The form of a site, or of a new one. */
export function formOf(of?: Site): Form {
  const site = structuredClone(of ?? nobody);
  const offer = (p: Product) => {
    const found = site.offers.find((o) => o.product === p);
    return { given: !!found, amounts: [...(found?.volumes ?? found?.units ?? amounts[p])], places: `${found?.places ?? 1}` };
  };
  return {
    site,
    hours: Object.fromEntries(weekdays.map((day) => [day, written(site.hours[day])])),
    exceptions: (site.exceptions ?? []).map((e) => ({ date: e.date, hours: written(e.hours), zh: e.note.zh, en: e.note.en })),
    offers: { whole_blood: offer("whole_blood"), apheresis_platelets: offer("apheresis_platelets") },
    slotLength: `${site.slot_length}`,
    latitude: site.position.latitude ? `${site.position.latitude}` : "",
    longitude: site.position.longitude ? `${site.position.longitude}` : "",
  };
}

/** The weekdays and exceptions whose hours are none, by their place in the form. */
export const wrongHours = (f: Form): string[] => [
  ...weekdays.filter((day) => read(f.hours[day] ?? "") === undefined),
  ...f.exceptions.flatMap((e, i) => (read(e.hours) === undefined ? [`exception.${i}`] : [])),
];

/** The site of a form without wrong hours. */
export function siteOf(f: Form): Site {
  const hours = Object.fromEntries(weekdays.map((day) => [day, read(f.hours[day] ?? "") ?? []] as const).filter(([, spans]) => spans.length));
  const offers = products.filter((p) => f.offers[p].given).map((product): Schema["SiteOffer"] => {
    const given = f.offers[product];
    const chosen = [...given.amounts].sort((a, b) => a - b);
    return { product, ...(product === "whole_blood" ? { volumes: chosen } : { units: chosen }), places: Number(given.places) };
  });
  const exceptions = f.exceptions.map((e) => ({ date: e.date, hours: read(e.hours) ?? [], note: { zh: e.zh.trim(), en: e.en.trim() } })).sort((a, b) => a.date.localeCompare(b.date));
  const made: Site = { ...f.site, hours, offers, slot_length: Number(f.slotLength), position: { latitude: Number(f.latitude), longitude: Number(f.longitude) } };
  delete made.exceptions;
  return exceptions.length ? { ...made, exceptions } : made;
}
