import { effectScope, nextTick, ref } from "vue";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { useActivity, useCountdown } from "./idle";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("the countdown", () => {
  function start(seconds: number) {
    const deadline = ref(performance.now() + seconds * 1_000);
    const onEnd = vi.fn();
    const scope = effectScope();
    const { left, warning } = scope.run(() => useCountdown(deadline, () => 20, onEnd))!;
    return { deadline, onEnd, left, warning, scope };
  }

  it("warns in its last seconds and ends once", () => {
    const { left, warning, onEnd } = start(60);
    vi.advanceTimersByTime(39_000);
    expect([left.value, warning.value]).toEqual([21, false]);
    vi.advanceTimersByTime(1_000);
    expect([left.value, warning.value]).toEqual([20, true]);
    vi.advanceTimersByTime(19_500);
    expect([left.value, onEnd.mock.calls.length]).toEqual([1, 0]);
    vi.advanceTimersByTime(5_000);
    expect([left.value, onEnd.mock.calls.length]).toEqual([0, 1]);
  });

  it("begins anew with a new deadline", async () => {
    const { deadline, left, warning, onEnd } = start(30);
    vi.advanceTimersByTime(25_000);
    deadline.value = performance.now() + 60_000;
    await nextTick();
    expect([left.value, warning.value]).toEqual([60, false]);
    vi.advanceTimersByTime(61_000);
    expect(onEnd).toHaveBeenCalledOnce();
  });

  it("never warns without a deadline, and stops with its screen", () => {
    const { deadline, warning, scope, onEnd } = start(10);
    deadline.value = Infinity;
    vi.advanceTimersByTime(100_000);
    expect(warning.value).toBe(false);
    deadline.value = performance.now() + 1_000;
    scope.stop();
    vi.advanceTimersByTime(10_000);
    expect(onEnd).not.toHaveBeenCalled();
  });
});

it("activity is told at most once in a while", () => {
  const told = vi.fn();
  const scope = effectScope();
  scope.run(() => useActivity(told, 5_000));
  for (let i = 0; i < 12; i++) {
    document.dispatchEvent(new Event("pointerdown"));
    vi.advanceTimersByTime(1_000);
  }
  expect(told).toHaveBeenCalledTimes(3);
  scope.stop();
  vi.advanceTimersByTime(10_000);
  document.dispatchEvent(new Event("keydown"));
  expect(told).toHaveBeenCalledTimes(3);
});
