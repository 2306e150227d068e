import { useI18n } from "vue-i18n";

/** What is said of a donation: what was given, and how much of it. */
export function useDonationWords() {
  const { t } = useI18n();
  const amount = (g: { volume_ml?: number; units?: number }) => (g.volume_ml ? t("reception.ml", { n: g.volume_ml }) : t("reception.units", { n: g.units ?? 0 }));
  const given = (g: { product: string; volume_ml?: number; units?: number }) => `${t(`reception.product.${g.product}`)} ${amount(g)}`;
  return { given };
}
