import type { Language } from "@/i18n";
import { makeWordsOf } from "@/i18n/alone";
import en from "./en.json";
import zh from "./zh-CN.json";

/** The page's own words: it is opened alone, in a browser at a desk. */
export const makeWords = (language: Language) => makeWordsOf(zh, en, language);
