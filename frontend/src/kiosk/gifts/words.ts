/** How wide a word is, in widths of a Chinese character: Latin letters are about half as wide. */
export const widthOf = (word: string) => [...word].reduce((sum, c) => sum + (c.codePointAt(0)! < 0x2e80 ? 0.58 : 1), 0);

/** What a button has around its word, in widths of a character. */
const around = 1.4;

/**
 * Cuts words into rows that fit beside each other: a row takes `room` widths of a
 * character. The order stays; a word that is wider than a row has one for itself.
 */
export function rowsOf(words: readonly string[], room: number): string[][] {
  const rows: string[][] = [];
  let left = 0;
  for (const word of words) {
    const takes = widthOf(word) + around;
    if (!rows.length || takes > left) {
      rows.push([]);
      left = room;
    }
    rows.at(-1)!.push(word);
    left -= takes;
  }
  return rows;
}

/**
 * What stands in the field after a key of the pad. Behind a word that was chosen in
 * English stands a space nobody sees: erasing takes it and a letter.
 */
export function afterKey(before: string, now: string): string {
  const erased = now.length < before.length && before.endsWith(" ");
  return erased ? now.slice(0, -1) : now;
}
