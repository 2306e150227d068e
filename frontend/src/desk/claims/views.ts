import type { Schema } from "@/client";
import { may } from "../session";
import type { Status } from "./words";

/** One way to look at the claims; the first is what waits for whoever is logged in. */
export interface View {
  id: string;
  statuses: Status[];
  /** Only those they have taken themselves. */
  mine?: boolean;
}

/** Where claims wait for nobody: the center does not count them, for they only become more. */
const over: Status[] = ["rejected", "withdrawn", "settled"];

const clerk: View[] = [
  { id: "todo", statuses: ["draft", "returned"] },
  { id: "reviewed", statuses: ["submitted", "in_review", "second_review"] },
  { id: "paying", statuses: ["approved", "to_pay", "paid", "failed"] },
  { id: "over", statuses: over },
  { id: "all", statuses: [] },
];
const reviewer: View[] = [
  { id: "review", statuses: ["submitted", "in_review", "second_review"] },
  { id: "mine", statuses: ["in_review"], mine: true },
  { id: "applicant", statuses: ["draft", "returned"] },
  { id: "paying", statuses: ["approved", "to_pay", "paid", "failed"] },
  { id: "over", statuses: over },
  { id: "all", statuses: [] },
];
const finance: View[] = [
  { id: "release", statuses: ["approved", "failed"] },
  { id: "payment", statuses: ["to_pay"] },
  { id: "settle", statuses: ["paid"] },
  { id: "settled", statuses: ["settled"] },
  { id: "all", statuses: [] },
];

/** The views of whoever is logged in. */
export const viewsOf = (): View[] => (may("claim.review") ? reviewer : may("payout.approve") ? finance : clerk);

/** How many claims a view has, and how many of them wait too long; none known for a view of all or of what is over. */
export function countOf(view: View, counts: Schema["ClaimCount"][]): { count: number; late: number } | undefined {
  if (view.mine || view.statuses.every((s) => over.includes(s))) return undefined;
  const of = counts.filter((c) => view.statuses.includes(c.status));
  return { count: of.reduce((n, c) => n + c.count, 0), late: of.reduce((n, c) => n + c.late, 0) };
}
