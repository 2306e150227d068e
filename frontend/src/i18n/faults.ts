import { useI18n } from "vue-i18n";
import type { Problem } from "@/client";

/**
 * Every fault code a person may meet. Each has "fault.<code>.title", what
 * happened, and "fault.<code>.next", what to do; a test holds both languages to it.
 */
export const faultCodes = [
  "client.timeout",
  "client.unreachable",
  "client.unreadable",
  "client.unexpected",
  "internal",
  "request.malformed",
  "request.invalid",
  "request.too_large",
  "request.timeout",
  "request.not_found",
] as const;

/** Returns what puts a problem into words; an unknown code falls back to "internal". */
export function useFaultWords(): (problem: Problem) => { title: string; next: string } {
  const { t, te } = useI18n();
  return (problem) => {
    const known = te(`fault.${problem.code}.title`) ? problem.code : "internal";
    return { title: t(`fault.${known}.title`, problem.params), next: t(`fault.${known}.next`, problem.params) };
  };
}
