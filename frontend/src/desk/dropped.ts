import { onBeforeUnmount, onMounted, watch, type Ref } from "vue";
import { subscribe } from "@/client";
import { state } from "./session";

/** Files lie ready that no page could take up yet. */
let wait = false;

/** Notes files that were chosen in a dialog which stood open longer than the desk did. */
export const followDropped = (): (() => void) => subscribe("drop", () => (wait = state.value?.phase === "locked"));

/** Takes up files that lie ready, dropped or chosen in a dialog: at once, or as soon as what was locked is there again and `ready`. */
export function useDropped(take: () => void, ready?: Ref<boolean>): void {
  let stop: (() => void) | undefined;
  function late() {
    if (!wait || ready?.value === false) return;
    wait = false;
    take();
  }
  if (ready) watch(ready, late);
  onMounted(() => {
    stop = subscribe("drop", () => {
      wait = true;
      late();
    });
    late();
  });
  onBeforeUnmount(() => stop?.());
}
