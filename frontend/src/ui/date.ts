/** A calendar day without time or zone, as YYYY-MM-DD. */
export type Day = string;

/** How many days a month has; month counts from 1. */
export function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** Writes a day, or null when there is no such day. */
export function toDay(year: number, month: number, day: number): Day | null {
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return null;
  return `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}

/** Reads YYYY-MM-DD; null when it is not one. */
export function fromDay(value: string): { year: number; month: number; day: number } | null {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(value);
  if (!parts) return null;
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  return toDay(year, month, day) ? { year, month, day } : null;
}

/** The decades from the year `from` to the year `to`, newest first: 2000, 1990 … */
export function decades(from: number, to: number): number[] {
  const list: number[] = [];
  for (let d = Math.floor(to / 10) * 10; d > from - 10; d -= 10) list.push(d);
  return list;
}
