import { useI18n } from "vue-i18n";
import { useText } from "@/i18n/text";
import type { Answer, Question } from "./position";

/** Returns what puts an answer into a few words, for the list of all answers. */
export function useAnswerWords(): (question: Question, answer: Answer | undefined) => string {
  const { t, d } = useI18n();
  const say = useText();
  return (question, answer) => {
    if (!answer) return t("checkin.review.open");
    if (answer.staff) return t("checkin.question.staffSaid");
    if (answer.yes !== undefined) return t(answer.yes ? "checkin.question.yes" : "checkin.question.no");
    if (answer.date) return d(new Date(answer.date), "day");
    if (answer.number) return [answer.number, say(question.unit)].filter(Boolean).join(" ");
    if (answer.text) return answer.text;
    const chosen = (question.options ?? []).filter((o) => answer.codes?.includes(o.code));
    return chosen.map((o) => say(o.text)).join(t("checkin.review.and"));
  };
}
