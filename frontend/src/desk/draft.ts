import { onBeforeUnmount, ref, watch, type Ref } from "vue";
import { ask, client } from "@/client";
import { beforeLock } from "./session";

/** How long after the last key something half typed is kept, in ms. */
const pause = 300;

/**
 * Something half typed. It lies in the program beside the login, not in the page, which
 * shows and holds nothing while the desk is locked. `ready` once it was looked for.
 */
export function useDraft<T>(name: string, initial: () => T): { draft: Ref<T>; ready: Ref<boolean>; forget: () => Promise<void> } {
  const draft = ref(initial()) as Ref<T>;
  const ready = ref(false);
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;
  const path = { name };

  async function keep(): Promise<void> {
    clearTimeout(waiting);
    if (!waiting || isOver) return;
    waiting = undefined;
    await ask(client.PUT("/desk/drafts/{name}", { params: { path }, body: draft.value as never }));
  }
  const forget = async () => {
    clearTimeout(waiting);
    [waiting, isOver] = [undefined, true];
    await ask(client.PUT("/desk/drafts/{name}", { params: { path }, body: null as never }));
  };
  const quietly = () => keep().catch(() => undefined); // a locked desk refuses; the lock kept it before

  void ask(client.GET("/desk/drafts/{name}", { params: { path } }))
    .then((kept) => {
      if (kept) draft.value = kept as T;
    })
    .catch(() => undefined)
    .finally(() => {
      ready.value = true;
      watch(
        draft,
        () => {
          clearTimeout(waiting);
          waiting = setTimeout(() => void quietly(), pause);
        },
        { deep: true },
      );
    });
  beforeLock.add(quietly);
  onBeforeUnmount(() => {
    beforeLock.delete(quietly);
    void quietly();
  });
  return { draft, ready, forget };
}
