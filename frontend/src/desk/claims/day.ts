/**
 * A day as it is typed: 20261103, 2026-11-3, 2026.11.03, or 1103 and 11-3 for one of the
 * last twelve months, as bills are of days gone by. "" while it is none.
 */
export function dayOf(text: string | undefined, today: string): string {
  const parts = (text ?? "").trim().split(/[-./年月日\s]+/).filter(Boolean);
  const digits = parts.join("");
  if (!/^\d+$/.test(digits)) return "";
  let [y, m, d] = parts.map(Number) as [number?, number?, number?];
  if (parts.length === 1 && digits.length === 8) [y, m, d] = [Number(digits.slice(0, 4)), Number(digits.slice(4, 6)), Number(digits.slice(6))];
  else if (parts.length === 1 && digits.length === 4) [y, m, d] = [undefined, Number(digits.slice(0, 2)), Number(digits.slice(2))];
  else if (parts.length === 2) [y, m, d] = [undefined, y, m];
  else if (parts.length !== 3) return "";
  const at = (year: number) => iso(year, m!, d!);
  if (y !== undefined) return at(y);
  const thisYear = Number(today.slice(0, 4));
  const soon = at(thisYear);
  return soon && soon > today ? at(thisYear - 1) : soon;
}

function iso(y: number, m: number, d: number): string {
  const date = new Date(Date.UTC(y, m - 1, d));
  const isReal = y >= 1900 && y < 2200 && date.getUTCMonth() === m - 1 && date.getUTCDate() === d;
  return isReal ? date.toISOString().slice(0, 10) : "";
}

/** Today in Beijing, as 2026-11-23. */
export const todayThere = (now = new Date()): string => new Date(now.getTime() + 8 * 3_600_000).toISOString().slice(0, 10);

const dayMs = 86_400_000;

/** Whole days between a moment and now, as people count waiting: the first day is 0. */
export const daysSince = (moment: string, now = Date.now()): number => Math.max(0, Math.floor((now - Date.parse(moment)) / dayMs));
