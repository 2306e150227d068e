import { useI18n } from "vue-i18n";
import type { Problem } from "@/client";
import { useText, type Text } from "./text";

/**
 * The fault codes with words of their own. Each has "fault.<code>.title", what
 * happened, and "fault.<code>.next", what to do; a test holds both languages to
 * it. "<noun>.any" speaks for every other code of that noun.
 */
export const faultCodes = [
  "client.timeout",
  "client.unreachable",
  "client.unreadable",
  "client.unexpected",
  "internal",
  "request.any",
  "request.malformed",
  "request.invalid",
  "request.too_large",
  "request.timeout",
  "request.not_found",
  "request.cancelled",
  "bridge.any",
  "bridge.too_large",
  "checkin.any",
  "checkin.no_session",
  "checkin.other_step",
  "checkin.not_offered",
  "checkin.answer",
  "identity.any",
  "identity.check_digit",
  "identity.length",
  "identity.characters",
  "identity.kind",
  "identity.birth_date",
  "identity.future_birth",
  "identity.country",
  "identity.incomplete",
  "identity.birth_date_missing",
  "identity.sex_missing",
  "identity.too_many",
  "identity.expired",
  "identity.not_yet_valid",
  "code.any",
  "code.other_system",
  "code.version",
  "code.check",
  "code.booking_unknown_here",
  "code.card_unknown_here",
  "appointment.any",
  "appointment.not_found",
  "appointment.someone_else",
  "appointment.elsewhere",
  "questionnaire.any",
  "questionnaire.incomplete",
  "questionnaire.answers_do_not_fit",
  "consent.any",
  "consent.not_scrolled",
  "consent.signature_missing",
  "consent.signature_too_short",
  "consent.signature_too_large",
  "consent.signature_malformed",
  "consent.text_changed",
  "visit.any",
  "visit.already_checked_in",
  "visit.foreign_device",
  "operation.any",
  "operation.id_reused",
  "operation.seq_reused",
  "operation.hash",
  "operation.chain_broken",
  "reader.any",
  "reader.absent",
  "reader.none",
  "reader.card_read",
  "reader.card_select",
  "reader.card_content",
  "reader.information_check",
  "reader.authentication",
  "reader.random",
  "reader.card_lifted",
  "reader.card_type",
  "printer.any",
  "printer.out_of_paper",
  "printer.jam",
  "printer.cover_open",
  "printer.timeout",
  "printer.lost",
  "receipt.any",
  "enrolment.any",
  "enrolment.address",
  "enrolment.code_malformed",
  "enrolment.code_unknown",
  "enrolment.code_used",
  "enrolment.expired",
  "enrolment.refused",
  "enrolment.qr_malformed",
  "enrolment.version",
  "operator.any",
  "operator.pin",
  "operator.wait",
  "staff_call.any",
  "demo.any",
  "kiosk.any",
  "kiosk.unenrolled",
  "site.any",
  "donor.any",
  "pack.any",
  "policy.any",
  "store.any",
  "store.full",
  "store.busy",
  "store.newer",
  "store.damaged",
  "seal.any",
  "sync.any",
  "sync.protocol_too_old",
  "sync.not_a_center",
  "sync.certificate_time",
  "sync.center_clock",
  "token.any",
  "token.revoked",
] as const;

const worded = new Set<string>(faultCodes);

/** The code whose words say a fault: its own, else those of its noun, else "internal". */
export function wordedCode(code: string): string {
  if (worded.has(code)) return code;
  const any = `${code.split(".")[0]}.any`;
  return worded.has(any) ? any : "internal";
}

const isText = (value: unknown): value is Text => typeof value === "object" && value !== null && "zh" in value && "en" in value;

/** Returns what puts a problem into words. */
export function useFaultWords(): (problem: Problem) => { title: string; next: string } {
  const { t } = useI18n();
  const say = useText();
  return ({ code, params }) => {
    const known = wordedCode(code);
    // A name that travels with its translation, such as a site's, is said in the page's language.
    const words = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, isText(value) ? say(value) : value]));
    return { title: t(`fault.${known}.title`, words), next: t(`fault.${known}.next`, words) };
  };
}
