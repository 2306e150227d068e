import type { Language } from "@/i18n";
import { makeWordsOf } from "@/i18n/alone";
import en from "./en.json";
import zh from "./zh-CN.json";

/** The page's own words: it is read before anything else of the product, and alone. */
export const makeWords = (language: Language) => makeWordsOf(zh, en, language);
