/** A month as it is written, 2026-11, some months before or after another. */
export function monthAfter(month: string, by: number): string {
  const [y, m] = month.split("-").map(Number) as [number, number];
  return new Date(Date.UTC(y, m - 1 + by, 1)).toISOString().slice(0, 7);
}

/** So many months up to one, the earliest first. */
export const monthsTo = (last: string, n: number): string[] => Array.from({ length: n }, (_, i) => monthAfter(last, i - n + 1));
