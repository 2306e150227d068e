import { createI18n } from "vue-i18n";
import type { Language } from "@/i18n";
import en from "./en.json";
import zh from "./zh-CN.json";

export { preferred } from "../first-run/words";

/** The page's own words: it is opened alone, in a browser at a desk. */
export function makeWords(language: Language) {
  // Copies, because vue-i18n turns flat keys into trees in place.
  const messages = { "zh-CN": { ...zh }, en: { ...en } };
  return createI18n({ legacy: false, locale: language, fallbackLocale: "zh-CN", flatJson: true, messages });
}
