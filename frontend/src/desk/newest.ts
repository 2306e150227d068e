import { ref, shallowRef } from "vue";
import { toProblem, type Problem } from "@/client";

/**
 * Asks for what a page shows. Whoever chooses another view while an answer is on its way
 * wants that view: the newest question counts, and what comes of an older one is dropped.
 */
export function useNewest<A extends unknown[], T>(question: (...about: A) => Promise<T>, take: (answer: T, ...about: A) => void) {
  const busy = ref(false);
  const problem = shallowRef<Problem>();
  let turn = 0;
  async function load(...about: A): Promise<void> {
    const mine = ++turn;
    [busy.value, problem.value] = [true, undefined];
    try {
      const answer = await question(...about);
      if (mine === turn) take(answer, ...about);
    } catch (thrown) {
      if (mine === turn) problem.value = toProblem(thrown);
    } finally {
      if (mine === turn) busy.value = false;
    }
  }
  return { busy, problem, load };
}
