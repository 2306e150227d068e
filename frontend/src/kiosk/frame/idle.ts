import { computed, onScopeDispose, ref, type Ref } from "vue";

/** Events that show somebody is there. */
const signs = ["pointerdown", "keydown", "wheel", "touchmove"] as const;

/**
 * Calls `onActivity` when somebody touches the glass or a key, at most once in
 * `everyMs`: a person who types a number must not cause a call per key.
 */
export function useActivity(onActivity: () => void, everyMs: number): void {
  let last = -Infinity;
  const seen = () => {
    const now = performance.now();
    if (now - last < everyMs) return;
    last = now;
    onActivity();
  };
  for (const sign of signs) document.addEventListener(sign, seen, { capture: true, passive: true });
  onScopeDispose(() => {
    for (const sign of signs) document.removeEventListener(sign, seen, { capture: true });
  });
}

/**
 * Counts down to a deadline on the page's steady clock. `warning` is true while
 * the last `warnSeconds` run; `onEnd` is called once per deadline.
 */
export function useCountdown(deadline: Ref<number>, warnSeconds: () => number, onEnd: () => void) {
  const now = ref(performance.now());
  let ended = -1;
  const timer = setInterval(() => {
    now.value = performance.now();
    if (now.value >= deadline.value && ended !== deadline.value) {
      ended = deadline.value;
      onEnd();
    }
  }, 250);
  onScopeDispose(() => clearInterval(timer));

  const left = computed(() => Math.max(0, Math.ceil((deadline.value - now.value) / 1_000)));
  return { left, warning: computed(() => Number.isFinite(left.value) && left.value <= warnSeconds()) };
}
