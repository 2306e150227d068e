import { computed, nextTick, ref, watch, type Ref } from "vue";

/** The row of a list that keys are about: the first one until another is chosen, and the one beside it when it goes. */
export function useRows<T extends { id: string }>(shown: Ref<T[]>) {
  const chosen = ref("");
  const row = computed(() => shown.value.find((r) => r.id === chosen.value));
  watch(
    shown,
    (now, before) => {
      if (now.some((r) => r.id === chosen.value)) return;
      const at = before?.findIndex((r) => r.id === chosen.value) ?? 0;
      chosen.value = now[Math.min(Math.max(at, 0), now.length - 1)]?.id ?? "";
    },
    { immediate: true },
  );
  async function move(by: number) {
    const at = shown.value.findIndex((r) => r.id === chosen.value);
    chosen.value = shown.value[Math.min(Math.max(at + by, 0), shown.value.length - 1)]?.id ?? "";
    await nextTick();
    document.querySelector("tr[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }
  return { chosen, row, move };
}
