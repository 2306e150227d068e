// A world is of one day: it does not begin so late that midnight in Beijing comes first.
import assert from "node:assert/strict";
import { test } from "node:test";
import { waitForDay } from "./world.mjs";

const at = (time) => Date.parse(`2026-11-23T${time}+08:00`) / 1_000;
for (const [time, needed, waits] of [
  ["00:00:00", 480, 0],
  ["12:00:00", 480, 0],
  ["23:52:00", 480, 0],
  ["23:52:01", 480, 479],
  ["23:59:59", 480, 1],
]) {
  test(`a world of ${needed} s at ${time} waits ${waits} s`, async () => {
    assert.equal(await waitForDay(needed, at(time)), waits);
  });
}
