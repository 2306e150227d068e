import {
  Accessibility,
  BookOpen,
  Cookie,
  CupSoda,
  Printer,
  SmartphoneCharging,
  SquareParking,
  Toilet,
  Tv,
  Wifi,
} from "@lucide/vue";
import type { Component } from "vue";
import type { Schema } from "@/client";

export type Site = Schema["NearbySite"];
export type Product = Site["offers"][number]["product"];
export type Span = Site["today"][number];

/** The sign of each facility; the word beside it is "sites.facility.<code>". */
export const facilityIcons: Record<string, Component> = {
  wifi: Wifi,
  tv: Tv,
  reading: BookOpen,
  printing: Printer,
  charging: SmartphoneCharging,
  water: CupSoda,
  snacks: Cookie,
  toilet: Toilet,
  parking: SquareParking,
  accessible: Accessibility,
};

export const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

/** How a site stands at a time of day: open, opening later today, over for today, or closed today. */
export type Opening = "open" | "later" | "over" | "closed";

/** Tells how a site stands; `clock` is "HH:MM" on the site's wall clock. The minute of closing is closed. */
export function openingAt(spans: Span[] | null | undefined, clock: string): Opening {
  if (!spans?.length) return "closed";
  if (spans.some((s) => s.opens <= clock && clock < s.closes)) return "open";
  return spans.some((s) => clock < s.opens) ? "later" : "over";
}

/** "09:00–12:00, 13:00–17:00"; empty when closed. */
export function writeSpans(spans: Span[] | null | undefined): string {
  return (spans ?? []).map((s) => `${s.opens}–${s.closes}`).join(", ");
}

/** A distance as people say it: metres in tens below a kilometre, then kilometres. */
export function distanceOf(metres: number): { unit: "metres" | "kilometres"; n: string } {
  if (metres < 995) return { unit: "metres", n: String(Math.max(10, Math.round(metres / 10) * 10)) };
  const km = metres / 1_000;
  return { unit: "kilometres", n: km < 9.95 ? km.toFixed(1) : String(Math.round(km)) };
}

/** Weekdays with the same hours next to each other, as runs: mon–fri, sat–sun. */
export function weekRuns(hours: Record<string, Span[] | null | undefined>): { from: string; to: string; spans: string }[] {
  const runs: { from: string; to: string; spans: string }[] = [];
  for (const day of weekdays) {
    const spans = writeSpans(hours[day]);
    const last = runs.at(-1);
    if (last && last.spans === spans) last.to = day;
    else runs.push({ from: day, to: day, spans });
  }
  return runs;
}
