import { useI18n } from "vue-i18n";

/** Beijing's 16 districts, by GB/T 2260. */
const all = ["110101", "110102", "110105", "110106", "110107", "110108", "110109", "110111", "110112", "110113", "110114", "110115", "110116", "110117", "110118", "110119"];

/** The districts the center settles with, and what they are called. */
export function useDistricts() {
  const { t, te } = useI18n();
  const name = (code: string) => (te(`administration.district.${code}`) ? t(`administration.district.${code}`) : code);
  return { all, name, options: () => all.map((value) => ({ value, label: name(value) })) };
}
