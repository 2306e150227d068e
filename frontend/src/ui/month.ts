import { daysIn, fromDay, toDay, type Day } from "./date";

/** A month of a year; month counts from 1. */
export interface Month {
  year: number;
  month: number;
}

/** The month a day lies in. */
export function monthOf(day: Day): Month {
  const { year, month } = fromDay(day)!;
  return { year, month };
}

/** The month `by` months later. */
export function moveMonth({ year, month }: Month, by: number): Month {
  const n = year * 12 + (month - 1) + by;
  return { year: Math.floor(n / 12), month: (((n % 12) + 12) % 12) + 1 };
}

/** Tells whether a month has a day between the bounds. */
export function isOpenMonth({ year, month }: Month, min: Day, max: Day): boolean {
  return toDay(year, month, daysIn(year, month))! >= min && toDay(year, month, 1)! <= max;
}

/** The weeks of a month, Monday first; null where the day is of another month. */
export function weeksOf({ year, month }: Month): (Day | null)[][] {
  const before = (new Date(Date.UTC(year, month - 1, 1)).getUTCDay() + 6) % 7;
  const days: (Day | null)[] = [...Array<null>(before).fill(null), ...Array.from({ length: daysIn(year, month) }, (_, i) => toDay(year, month, i + 1))];
  while (days.length % 7) days.push(null);
  return Array.from({ length: days.length / 7 }, (_, i) => days.slice(i * 7, i * 7 + 7));
}

/** The day `by` days later. */
export function moveDay(day: Day, by: number): Day {
  const { year, month, day: n } = fromDay(day)!;
  const at = new Date(Date.UTC(year, month - 1, n + by));
  return toDay(at.getUTCFullYear(), at.getUTCMonth() + 1, at.getUTCDate())!;
}

/** The same day `by` months later, or the last of that month when it is shorter. */
export function moveByMonths(day: Day, by: number): Day {
  const { year, month, day: n } = fromDay(day)!;
  const to = moveMonth({ year, month }, by);
  return toDay(to.year, to.month, Math.min(n, daysIn(to.year, to.month)))!;
}
