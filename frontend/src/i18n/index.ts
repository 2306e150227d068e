import { createI18n } from "vue-i18n";

/** The two languages of the product, as BCP 47 tags. */
export type Language = "zh-CN" | "en";
export const languages: readonly Language[] = ["zh-CN", "en"];

type Messages = Record<string, string>;

/**
 * Files of messages by their paths, of both languages: one for each namespace, so that
 * frame.json holds "frame.…". Keys are flat: a search for a key finds it.
 */
export type Texts = Record<string, Messages>;

/** Every message of a language in some files, by its flat key. */
export function messagesOf(texts: Texts, language: Language): Messages {
  const mine = Object.entries(texts).filter(([path]) => path.includes(`/${language}/`));
  return Object.assign({}, ...mine.map(([, messages]) => messages)) as Messages;
}

// Sites keep Beijing's wall clock, whatever zone a device is set to.
const timeZone = "Asia/Shanghai";
const dates = {
  day: { timeZone, year: "numeric", month: "long", day: "numeric" },
  monthDay: { timeZone, month: "long", day: "numeric" },
  shortMonthDay: { timeZone, month: "short", day: "numeric" },
  dayAndWeekday: { timeZone, month: "long", day: "numeric", weekday: "long" },
  shortDay: { timeZone, month: "short", day: "numeric", weekday: "short" },
  month: { timeZone, month: "short" },
  yearMonth: { timeZone, year: "numeric", month: "short" },
  clock: { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  exact: { timeZone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" },
  moment: { timeZone, month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
} as const;

/**
 * The translator of one page, with the texts of what it shows and no others: a kiosk
 * starts sooner without those of the desk. A missing key fails tests; on a screen it shows itself.
 */
export function makeI18n(texts: Texts, language: Language = "zh-CN") {
  return createI18n({
    legacy: false,
    locale: language,
    fallbackLocale: "zh-CN",
    flatJson: true,
    messages: { "zh-CN": messagesOf(texts, "zh-CN"), en: messagesOf(texts, "en") },
    datetimeFormats: { "zh-CN": dates, en: dates },
  });
}
