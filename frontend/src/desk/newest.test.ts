import { expect, test } from "vitest";
import { ref } from "vue";
import { useNewest } from "./newest";

/** A center that answers when it is told to. */
function center() {
  const answers: Record<string, { resolve: (rows: string[]) => void; reject: (why: Error) => void }> = {};
  const question = (view: string) => new Promise<string[]>((resolve, reject) => (answers[view] = { resolve, reject }));
  return { answers, question };
}

test("who chooses another view before the first list has come gets the other one's list, in whatever order they come", async () => {
  const { answers, question } = center();
  const shown = ref<string[]>();
  const { busy, problem, load } = useNewest(question, (rows) => (shown.value = rows));
  const all = [load("open"), load("decided")];
  answers.decided!.resolve(["two people"]);
  await all[1];
  expect(shown.value).toEqual(["two people"]);
  expect(busy.value).toBe(false);
  answers.open!.resolve(["still open"]);
  await all[0];
  expect(shown.value).toEqual(["two people"]);
  expect(problem.value).toBeUndefined();
});

test("the answer to an older question is dropped, and so is its failure", async () => {
  const { answers, question } = center();
  const shown = ref<string[]>();
  const { busy, problem, load } = useNewest(question, (rows) => (shown.value = rows));
  const all = [load("open"), load("decided")];
  answers.open!.reject(new Error("gone"));
  await all[0];
  expect([shown.value, problem.value, busy.value]).toEqual([undefined, undefined, true]);
  answers.decided!.reject(new Error("gone as well"));
  await all[1];
  expect(problem.value).toBeDefined();
  expect(busy.value).toBe(false);
});
