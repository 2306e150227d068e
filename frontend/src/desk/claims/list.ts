import { onBeforeUnmount, onMounted, ref, shallowRef, watch, type Ref } from "vue";
import { ask, client, subscribe, toProblem, type Problem, type Schema } from "@/client";
import { state as desk } from "../session";
import type { View } from "./views";

export type Listed = Schema["ClaimListed"];
export type Kept = Schema["KeptClaim"];

/** What narrows a list. */
export interface Filters {
  text: string;
  district: string;
  channel: Listed["channel"] | "";
  from: string;
  until: string;
}
export const noFilters = (): Filters => ({ text: "", district: "", channel: "", from: "", until: "" });

/** A number of a claim, or how it begins: 110105-2026-00012. */
const claimNumber = /^\d{6}-[\d-]*$/;
const size = 50;

/** What a search asks for. */
export function searchOf(view: View, f: Filters, after: string): Schema["ClaimSearch"] {
  const text = f.text.trim();
  return {
    limit: size,
    ...(view.statuses.length && !text && { statuses: view.statuses, order: "waiting" as const }),
    ...(view.mine && !text && { mine: true }),
    ...(text && (claimNumber.test(text) ? { number: text } : { text })),
    ...(f.district && { districts: [f.district] }),
    ...(f.channel && { channel: f.channel }),
    ...(f.from && { from: f.from }),
    ...(f.until && { until: f.until }),
    ...(after && { after }),
  };
}

/** A page of claims, and how many there are of which; asked for anew when something was sent from here. */
export function useClaims(view: Ref<View>, filters: Ref<Filters>) {
  const rows = shallowRef<Listed[]>([]);
  const counts = shallowRef<Schema["ClaimCount"][]>([]);
  const kept = shallowRef<Kept[]>([]);
  const problem = shallowRef<Problem>();
  const loaded = ref(false);
  const next = ref("");
  /** How each page so far was asked for. */
  const pages = ref<string[]>([""]);
  let turn = 0;

  const note = (thrown: unknown) => (problem.value = toProblem(thrown));
  async function load() {
    const mine = ++turn;
    try {
      const list = await ask(client.POST("/claims/search", { body: searchOf(view.value, filters.value, pages.value.at(-1)!) }));
      if (mine !== turn) return;
      [rows.value, next.value, problem.value] = [list.claims, list.next ?? "", undefined];
    } catch (thrown) {
      if (mine === turn) note(thrown);
    } finally {
      if (mine === turn) loaded.value = true;
    }
  }
  const count = () => ask(client.GET("/claims/counts")).then((all) => (counts.value = all), () => undefined); // the list says what is wrong
  const lookHere = () => ask(client.GET("/desk/claims")).then((all) => (kept.value = all), () => undefined);
  const reload = () => Promise.all([load(), count(), lookHere()]);
  const begin = () => {
    pages.value = [""];
    void load();
  };
  watch([view, filters], begin, { deep: true });
  // What could not be asked is asked when the line is back.
  watch(
    () => desk.value?.online,
    (online) => online && problem.value && void reload(),
  );
  let stop: (() => void) | undefined;
  onMounted(() => {
    void reload();
    stop = subscribe("claims", () => void reload());
  });
  onBeforeUnmount(() => {
    turn++;
    stop?.();
  });
  return {
    rows,
    counts,
    kept,
    problem,
    loaded,
    next,
    pages,
    reload,
    forward: () => next.value && (pages.value.push(next.value), load()),
    back: () => pages.value.length > 1 && (pages.value.pop(), load()),
  };
}
