import { onBeforeUnmount, ref, shallowRef, watch, type Ref } from "vue";
import { ask, client, toProblem, type Problem, type Schema } from "@/client";

export type Row = Schema["ReceptionRow"];

/** How long one question for news stays open, in seconds: less than a call may take. */
const patience = 8;
/** How long after a failure the next question is asked, in ms. */
const pause = 1_000;

/**
 * Today's list of a site, and every change of it as soon as the center knows. Without a
 * line the last list stays, with what is wrong beside it.
 */
export function useReception(site: Ref<string>) {
  const rows = shallowRef<Row[]>([]);
  const day = ref("");
  const problem = shallowRef<Problem>();
  const loaded = ref(false);
  let turn = 0;

  async function follow(id: string, mine: number) {
    let seen = "";
    while (mine === turn) {
      try {
        const query = seen ? { seen, wait: patience } : {};
        const list = await ask(client.GET("/sites/{id}/reception", { params: { path: { id }, query } }));
        if (mine !== turn) return;
        problem.value = undefined;
        if (list.seen !== seen) [rows.value, day.value, loaded.value, seen] = [list.rows, list.day, true, list.seen];
      } catch (thrown) {
        if (mine !== turn) return;
        problem.value = toProblem(thrown);
        await new Promise((done) => setTimeout(done, pause));
      }
    }
  }
  watch(
    site,
    (id) => {
      turn++;
      [rows.value, loaded.value] = [[], false];
      if (id) void follow(id, turn);
    },
    { immediate: true },
  );
  onBeforeUnmount(() => turn++);
  return { rows, day, problem, loaded };
}
