import type { Schema } from "@/client";

export type Entry = Schema["AuditEntry"];

/** The noun of an action, as it is searched by: "device." is everything done to devices. */
export const nouns = ["staff", "session", "device", "enrolment", "site", "pack", "questionnaire", "token", "visit", "reception", "claim", "counsel", "donation", "intake", "gift", "redemption", "voucher", "paper", "correction", "merge", "donor", "donor_login", "account", "lookup", "relief", "audit", "feed"] as const;

/** What one change did: each member with its value before and after, those that differ. */
export interface Difference {
  name: string;
  before: string;
  after: string;
}

function members(text: string | undefined): Record<string, unknown> {
  if (!text) return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : { value };
  } catch {
    return { value: text }; // an older entry, or a digest
  }
}

const words = (value: unknown): string => (value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value));

/** The members of before and after that are not the same. */
export function differences(before?: string, after?: string): Difference[] {
  const [was, is] = [members(before), members(after)];
  return [...new Set([...Object.keys(was), ...Object.keys(is)])]
    .map((name) => ({ name, before: words(was[name]), after: words(is[name]) }))
    .filter((d) => d.before !== d.after);
}
