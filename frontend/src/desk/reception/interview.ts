import { computed, ref, shallowRef, watch } from "vue";
import { ask, client, toProblem, type Problem, type Schema } from "@/client";
import { useDraft } from "../draft";

export type Visit = Schema["ReceptionVisit"];
/** What somebody may give. */
export type Product = Schema["Measured"]["product"];
export type Quantity = Schema["PolicyJudged"]["of"];

/** What is being typed about a visit. */
export interface Draft {
  /** Version of the visit it was begun on; -1 before it was filled. */
  version: number;
  comments: Record<string, string>;
  values: Partial<Record<Quantity, string>>;
  athlete: boolean;
  irregular: boolean;
  doctorDefers: boolean;
  onPaper: boolean;
  /** product:amount, mL or units. */
  gives: string;
}

const empty = (): Draft => ({ version: -1, comments: {}, values: {}, athlete: false, irregular: false, doctorDefers: false, onPaper: false, gives: "" });

/** A number as it is typed, with a decimal comma too; undefined while it is none. */
export function numberOf(text: string | undefined): number | undefined {
  const plain = (text ?? "").trim().replace(/[,，。]/, ".");
  return /^\d{1,4}(\.\d{0,3})?$/.test(plain) ? Number(plain) : undefined;
}

/** What is kept of a draft: numbers that are numbers, comments that say something. */
export function contentOf(draft: Draft): Schema["ReceptionInterview"] {
  const values: Record<string, number> = {};
  for (const [of, text] of Object.entries(draft.values)) {
    const n = numberOf(text);
    if (n !== undefined) values[of] = n;
  }
  const measurements: Schema["PolicyMeasurements"] = {};
  if (Object.keys(values).length) measurements.values = values;
  if (draft.athlete) measurements.endurance_athlete = true;
  if (draft.irregular) measurements.irregular_pulse = true;
  if (draft.doctorDefers) measurements.doctor_defers = true;
  const comments = Object.entries(draft.comments)
    .filter(([, text]) => text.trim())
    .map(([link_id, text]) => ({ link_id, text: text.trim() }));
  return { comments, measurements, ...(draft.onPaper && { on_paper: true }) };
}

/** The amount somebody gives, as the API names it. */
export function amountOf(gives: string): { product: Product; volume_ml?: number; units?: number } {
  const [product, n] = gives.split(":") as [Product, string];
  return product === "whole_blood" ? { product, volume_ml: Number(n) } : { product, units: Number(n) };
}

/** How long after the last key measurements are judged, in ms. */
const pause = 150;

/** A visit while staff work with it: what the center has, what is half typed, what the rules say. */
export function useInterview(id: string) {
  const visit = shallowRef<Visit>();
  const judgement = shallowRef<Schema["Judgement"]>();
  const problem = shallowRef<Problem>();
  const busy = ref(false);
  const { draft, ready, forget } = useDraft<Draft>(`interview-${id}`, empty);
  const params = { path: { id } };
  const isEditable = computed(() => visit.value?.state === "called" || visit.value?.state === "interviewed");
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let judged = 0;

  function fill(from: Visit) {
    const m = from.interview.measurements ?? {};
    const values = Object.fromEntries(Object.entries(m.values ?? {}).map(([of, n]) => [of, String(n)]));
    const comments = Object.fromEntries((from.interview.comments ?? []).map((c) => [c.link_id, c.text]));
    const gives = draft.value.gives || `${from.product}:${from.volume_ml || from.units || (from.product === "whole_blood" ? 400 : 1)}`;
    draft.value = { version: from.version, comments, values, athlete: !!m.endurance_athlete, irregular: !!m.irregular_pulse, doctorDefers: !!m.doctor_defers, onPaper: !!from.interview.on_paper, gives };
  }
  async function load() {
    const product = draft.value.gives ? amountOf(draft.value.gives).product : undefined;
    visit.value = await ask(client.GET("/visits/{id}/reception", { params: { path: { id }, query: product ? { product } : {} } }));
    // What is half typed on the version that is there goes on; anything else begins anew.
    if (draft.value.version !== visit.value.version) fill(visit.value);
    await judge();
  }
  async function judge() {
    if (!draft.value.gives) return;
    const body = { ...amountOf(draft.value.gives), measurements: contentOf(draft.value).measurements ?? {} };
    const mine = ++judged;
    const said = await ask(client.POST("/visits/{id}/judgement", { params, body }));
    if (mine === judged) judgement.value = said; // what was typed since is judged by another answer
  }
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
  async function keep() {
    const body = { version: visit.value!.version, ...contentOf(draft.value) };
    visit.value = await ask(client.PUT("/visits/{id}/interview", { params, body }));
    draft.value.version = visit.value.version;
  }
  const end = (how: Omit<Schema["VisitEnd"], "version">) =>
    attempt(async () => {
      if (how.state !== "left") await keep();
      visit.value = await ask(client.POST("/visits/{id}/outcome", { params, body: { version: visit.value!.version, ...how } }));
      await forget();
      return true;
    });

  watch(ready, () => void attempt(load), { once: true });
  watch(
    () => [draft.value.values, draft.value.athlete, draft.value.irregular, draft.value.doctorDefers, draft.value.gives],
    () => {
      clearTimeout(waiting);
      if (isEditable.value) waiting = setTimeout(() => void judge().catch((thrown: unknown) => (problem.value = toProblem(thrown))), pause);
    },
    { deep: true },
  );
  watch(
    () => draft.value.gives.split(":")[0],
    (product, before) => {
      if (product && before && visit.value) void attempt(load);
    },
  );
  return { visit, draft, judgement, problem, busy, isEditable, save: () => attempt(keep), end, reload: () => attempt(load) };
}
