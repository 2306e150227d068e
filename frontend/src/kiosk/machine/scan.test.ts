import { expect, it, vi } from "vitest";
import { listenForScan } from "./scan";

function type(text: string, gapMs: number, start = 1_000) {
  let at = start;
  let last: KeyboardEvent | undefined;
  for (const key of [...text, "Enter"]) {
    last = new KeyboardEvent("keydown", { key, cancelable: true });
    Object.defineProperty(last, "timeStamp", { value: at });
    document.dispatchEvent(last);
    at += gapMs;
  }
  return last!;
}

it("takes a burst of keys as a scan, and keeps its Enter from the button in focus", () => {
  const scanned = vi.fn();
  const stop = listenForScan(document, scanned);
  expect(type("LX1:ABCDEF", 8).defaultPrevented).toBe(true);
  expect(scanned).toHaveBeenCalledExactlyOnceWith("LX1:ABCDEF");
  type("1234567", 200, 5_000); // a person
  type("123", 8, 20_000); // too short
  expect(scanned).toHaveBeenCalledOnce();
  stop();
  type("LX1:ABCDEF", 8, 40_000);
  expect(scanned).toHaveBeenCalledOnce();
});
