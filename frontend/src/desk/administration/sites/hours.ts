import type { Schema } from "@/client";

export type Site = Schema["Site"];
export type Span = Schema["SiteSpan"];
export const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

/** Writes spans as people type them: "09:00-12:00, 13:00-17:00"; nothing for closed. */
export const written = (spans: readonly Span[] | null | undefined): string => (spans ?? []).map((s) => `${s.opens}-${s.closes}`).join(", ");

const minutes = (clock: string) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
const clock = /^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/;

/** Reads what was typed; undefined where it is no hours, or they do not go forward. Full-width signs and single-digit hours are taken as well. */
export function read(text: string): Span[] | undefined {
  const plain = text.replace(/[：]/g, ":").replace(/[，、；;]/g, ",").replace(/[－–—~～至到]/g, "-").replace(/\s/g, "");
  if (!plain) return [];
  let last = -1;
  const spans: Span[] = [];
  for (const part of plain.split(",")) {
    const [opens, closes, more] = part.split("-").map((c) => (/^\d:/.test(c) ? `0${c}` : c));
    if (!opens || !closes || more !== undefined || !clock.test(opens) || !clock.test(closes)) return undefined;
    if (minutes(opens) <= last || minutes(closes) <= minutes(opens)) return undefined;
    last = minutes(closes);
    spans.push({ opens, closes });
  }
  return spans;
}

/** How many booking slots hours have. */
export const slots = (spans: readonly Span[] | undefined, length: number): number =>
  length > 0 ? (spans ?? []).reduce((n, s) => n + Math.floor((minutes(s.closes) - minutes(s.opens)) / length), 0) : 0;
