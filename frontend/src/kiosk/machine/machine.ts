import { defineStore } from "pinia";
import { computed, onScopeDispose, ref, shallowRef } from "vue";
import { ask, client, subscribe, toProblem, type Problem, type Schema } from "@/client";

/** How often the state is asked for even when nothing was announced, ms. */
const refreshMs = 15_000;

/** Tells whether the card reader can serve, whatever it is doing now. */
export function readerWorks(part: Schema["Part"]): boolean {
  return !["absent", "fault"].includes(part.state);
}

/** Tells whether paper would come out. */
export function printerWorks(part: Schema["Part"]): boolean {
  return ["ready", "low_paper"].includes(part.state);
}

/** The machine this page runs on: where it stands, how its parts and its line are. */
export const useMachine = defineStore("machine", () => {
  const state = shallowRef<Schema["KioskState"]>();
  const problem = shallowRef<Problem>();
  const now = ref(new Date());
  let offset = 0; // the center's clock minus this device's, as the program knows it

  async function refresh() {
    try {
      state.value = await ask(client.GET("/kiosk/state"));
      offset = Date.parse(state.value.now) - Date.now();
      now.value = new Date(Date.now() + offset);
      problem.value = undefined;
    } catch (thrown) {
      problem.value = toProblem(thrown);
    }
  }

  void refresh();
  const stop = subscribe("state", refresh);
  const asking = setInterval(refresh, refreshMs);
  const ticking = setInterval(() => (now.value = new Date(Date.now() + offset)), 1_000);
  onScopeDispose(() => {
    stop();
    clearInterval(asking);
    clearInterval(ticking);
  });

  return {
    state,
    problem,
    /** The time to show, corrected by the center's clock. */
    now,
    dataAsOf: computed(() => (state.value?.data_as_of ? new Date(state.value.data_as_of) : null)),
    refresh,
  };
});
