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
  const begun = JSON.stringify(draft.value);
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;
  const path = { name };

  // One after the other: of two on their way at once the older may arrive last, and a lock
  // must not overtake any.
  let sending: Promise<unknown> = Promise.resolve();
  const send = (body: () => unknown) => (sending = sending.catch(() => undefined).then(() => ask(client.PUT("/desk/drafts/{name}", { params: { path }, body: body() as never }))));
  const soon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => void quietly(), pause);
  };

  async function keep(): Promise<void> {
    clearTimeout(waiting);
    if (waiting && !isOver) void send(() => draft.value);
    waiting = undefined;
    await sending;
  }
  const forget = async () => {
    clearTimeout(waiting);
    [waiting, isOver] = [undefined, true];
    await send(() => null);
  };
  const quietly = () => keep().catch(() => undefined); // a locked desk refuses; the lock kept it before

  void ask(client.GET("/desk/drafts/{name}", { params: { path } }))
    .then((kept) => {
      if (JSON.stringify(draft.value) !== begun) soon(); // somebody types already: that stays, and is kept
      else if (kept) draft.value = kept as T;
    })
    .catch(() => undefined)
    .finally(() => {
      ready.value = true;
      watch(draft, soon, { deep: true });
    });
  beforeLock.add(quietly);
  onBeforeUnmount(() => {
    beforeLock.delete(quietly);
    void quietly();
  });
  return { draft, ready, forget };
}
