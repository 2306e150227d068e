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

it("keeps a burst from what has the focus, and gives a person's single key back a moment later", () => {
  vi.useFakeTimers();
  const scanned = vi.fn();
  const reached: string[] = [];
  const pad = document.createElement("div");
  document.body.append(pad);
  pad.addEventListener("keydown", (event) => reached.push(event.key));
  const stop = listenForScan(document, scanned, { hold: true });
  const press = (key: string, at: number) => {
    const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
    Object.defineProperty(event, "timeStamp", { value: at });
    pad.dispatchEvent(event);
  };
  [..."LX1.B.AAAA", "Enter"].forEach((key, i) => press(key, 1_000 + i * 8));
  vi.advanceTimersByTime(500);
  expect([scanned.mock.calls, reached]).toEqual([[["LX1.B.AAAA"]], []]);
  press("7", 5_000);
  expect(reached).toEqual([]);
  vi.advanceTimersByTime(60);
  press("Backspace", 5_400);
  expect(reached).toEqual(["7", "Backspace"]);
  press("8", 9_000);
  stop();
  vi.advanceTimersByTime(500);
  expect(reached).toEqual(["7", "Backspace"]);
  vi.useRealTimers();
});
