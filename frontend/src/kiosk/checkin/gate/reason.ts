import type { Schema } from "@/client";

type Reason = Schema["PolicyReason"];

/**
 * A rule's place in its standard, in one language. Packs name a part of a
 * standard in both: "GB 18467-2011, 献血间隔 (intervals)".
 */
export function clauseIn(clause: string, language: string): string {
  const [, standard, zh, en] = /^([^,]+), (.+) \(([^)]+)\)$/.exec(clause) ?? [];
  if (!standard) return clause;
  return language === "en" ? `${standard}, ${en}` : `${standard} ${zh}`;
}

/**
 * A rule's sentence with its days in words. Chinese sets a figure apart by a
 * space, a day in words not.
 */
export function withDays(text: string, dayInWords: (day: string) => string, language: string): string {
  const day = language === "en" ? /\b(\d{4}-\d{2}-\d{2})\b/g : / ?\b(\d{4}-\d{2}-\d{2})\b ?/g;
  // A day stays on one line.
  return text.replace(day, (_, found: string) => dayInWords(found).replaceAll(" ", "\u00a0"));
}

/**
 * The reasons with each piece of advice once: two intervals of one person come
 * with the same words about different days, and the reasons have named the days.
 */
export function advisedOnce(reasons: readonly Reason[]): Reason[] {
  const given = new Set<string>();
  return reasons.map((r) => {
    const shape = r.advice.zh.replace(/\d/g, "0");
    return given.has(shape) ? { ...r, advice: { zh: "", en: "" } } : (given.add(shape), r);
  });
}

/** The reasons of all options, each sentence once, in the order they were given. */
export function reasonsOf(options: readonly Pick<Schema["PolicyOption"], "reasons">[]): Reason[] {
  const said = new Set<string>();
  return options
    .flatMap((o) => o.reasons ?? [])
    .filter((r) => {
      const sentence = r.text.zh + r.text.en;
      return !said.has(sentence) && said.add(sentence);
    });
}
