import { watch } from "vue";
import { state } from "./session";

/** Does something again as soon as the line to the center is back. */
export function useAgain(look: () => unknown): void {
  watch(
    () => state.value?.online,
    (online, before) => online && before === false && void look(),
  );
}
