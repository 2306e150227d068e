import { afterEach, expect, it } from "vitest";
import { left, settled } from "./rest";

const target = globalThis as { runtime?: unknown };
afterEach(() => delete target.runtime);

function listening() {
  const said: unknown[][] = [];
  target.runtime = { EventsEmit: (...words: unknown[]) => void said.push(words) };
  return said;
}

it("tells the window after two frames that a page looks as it should, and why its person left", async () => {
  const said = listening();
  let frames = 0;
  const count = () => void (frames++, requestAnimationFrame(count));
  requestAnimationFrame(count);
  await settled();
  expect(frames).toBeGreaterThanOrEqual(2);
  await left("timeout");
  expect(said).toEqual([["settled"], ["left", "timeout"]]);
});

it("says nothing where nobody listens", async () => {
  await settled();
  target.runtime = {};
  await expect(left("")).resolves.toBeUndefined();
});
