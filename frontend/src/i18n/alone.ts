// Words of a page that is opened alone, in a browser, and has no others.
import { createI18n } from "vue-i18n";
import type { Language } from "./index";

/** Makes the words of such a page out of its own two files. */
export function makeWordsOf<T extends Record<string, string>>(zh: T, en: T, language: Language) {
  // Copies, because vue-i18n turns flat keys into trees in place.
  const messages = { "zh-CN": { ...zh }, en: { ...en } };
  return createI18n({ legacy: false, locale: language, fallbackLocale: "zh-CN", flatJson: true, messages });
}

/** The first of a browser's languages the page speaks; Chinese when it speaks none. */
export function preferred(wanted: readonly string[]): Language {
  const known = wanted.find((tag) => /^(zh|en)\b/i.test(tag));
  return known && /^en/i.test(known) ? "en" : "zh-CN";
}
