import { computed, nextTick, ref, toValue, watch, type MaybeRefOrGetter } from "vue";
import type { Key } from "./keys";

/** The row of a list that keys are about: the first one until another is chosen, and the one beside it when it goes. */
export function useRows<T extends { id: string }>(shown: MaybeRefOrGetter<T[]>) {
  const chosen = ref("");
  const row = computed(() => toValue(shown).find((r) => r.id === chosen.value));
  watch(
    () => toValue(shown),
    (now, before) => {
      if (now.some((r) => r.id === chosen.value)) return;
      const at = before?.findIndex((r) => r.id === chosen.value) ?? 0;
      chosen.value = now[Math.min(Math.max(at, 0), now.length - 1)]?.id ?? "";
    },
    { immediate: true },
  );
  async function move(by: number) {
    const all = toValue(shown);
    const at = all.findIndex((r) => r.id === chosen.value);
    chosen.value = all[Math.min(Math.max(at + by, 0), all.length - 1)]?.id ?? "";
    await nextTick();
    document.querySelector("tr[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }
  /** Enter opens the chosen row, the arrow keys choose another. */
  const keys = (open: (row: T) => void): Key[] => [
    { key: "Enter", words: "desk.keys.open", run: () => row.value && open(row.value), when: () => !!row.value },
    { key: "ArrowDown", words: "desk.keys.down", run: () => void move(1), when: () => toValue(shown).length > 1 },
    { key: "ArrowUp", words: "desk.keys.up", run: () => void move(-1), when: () => toValue(shown).length > 1 },
  ];
  return { chosen, row, keys };
}
