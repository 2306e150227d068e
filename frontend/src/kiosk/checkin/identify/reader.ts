import { computed, onScopeDispose, ref, watch } from "vue";
import { subscribe, type Schema } from "@/client";
import { useMachine } from "../../machine/machine";

/** What the card reader asks of a person (Go: reader.State). */
export type ReaderState = "ready" | "reading" | "read" | "unreadable" | "lift" | "absent" | "fault";

const known = new Set<string>(["ready", "reading", "read", "unreadable", "lift", "absent", "fault"]);

/**
 * The card reader as it is now. Why a card could not be read stays until the
 * next card is read, also while the reader waits for it to be taken away.
 */
export function useReader() {
  const machine = useMachine();
  const state = ref<ReaderState>("ready");
  const code = ref("");

  function heard(part: Schema["Part"]) {
    if (!known.has(part.state)) return; // paused: nobody is asked for a card
    state.value = part.state as ReaderState;
    if (part.code) code.value = part.code;
    else if (part.state === "reading" || part.state === "read") code.value = "";
  }
  if (machine.state) heard(machine.state.reader);
  // The announcement says it at once; the machine's state says it when one was missed.
  onScopeDispose(subscribe("reader", (part) => heard(part as Schema["Part"])));
  watch(
    () => machine.state?.reader.state,
    (now, before) => now && before && machine.state && heard(machine.state.reader),
  );
  return { state, code, works: computed(() => state.value !== "absent" && state.value !== "fault") };
}
