import { useI18n } from "vue-i18n";
import type { Schema } from "@/client";
import { useDonationWords } from "../checkin/donation";
import type { Account } from "./views";

/** What a donor said is not right, and what became of it. */
export type Correction = Account["corrections"][number];
export type Subject = Schema["CheckinCorrectionAsked"]["subject"];

/** What can be wrong with a donation that is on file, in the order it is offered. */
export const subjects = ["amount", "day", "place", "product", "not_mine"] as const satisfies readonly Subject[];

/** How an answer looks: only what still needs the donor stands out. */
export const tones = { open: "neutral", corrected: "good", unchanged: "neutral", bring_proof: "info" } as const;

/** Returns what puts requests into words. */
export function useCorrectionWords() {
  const { t } = useI18n();
  const words = useDonationWords();
  return {
    /** What a request is about: the donation it names, or the day near which one is missing. */
    about(request: Correction, donations: Account["donations"]): string {
      const subject = t(`account.correction.subject.${request.subject}`);
      const given = donations.find((g) => g.id === request.donation_id);
      const day = given?.on ?? request.about;
      return day ? t("account.correction.about", { subject, day: words.day(day) }) : subject;
    },
  };
}
