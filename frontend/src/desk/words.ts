import { useI18n } from "vue-i18n";
import { Problem } from "@/client";
import { useFaultWords, wordedCode } from "@/i18n/faults";

/** Faults whose words speak to a donor at a kiosk: at a desk they are said otherwise. */
const ofKiosks = /^(client|request|bridge|internal|token|center|store)(\.|$)/;

/** Puts a problem into words for staff. */
export function useDeskFault(): (problem: Problem) => { title: string; next: string } {
  const { t, te } = useI18n();
  const words = useFaultWords();
  return (problem) => {
    const { state } = problem.params;
    const said = typeof state === "string" && te(`reception.state.${state}`) ? new Problem(problem.code, problem.status, { ...problem.params, state: t(`reception.state.${state}`) }) : problem;
    const own = `administration.fault.${problem.code}`;
    if (te(`${own}.title`) || te(`${own}.title`, "zh-CN")) return { title: t(`${own}.title`), next: t(`${own}.next`) };
    if (!ofKiosks.test(wordedCode(problem.code))) return words(said);
    return { title: t("desk.fault.title"), next: t("desk.fault.next") };
  };
}
