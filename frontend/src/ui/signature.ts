/**
 * Where the finger was and when. x and y count from the top left corner in
 * ten-thousandths of the pad's width, both alike, so that a signature keeps its
 * shape at any size; t is milliseconds since the first touch.
 */
export interface Point {
  x: number;
  y: number;
  t: number;
}

/** One line from touch to lift. */
export type Stroke = Point[];

/** The pad's width in the units of a point. */
export const scale = 10_000;

// The bounds the service holds a signature to; the pad never sends what breaks them.
const minPoints = 8;
const minLength = scale / 6;
const maxPoints = 5_000;
const maxMillis = 10 * 60 * 1_000;
/** Points nearer than this to the last one add nothing to the line. */
const grain = 12;

/** Appends a point to a stroke when it adds to the line and the bounds allow it. */
export function extend(stroke: Stroke, point: Point, drawn: number): boolean {
  const last = stroke.at(-1);
  if (drawn >= maxPoints || point.t > maxMillis) return false;
  if (last && Math.hypot(point.x - last.x, point.y - last.y) < grain) return false;
  stroke.push({ ...point, t: Math.max(point.t, last?.t ?? 0) });
  return true;
}

/** How many points were drawn. */
export function count(strokes: Stroke[]): number {
  return strokes.reduce((sum, s) => sum + s.length, 0);
}

/** Tells whether enough was drawn to be a signature and not a slip of the finger. */
export function isSigned(strokes: Stroke[]): boolean {
  let length = 0;
  for (const stroke of strokes) {
    for (let i = 1; i < stroke.length; i++) {
      length += Math.hypot(stroke[i]!.x - stroke[i - 1]!.x, stroke[i]!.y - stroke[i - 1]!.y);
    }
  }
  return count(strokes) >= minPoints && length >= minLength;
}

/** An SVG path through a stroke's points, smoothed by its midpoints. */
export function pathOf(stroke: Stroke): string {
  const first = stroke[0];
  if (!first) return "";
  let path = `M${first.x} ${first.y}`;
  for (let i = 1; i < stroke.length - 1; i++) {
    const [p, q] = [stroke[i]!, stroke[i + 1]!];
    path += `Q${p.x} ${p.y} ${(p.x + q.x) / 2} ${(p.y + q.y) / 2}`;
  }
  const last = stroke.at(-1)!;
  return `${path}L${last.x} ${last.y}`;
}
