/** Which characters a pad offers. */
export type KeypadLayout = "digits" | "identity" | "decimal" | "letters" | "search" | "donation";

const erase = "⌫";
const clear = "CC"; // longer than any key a keyboard can send

const figures = [
  ["1", "2", "3"],
  ["4", "5", "6"],
  ["7", "8", "9"],
];

/** The rows of keys of a layout; "⌫" erases one character, "CC" all of them. */
export function keysOf(layout: KeypadLayout): string[][] {
  switch (layout) {
    case "digits":
      return [...figures, [clear, "0", erase]];
    case "identity":
      return [...figures, ["X", "0", erase]];
    case "decimal":
      return [...figures, [".", "0", erase]];
    case "search": // as on a phone, where people type pinyin
      return [[..."QWERTYUIOP"], [..."ASDFGHJKL"], [clear, ..."ZXCVBNM", erase]];
    case "donation": // letters, figures, and the star a check character may be
      return [[..."1234567890"], [..."ABCDEFGHI"], [..."JKLMNOPQR"], [..."STUVWXYZ*", erase]];
    case "letters":
      return [
        [..."1234567890"],
        [..."ABCDEFGHI"],
        [..."JKLMNOPQR"],
        [..."STUVWXYZ", erase],
      ];
  }
}

/** Cuts a number into the groups people read aloud: 110105 19491231 002X. */
export function group(value: string, sizes: readonly number[]): string[] {
  const groups: string[] = [];
  let at = 0;
  for (const size of sizes) {
    if (at >= value.length) return groups;
    groups.push(value.slice(at, at + size));
    at += size;
  }
  if (at < value.length) groups.push(value.slice(at));
  return groups;
}
