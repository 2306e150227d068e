import spread from "../../../../backend/receipt/fruits.json";
import type { Account } from "./views";

type Donation = Account["donations"][number];

/** What was given in a year, or in all of them. */
export interface Given {
  donations: Donation[];
  /** Whole blood, mL. */
  wholeBlood: number;
  /** Units by apheresis. */
  apheresis: number;
}

/** The years in which somebody gave, the latest first, as "2026". */
export const yearsOf = (donations: Donation[]) => [...new Set(donations.map((g) => g.on.slice(0, 4)))].sort().reverse();

/** What was given in a year, in all of them for "", earliest first. */
export function givenIn(donations: Donation[], year: string): Given {
  const found = donations.filter((g) => g.on.startsWith(year)).sort((a, b) => a.on.localeCompare(b.on));
  const sum = (product: Donation["product"], amount: (g: Donation) => number) => found.filter((g) => g.product === product).reduce((all, g) => all + amount(g), 0);
  return { donations: found, wholeBlood: sum("whole_blood", (g) => g.volume_ml), apheresis: sum("apheresis_platelets", (g) => g.units) };
}

/** Where a fruit hangs on the tree of the card, in the card's units. */
export interface Fruit {
  x: number;
  y: number;
  size: number;
  product: Donation["product"];
}

/** More than these would no longer be told apart; the figures count them all. */
export const mostFruits = spread.places.length;

/**
 * A fruit for each donation, spread over the crown so that none covers another however
 * many there are: by the file that the printed card is drawn from, whose meaning is
 * told at its reader (backend/receipt/tree.go).
 */
export function fruitsOf(donations: Donation[], crown = { x: 450, y: 520, across: 250, high: 190 }): Fruit[] {
  const shown = donations.slice(-mostFruits);
  const narrow = 1 / Math.sqrt(Math.max(shown.length, spread.room_at_least));
  const size = 190 * Math.min(spread.largest, narrow);
  return shown.map(({ product }, i) => {
    const [x, y] = spread.places[i] as [number, number];
    return { x: crown.x + crown.across * x * narrow, y: crown.y + crown.high * y * narrow, size, product };
  });
}
