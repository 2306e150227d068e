// The words of the screens, from the same files the screens take them from, so
// that a test looks for what a person reads in their language.
import { readdirSync, readFileSync } from "node:fs";

const tables = {};
for (const language of ["zh-CN", "en"]) {
  const folder = new URL(`../../src/i18n/${language}/`, import.meta.url);
  tables[language] = Object.assign({}, ...readdirSync(folder).map((file) => JSON.parse(readFileSync(new URL(file, folder), "utf8"))));
}

/** Returns t(key, params) for a language; an unknown key is a mistake of the test. */
export function wordsOf(language) {
  return (key, params = {}) => {
    const said = tables[language][key];
    if (said === undefined) throw new Error(`no words for ${key} in ${language}`);
    const [one, many = one] = said.split(" | ");
    return ((params.n ?? params.count) === 1 ? one : many).replaceAll(/\{(\w+)\}/g, (_, name) => `${params[name]}`);
  };
}

/** The text of a bilingual value of the program. */
export const say = (language, text) => (language === "en" ? text.en : text.zh);
