import { useI18n } from "vue-i18n";
import type { Schema } from "@/client";

/** A product with an amount, as in a booking or a walk-in's choice. */
export type Amount = Pick<Schema["CheckinChoice"], "product" | "volume_ml" | "units">;

/** A name for one amount that tells it from every other. */
export const amountKey = (a: Amount) => `${a.product}/${a.volume_ml ?? 0}/${a.units ?? 0}`;

/** Returns what puts products, amounts and days into words. */
export function useDonationWords() {
  const { t, d } = useI18n();
  const product = (p: Amount["product"]) => t(`checkin.product.${p}`);
  const figure = (a: Amount) => (a.volume_ml ? { figure: String(a.volume_ml), unit: t("checkin.volumeUnit") } : { figure: String(a.units ?? 1), unit: t("checkin.units", a.units ?? 1) });
  const amount = (a: Amount) => (a.volume_ml ? t("checkin.volume", { n: a.volume_ml }) : t("checkin.unitsOf", a.units ?? 1));
  return {
    product,
    figure,
    amount,
    both: (a: Amount) => t("checkin.productAndAmount", { product: product(a.product), amount: amount(a) }),
    /** A calendar day, YYYY-MM-DD, in full. */
    day: (day: string) => d(new Date(day), "day"),
    dayAndWeekday: (day: string) => d(new Date(day), "dayAndWeekday"),
  };
}
