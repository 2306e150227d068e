import type { KeypadLayout } from "@/ui";

/** The kinds of document that can be typed, in the order they are offered (Go: identity.Kinds). */
export const kinds = [
  "resident_id",
  "hkmt_residence_permit",
  "foreign_pr_2023",
  "foreign_pr_2017",
  "hkmacau_travel_permit",
  "taiwan_travel_permit",
  "passport",
] as const;
export type Kind = (typeof kinds)[number];

/** How the number of a kind is typed and shown. */
export interface Shape {
  /** Lengths it may have, shortest first. */
  lengths: readonly number[];
  /** Groups it is read in. */
  groups: readonly number[];
  /** Letters it may begin with, chosen beside the keys. */
  prefixes?: readonly string[];
  /** The number says the birth date and the sex. */
  telling: boolean;
  layout: (typed: string) => KeypadLayout;
}

const citizen: Shape = { lengths: [18], groups: [6, 4, 4, 4], telling: true, layout: (typed) => (typed.length === 17 ? "identity" : "digits") };

/** The shape of every kind; what is behind it is checked by the program, not here. */
export const shapes: Record<Kind, Shape> = {
  resident_id: citizen,
  hkmt_residence_permit: citizen,
  foreign_pr_2023: citizen,
  foreign_pr_2017: { lengths: [15], groups: [3, 4, 4, 4], telling: false, layout: (typed) => (typed.length < 3 ? "letters" : "digits") },
  hkmacau_travel_permit: { lengths: [9, 11], groups: [1, 4, 4, 2], prefixes: ["H", "M"], telling: false, layout: () => "digits" },
  taiwan_travel_permit: { lengths: [8], groups: [4, 4], telling: false, layout: () => "digits" },
  passport: { lengths: [5, 6, 7, 8, 9, 10, 11, 12], groups: [], telling: false, layout: () => "letters" },
};

/** How long the number of a donation is, without and with its check character (Go: donation.ParseDIN). */
export const dinLengths = [13, 14] as const;

/** The screens on which a document is entered. */
export type Page = "kind" | "country" | "number" | "sex" | "birth" | "din";

/** The pages a kind needs, in order. */
export function pagesOf(kind: Kind | null): Page[] {
  if (!kind) return ["kind"];
  const pages: Page[] = kind === "passport" ? ["kind", "country", "number"] : ["kind", "number"];
  return shapes[kind].telling ? pages : [...pages, "sex", "birth"];
}

/** Tells whether a number has a length its kind allows. */
export function isLong(kind: Kind, number: string): boolean {
  return shapes[kind].lengths.includes(number.length);
}

/** A wrong value and where it stands, as the program says it. */
interface Place {
  location: string;
  code: string;
}

/**
 * The characters of the number a fault points at: number[17] is one, number[6:14]
 * a stretch without its end, number all of it.
 */
export function marked(places: readonly Place[], length: number): Set<number> {
  const at = new Set<number>();
  for (const { location } of places) {
    const found = /^(?:body\.)?number(?:\[(\d+)(?::(\d+))?\])?$/.exec(location);
    if (!found) continue;
    const from = found[1] === undefined ? 0 : Number(found[1]);
    const to = found[2] !== undefined ? Number(found[2]) : found[1] !== undefined ? from + 1 : length;
    for (let i = from; i < Math.min(to, length); i++) at.add(i);
  }
  return at;
}

/** The page on which the first of the faults can be mended; null when none is known. */
export function pageOf(places: readonly Place[]): Page | null {
  for (const { location } of places) {
    const field = location.replace(/^body\./, "").replace(/\[.*$/, "");
    if (field === "birth_date") return "birth";
    if (field === "kind" || field === "country" || field === "number" || field === "sex" || field === "din") return field;
  }
  return null;
}
