/**
 * The viewBox that holds drawings of straight lines (absolute M, L and Z) with a
 * little air around them, so that nothing of the glass is wasted.
 */
export function cropOf(paths: string[], air = 12): string {
  const numbers = paths.flatMap((path) => path.match(/-?\d+(\.\d+)?/g) ?? []).map(Number);
  const xs = numbers.filter((_, i) => i % 2 === 0);
  const ys = numbers.filter((_, i) => i % 2 === 1);
  if (xs.length === 0) return "0 0 1 1";
  const [left, top] = [Math.min(...xs) - air, Math.min(...ys) - air];
  return [left, top, Math.max(...xs) + air - left, Math.max(...ys) + air - top].map((n) => n.toFixed(1)).join(" ");
}
