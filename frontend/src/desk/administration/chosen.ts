import { computed, nextTick, ref, watch, type ComputedRef, type Ref } from "vue";
import type { Key } from "../keys";

/** The chosen row of a list, moved by the arrow keys; Enter opens it. */
export function useChosen<T extends { id: string }>(rows: () => T[], open: (row: T) => void): { chosen: Ref<string>; row: ComputedRef<T | undefined>; keys: () => Key[] } {
  const chosen = ref("");
  const row = computed(() => rows().find((r) => r.id === chosen.value));
  watch(rows, (now) => {
    if (!now.some((r) => r.id === chosen.value)) chosen.value = now[0]?.id ?? "";
  });
  async function move(by: number) {
    const all = rows();
    const at = all.findIndex((r) => r.id === chosen.value);
    chosen.value = all[Math.min(Math.max(at + by, 0), all.length - 1)]?.id ?? "";
    await nextTick();
    document.querySelector('tr[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  }
  const keys = () => [
    { key: "Enter", words: "administration.keys.open", run: () => row.value && open(row.value), when: () => !!row.value },
    { key: "ArrowDown", words: "administration.keys.down", run: () => void move(1), when: () => rows().length > 1 },
    { key: "ArrowUp", words: "administration.keys.up", run: () => void move(-1), when: () => rows().length > 1 },
  ];
  return { chosen, row, keys };
}
