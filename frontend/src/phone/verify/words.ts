import type { Language } from "@/i18n";
import { makeWordsOf } from "@/i18n/alone";
import en from "./en.json";
import zh from "./zh-CN.json";

/** The page's own words: whoever holds a paper reads this and nothing else of the product. */
export const makeWords = (language: Language) => makeWordsOf(zh, en, language);
