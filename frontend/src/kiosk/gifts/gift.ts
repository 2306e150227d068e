import { useI18n } from "vue-i18n";
import type { Schema } from "@/client";

/** A gift of the catalogue with what is left of it. */
export type Gift = Schema["GiftCard"];
/** A page of the catalogue. */
export type Found = Schema["GiftList"];
/** A place where a gift can be picked up. */
export type Place = Schema["GiftPlace"];

/** What somebody looks for; nothing of it says who they are. */
export interface Wish {
  text: string;
  category: string;
  affordable: boolean;
  here: boolean;
}

/** Nothing looked for yet: the page shows the shelves and not their gifts. */
export const nothingWished = (): Wish => ({ text: "", category: "", affordable: false, here: false });
export const isWishing = (w: Wish) => w.text !== "" || w.category !== "" || w.affordable || w.here;

/** The longest text that is looked for, in characters. */
export const longestText = 24;

/** How many pages of `size` gifts there are; one when there is nothing. */
export const pagesOf = (total: number, size: number) => Math.max(1, Math.ceil(total / size));

/** How many points somebody lacks for it, 0 when they may have it; undefined while their balance is not known. */
export const missing = (gift: Pick<Gift, "points">, balance: number | undefined) => (balance === undefined ? undefined : Math.max(0, gift.points - balance));

/** Returns what puts a gift into words. */
export function useGiftWords() {
  const { t, n, d } = useI18n();
  const date = (day: string) => d(new Date(day), "day");
  return {
    date,
    points: (points: number) => t("gifts.points", { n: n(points) }),
    /** Whether it can be had, in a few words; "" when there is plenty of it here. */
    stock(gift: Gift) {
      if (!gift.anywhere) return t("gifts.gone");
      if (!gift.here) return t("gifts.elsewhere");
      return gift.left <= 10 ? t("gifts.fewLeft", { n: gift.left }) : "";
    },
    /** Rules of the gift, each a sentence. */
    rules(gift: Gift) {
      return [
        gift.codes ? t("gifts.rule.code") : t("gifts.rule.pickUp"),
        ...(gift.limit ? [t("gifts.rule.limit", { n: gift.limit })] : []),
        ...(gift.from ? [t("gifts.rule.from", { day: date(gift.from) })] : []),
        ...(gift.until ? [t("gifts.rule.until", { day: date(gift.until) })] : []),
      ];
    },
  };
}
