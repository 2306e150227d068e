import { createI18n } from "vue-i18n";
import type { Language } from "@/i18n";
import en from "./en.json";
import zh from "./zh-CN.json";

/** The page's own words: whoever holds a paper reads this and nothing else of the product. */
export function makeWords(language: Language) {
  // Copies, because vue-i18n turns flat keys into trees in place.
  const messages = { "zh-CN": { ...zh }, en: { ...en } };
  return createI18n({ legacy: false, locale: language, fallbackLocale: "zh-CN", flatJson: true, messages });
}

/** The first of a browser's languages the page speaks; Chinese when it speaks none. */
export function preferred(wanted: readonly string[]): Language {
  const known = wanted.find((tag) => /^(zh|en)\b/i.test(tag));
  return known && /^en/i.test(known) ? "en" : "zh-CN";
}
