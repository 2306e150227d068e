// A test with one glass in one mode, which is without trouble and findings at its end.
import assert from "node:assert/strict";
import { test } from "node:test";
import { note } from "./figures.mjs";
import { openGlass } from "./glass.mjs";
import { wordsOf } from "./words.mjs";

/** `opened` gives the browser and world of a file's tests; `leave` puts away what a deed left, also when it failed. */
export const onGlass = (opened, leave = async () => undefined) => (name, mode, deed) =>
  test(`${name}, ${mode.id}`, async () => {
    const { browser, world } = opened();
    const glass = await openGlass(browser, world, { mode });
    try {
      await deed(glass, glass.page, wordsOf(mode.language));
      assert.deepEqual(glass.trouble, []);
      assert.deepEqual(glass.found, []);
    } finally {
      await leave(glass);
      note(glass);
      await glass.close();
    }
  });
