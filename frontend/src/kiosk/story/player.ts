import { computed, onScopeDispose, ref } from "vue";

/**
 * Plays scenes one after the other, each for its seconds, and stops after the
 * last. `steady` reads a clock in ms that never goes back.
 */
export function usePlayer(seconds: readonly number[], autoplay: boolean, steady = () => performance.now()) {
  const index = ref(0);
  const playing = ref(autoplay);
  const elapsed = ref(0); // ms of the current scene
  let last = steady();

  const timer = setInterval(tick, 100);
  onScopeDispose(() => clearInterval(timer));

  function tick() {
    const now = steady();
    if (playing.value) elapsed.value += now - last;
    last = now;
    if (elapsed.value < (seconds[index.value] ?? 0) * 1_000) return;
    if (index.value < seconds.length - 1) go(index.value + 1);
    else playing.value = false;
  }
  function go(to: number) {
    index.value = Math.max(0, Math.min(seconds.length - 1, to));
    elapsed.value = 0;
  }
  function toggle() {
    const over = !playing.value && elapsed.value >= (seconds[index.value] ?? 0) * 1_000;
    if (over) go(0);
    playing.value = !playing.value;
  }

  return {
    index,
    playing,
    /** How much of the current scene has played, 0 to 1. */
    progress: computed(() => Math.min(1, elapsed.value / ((seconds[index.value] ?? 1) * 1_000))),
    go,
    toggle,
  };
}
