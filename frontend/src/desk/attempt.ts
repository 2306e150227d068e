import { ref, shallowRef } from "vue";
import { toProblem, type Problem } from "@/client";

/** One work at a time: whether it runs, what went wrong, and what came of it, if the work says so in words. */
export function useAttempt() {
  const busy = ref(false);
  const problem = shallowRef<Problem>();
  const done = ref("");
  /** Tells whether it was done. */
  async function attempt(work: () => Promise<unknown>): Promise<boolean> {
    if (busy.value) return false;
    [busy.value, problem.value, done.value] = [true, undefined, ""];
    try {
      const said = await work();
      done.value = typeof said === "string" ? said : "";
      return true;
    } catch (thrown) {
      problem.value = toProblem(thrown);
      return false;
    } finally {
      busy.value = false;
    }
  }
  return { busy, problem, done, attempt };
}
