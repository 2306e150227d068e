import { createI18n } from "vue-i18n";

/** The two languages of the product, as BCP 47 tags. */
export type Language = "zh-CN" | "en";
export const languages: readonly Language[] = ["zh-CN", "en"];

type Messages = Record<string, string>;

// One file per namespace: frame.json holds "frame.…". Keys are flat, so that a
// search for a key finds it, in both languages.
const files = import.meta.glob<Messages>("./{zh-CN,en}/*.json", { eager: true, import: "default" });

/** Every message of a language, by its flat key. */
export function messagesOf(language: Language): Messages {
  const mine = Object.entries(files).filter(([path]) => path.startsWith(`./${language}/`));
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
  clock: { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  exact: { timeZone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" },
  moment: { timeZone, month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
} as const;

/** The translator of one page. A missing key fails tests; on a screen it shows itself. */
export function makeI18n(language: Language = "zh-CN") {
  return createI18n({
    legacy: false,
    locale: language,
    fallbackLocale: "zh-CN",
    flatJson: true,
    messages: { "zh-CN": messagesOf("zh-CN"), en: messagesOf("en") },
    datetimeFormats: { "zh-CN": dates, en: dates },
  });
}
