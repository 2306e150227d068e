import { computed, nextTick, onBeforeUnmount, onMounted, ref, shallowRef, watch } from "vue";
import { ask, client, subscribe, toProblem, type Problem, type Schema } from "@/client";
import { beforeLock } from "../session";
import { todayThere } from "./day";
import { contentOf, emptyForm, formOf, waivedIn, type Form } from "./form";

export type Opened = Schema["KeptClaimOpened"];
export type Kind = Schema["KeptPage"]["kind"];

/** The documents that are to be there as pages: a commitment signed on the screen is none. */
export const asPages = (documents: string[] | null | undefined, commitment?: string) => ((documents ?? []) as Kind[]).filter((kind) => kind !== "commitment" || commitment !== "signed");

/** How long after the last key what is typed is kept, in ms. */
const pause = 250;

/**
 * A claim while a clerk types it. With every pause it lies sealed in the program, which
 * survives a lock, a crash and a lost line; it goes to the center when the clerk says so.
 */
export function useCapture(id: string) {
  const today = todayThere();
  const form = ref<Form>(emptyForm("", "on_site", today));
  const kept = shallowRef<Opened>();
  /** The claim as the center answered it last. */
  const center = shallowRef<Schema["ClaimOpened"]>();
  const problem = shallowRef<Problem>();
  const busy = ref(false);
  const ready = ref(false);
  /** It has left the desk, or was never there. */
  const gone = ref(false);
  const params = { path: { id } };
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;

  function took(out: Opened): Opened {
    kept.value = out;
    if (out.center) center.value = out.center;
    return out;
  }
  /** What is typed goes to the program one after the other, so that an older text is never kept over a newer one. */
  let line: Promise<unknown> = Promise.resolve();
  function keep(): Promise<void> {
    clearTimeout(waiting);
    if (!waiting || isOver) return line.then(() => undefined);
    waiting = undefined;
    const body = { district: form.value.district, content: contentOf(form.value, today) };
    const done = line.then(async () => {
      if (!isOver) took(await ask(client.PUT("/desk/claims/{id}", { params, body })));
    });
    line = done.catch(() => undefined);
    return done;
  }
  const quietly = () => keep().catch((thrown: unknown) => void (problem.value = toProblem(thrown)));

  async function attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (busy.value) return;
    [busy.value, problem.value] = [true, undefined];
    try {
      return await work();
    } catch (thrown) {
      problem.value = toProblem(thrown);
    } finally {
      busy.value = false;
    }
  }
  async function load() {
    let out: Opened;
    try {
      out = await ask(client.GET("/desk/claims/{id}", { params }));
    } catch (thrown) {
      if (toProblem(thrown).code !== "desk.not_kept") throw thrown;
      out = await ask(client.POST("/desk/claims/{id}/begin", { params }));
    }
    took(out);
    form.value = formOf(out.content, out.district, today);
    await nextTick();
    ready.value = true;
  }
  /** Sends what is here; with submit, for review. Without a line it goes later. */
  const send = (submit: boolean) =>
    attempt(async () => {
      await keep();
      const out = took(await ask(client.POST("/desk/claims/{id}/send", { params, body: { submit } })));
      if (submit && !out.unsent && out.state !== "sending") isOver = true;
      return out;
    });
  const forget = () =>
    attempt(async () => {
      isOver = true;
      clearTimeout(waiting);
      await ask(client.DELETE("/desk/claims/{id}", { params }));
      return true;
    });
  const pages = {
    add: (from: "dialog" | "drop" | "scanner", kind?: Kind) => attempt(async () => (await keep(), took(await ask(client.POST("/desk/claims/{id}/pages", { params, body: { from, ...(kind && { kind }) } }))))),
    change: (page: string, body: Schema["PageChange"]) => attempt(async () => (await keep(), took(await ask(client.PATCH("/desk/claims/{id}/pages/{page_id}", { params: { path: { id, page_id: page } }, body }))))),
  };
  const look = () =>
    ask(client.GET("/desk/claims/{id}", { params })).then(took, (thrown: unknown) => {
      if (toProblem(thrown).code === "desk.not_kept" && !isOver) gone.value = true;
    });

  watch(
    form,
    () => {
      if (!ready.value || isOver) return;
      clearTimeout(waiting);
      waiting = setTimeout(() => void quietly(), pause);
    },
    { deep: true },
  );
  let stop: (() => void) | undefined;
  onMounted(() => {
    void attempt(load);
    stop = subscribe("claims", () => void look());
  });
  beforeLock.add(quietly);
  onBeforeUnmount(() => {
    beforeLock.delete(quietly);
    stop?.();
    void keep()
      .then(() => (kept.value && !kept.value.unsent && !isOver ? ask(client.DELETE("/desk/claims/{id}", { params })) : undefined))
      .catch(() => undefined); // a locked desk refuses; it lies there as it was kept
  });
  /** What the program misses, and the lines the center knows a hospital has waived, as long as they stand there. */
  const missing = computed(() => {
    const known = kept.value?.missing ?? [];
    return [...known, ...waivedIn(form.value.lines, center.value?.waived ?? [], today).filter((w) => !known.some((m) => m.location === w.location))];
  });
  return { form, kept, center, problem, busy, ready, gone, missing, today, keep, send, forget, pages };
}
