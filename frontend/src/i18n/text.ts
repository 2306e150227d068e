import { useI18n } from "vue-i18n";

/** A text that travels with its translation (Go: lang.Text). */
export interface Text {
  zh: string;
  en: string;
}

/** A line may end with the dot that parts a name, but never begin with it. */
const unbroken = (name: string) => name.replaceAll(" · ", "\u00a0· ");

/** Returns what picks a text's words in the language of the page. */
export function useText(): (text: Text | undefined) => string {
  const { locale } = useI18n();
  return (text) => (text ? (locale.value === "en" ? unbroken(text.en || text.zh) : text.zh) : "");
}
