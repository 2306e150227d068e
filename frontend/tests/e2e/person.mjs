// Made-up people for the tests, each used once.
import assert from "node:assert/strict";
import { until } from "./glass.mjs";

/** A number with a right check digit (GB 11643) whose area exists nowhere. */
export function stranger(digits) {
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  return digits + "10X98765432"[[...digits].reduce((sum, digit, i) => sum + digit * weights[i], 0) % 11];
}

/** Who is there to be walked through a world's kiosk. */
export function cast(world) {
  const used = new Set();
  return {
    /** Somebody booked whom no test has used yet; flags as of `probe people`. */
    async booked(...flags) {
      const found = (await world.people(...flags)).find((p) => !used.has(p.number));
      assert.ok(found, `somebody booked, ${flags.join(" ")}`);
      used.add(found.number);
      return found;
    },
    /** A made-up card whose story matches. */
    async card(glass, story) {
      const found = (await glass.ask("GET", "/kiosk/demo/cards")).find((c) => story.test(c.story.en));
      assert.ok(found, `a made-up card: ${story}`);
      used.add(found.number);
      return found;
    },
    /** The visit of a number at the center, once it is there. */
    visit: (number) => until(async () => (await world.visits()).find((v) => v.person.document.number === number), "the center has the visit", 60),
  };
}
