import type { Schema } from "@/client";

type Event = Schema["ClaimEvent"];

/** What is shown as one line: an event, and how many alike it stands for. */
export interface Told {
  event: Event;
  count: number;
}

/** The step that led a claim to where it is, where no decision tells of it: withdrawn, not paid. */
export function endOf(claim: Schema["ClaimOpened"]): Event | undefined {
  return ["withdrawn", "failed"].includes(claim.status) ? claim.history.filter((e) => e.to === claim.status && e.from !== e.to).at(-1) : undefined;
}

/** How far apart, in ms, what one person adds is still one sitting. */
const sitting = 10 * 60_000;

/**
 * A claim's history, newest first. Documents that one person adds one after the other are
 * one line with their number: a scanner takes in six at once, and a line for each would hide the rest.
 */
export function toldOf(history: readonly Event[]): Told[] {
  const told: Told[] = [];
  let before: Event | undefined;
  for (const event of history) {
    const last = told.at(-1);
    const goesOn = last && before?.step === "attach" && event.step === "attach" && event.by === before.by && event.duty === before.duty && Date.parse(event.at) - Date.parse(before.at) < sitting;
    if (goesOn) told[told.length - 1] = { event, count: last.count + 1 };
    else told.push({ event, count: 1 });
    before = event;
  }
  return told.reverse();
}
