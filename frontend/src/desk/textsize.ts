/** Sizes of text at a desk, in percent of the usual one. */
const sizes = [100, 115, 130, 150];

/** The largest of them. */
export const largest = sizes.at(-1)!;

/** The size so many steps larger than one, within what there is. */
export function stepped(percent: number, steps: number): number {
  const at = Math.max(sizes.indexOf(percent), 0);
  return sizes[Math.min(Math.max(at + steps, 0), sizes.length - 1)]!;
}

/** The next larger size; behind the largest the usual one again, for a button that is pressed on and on. */
export const nextSize = (percent: number) => (percent < largest ? stepped(percent, 1) : sizes[0]!);

/** Makes a page's text that large: everything on it is measured in rem. */
export const apply = (percent: number) => (document.documentElement.style.fontSize = `${percent}%`);
