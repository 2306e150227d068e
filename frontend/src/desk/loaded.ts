import { onMounted, ref, shallowRef, type Ref, type ShallowRef } from "vue";
import { toProblem, type Problem } from "@/client";

/** What a page shows once it has come, and what kept it from coming. */
export interface Loaded<T> {
  data: ShallowRef<T | undefined>;
  problem: ShallowRef<Problem | undefined>;
  busy: Ref<boolean>;
  /** Asks again; what is shown stays until the answer is there. */
  again: () => Promise<void>;
}

/** Loads what a page shows when it opens. */
export function useLoaded<T>(load: () => Promise<T>): Loaded<T> {
  const data = shallowRef<T>();
  const problem = shallowRef<Problem>();
  const busy = ref(false);
  async function again() {
    busy.value = true;
    try {
      data.value = await load();
      problem.value = undefined;
    } catch (thrown) {
      problem.value = toProblem(thrown);
    } finally {
      busy.value = false;
    }
  }
  onMounted(again);
  return { data, problem, busy, again };
}
