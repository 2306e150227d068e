import type { Schema } from "@/client";

export type Question = Schema["CheckinQuestion"];
export type Answer = Schema["CheckinAnswer"];

/** Where a person stands: at one question, or at the list of all answers. */
export const review = "review";
export type Position = string;

/** Tells whether a question needs no more attention: answered, or left to staff. */
export const isSettled = (q: Question): boolean => q.answer !== undefined || !q.required;

/** The first question that is still open; undefined when none is. */
export const firstOpen = (items: readonly Question[]): Question | undefined => items.find((q) => !isSettled(q));

/** Where to begin: at the first open question, else at the list. */
export function opening(items: readonly Question[]): Position {
  return firstOpen(items)?.link_id ?? review;
}

/**
 * Where to go after a question. Items come and go with the answers, so the place
 * is found anew each time. Who came from the list goes back to it, unless the
 * change has opened a new question.
 */
export function after(items: readonly Question[], at: Position, fromReview: boolean): Position {
  if (fromReview) return opening(items);
  const next = items[items.findIndex((q) => q.link_id === at) + 1];
  return next ? next.link_id : review;
}

/** Where "back" leads; null leaves the questionnaire. */
export function before(items: readonly Question[], at: Position, fromReview: boolean): Position | null {
  if (at === review) return items.at(-1)?.link_id ?? null;
  if (fromReview) return review;
  const i = items.findIndex((q) => q.link_id === at);
  return i > 0 ? items[i - 1]!.link_id : null;
}

/** A position that still exists: a question that is no longer asked gives way to the first open one. */
export function holds(items: readonly Question[], at: Position): Position {
  return at === review || items.some((q) => q.link_id === at) ? at : opening(items);
}
