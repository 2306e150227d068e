import { useI18n } from "vue-i18n";

/** A text that travels with its translation (Go: lang.Text). */
export interface Text {
  zh: string;
  en: string;
}

/** Returns what picks a text's words in the language of the page. */
export function useText(): (text: Text | undefined) => string {
  const { locale } = useI18n();
  return (text) => (text ? (locale.value === "en" ? text.en || text.zh : text.zh) : "");
}
