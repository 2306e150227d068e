import { onScopeDispose, ref } from "vue";
import { useI18n } from "vue-i18n";

const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** How long ago something was, in words that stay true while the page is open. */
export function useAge(): (at: string | undefined) => string {
  const { t, locale } = useI18n();
  const now = ref(Date.now());
  const tick = setInterval(() => (now.value = Date.now()), 15_000);
  onScopeDispose(() => clearInterval(tick));
  return (at) => {
    if (!at) return t("administration.never");
    const seconds = (now.value - new Date(at).getTime()) / 1_000;
    const unit = units.find(([, size]) => seconds >= size);
    if (!unit) return t("administration.justNow");
    return new Intl.RelativeTimeFormat(locale.value, { numeric: "always" }).format(-Math.floor(seconds / unit[1]), unit[0]);
  };
}
