import type { Schema } from "@/client";
import type { Gift } from "./gift";

type Suggestion = Schema["PreferenceSuggestion"];

/** A suggested gift that is here, and the one it is suggested for; null when many chose it. */
export interface Shown {
  gift: Gift;
  of: Gift | null;
}

const atOnce = 6;

/** The first gifts of a list that are at this place, up to so many; a few are asked for at once. */
export async function firstHere(list: Suggestion[], wanted: number, cardOf: (id: string) => Promise<Gift | null>): Promise<Shown[]> {
  const here: Shown[] = [];
  for (let from = 0; from < list.length && here.length < wanted; from += atOnce) {
    const some = await Promise.all(list.slice(from, from + atOnce).map(async (s) => ({ gift: await cardOf(s.gift_id), because: s.because })));
    for (const { gift, because } of some) {
      if (gift?.here && here.length < wanted) here.push({ gift, of: because ? await cardOf(because) : null });
    }
  }
  return here;
}
