import type { Schema } from "@/client";
import type { Language } from "@/i18n";

export type Question = Schema["CheckinQuestion"];
export type Answer = Schema["CheckinAnswer"];

/** What the page around a preview tells it to show. */
export interface Shown {
  kind: "show";
  items: Question[];
  /** Link ID of the question on the glass. */
  at: string;
  language: Language;
  elder: boolean;
}

/** What somebody did on the glass. */
export type Done = { kind: "ready" } | { kind: "answer"; linkID: string; answer: Answer } | { kind: "go"; at: string };

/** Tells a message of ours from whatever else a window hears; both sides are of one origin. */
export const isOurs = (event: MessageEvent): boolean => event.origin === location.origin && typeof (event.data as { kind?: unknown } | null)?.kind === "string";
