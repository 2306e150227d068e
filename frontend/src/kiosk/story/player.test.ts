import { effectScope } from "vue";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { pictures } from "./pictures";
import { usePlayer } from "./player";
import story from "./scenes.json";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());
const play = (autoplay: boolean) => effectScope().run(() => usePlayer([2, 3], autoplay))!;

describe("the story", () => {
  it("has a picture for every scene", () => expect(Object.keys(pictures).sort()).toEqual(story.scenes.map((s) => s.id).sort()));
  it("takes one minute", () => expect(story.scenes.reduce((sum, s) => sum + s.seconds, 0)).toBe(60));

  it("goes on by itself and stops at the end", () => {
    const player = play(true);
    vi.advanceTimersByTime(1_900);
    expect(player.index.value).toBe(0);
    vi.advanceTimersByTime(200);
    expect(player.index.value).toBe(1);
    vi.advanceTimersByTime(3_100);
    expect([player.index.value, player.playing.value, player.progress.value]).toEqual([1, false, 1]);
    player.toggle(); // from the beginning
    expect([player.index.value, player.playing.value, player.progress.value]).toEqual([0, true, 0]);
  });

  it("stands still until asked, and while stopped", () => {
    const player = play(false);
    vi.advanceTimersByTime(60_000);
    expect([player.index.value, player.progress.value]).toEqual([0, 0]);
    player.toggle();
    vi.advanceTimersByTime(1_000);
    player.toggle();
    vi.advanceTimersByTime(60_000);
    expect(player.progress.value).toBeCloseTo(0.5, 1);
  });

  it("turns within its ends", () => {
    const player = play(false);
    player.go(9);
    expect(player.index.value).toBe(1);
    player.go(-1);
    expect(player.index.value).toBe(0);
  });
});
