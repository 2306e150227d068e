import { ref, shallowRef } from "vue";
import { toProblem, type Problem } from "@/client";

/** One work at a time: whether it runs, what went wrong, and what came of it, in words. */
export function useAttempt() {
  const busy = ref(false);
  const problem = shallowRef<Problem>();
  const done = ref("");
  async function attempt(work: () => Promise<string | void>): Promise<boolean> {
    if (busy.value) return false;
    [busy.value, problem.value, done.value] = [true, undefined, ""];
    try {
      done.value = (await work()) ?? "";
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
