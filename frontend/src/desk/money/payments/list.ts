import { onMounted, ref, shallowRef, watch, type Ref } from "vue";
import { ask, client, toProblem, type Problem, type Schema } from "@/client";
import { useAgain } from "../../again";

export type ToPay = Schema["ToPayListed"];
export type Batch = Schema["BatchListed"];
export type Payment = Schema["PaymentListed"];

/** The ways to look at paying, in their order. */
export const views = ["waiting", "batches", "sent", "failed", "paid"] as const;
export type View = (typeof views)[number];

const statuses: Partial<Record<View, Payment["status"][]>> = { sent: ["sent"], failed: ["failed", "returned"], paid: ["paid"] };
/** As many claims as a batch may have are looked at together. */
const most = 500;

/** Everything that waits to be put into a batch, the longest waiting first. */
async function waiting(): Promise<{ claims: ToPay[]; next: string }> {
  const claims: ToPay[] = [];
  let next: string | undefined = "";
  do {
    const page: Schema["ToPay"] = await ask(client.GET("/payouts/waiting", { params: { query: next ? { after: next } : {} } }));
    claims.push(...page.claims);
    next = page.next;
  } while (next && claims.length < most);
  return { claims, next: "" };
}

/** What a view shows, page by page; asked for anew when the line is back. */
export function usePayouts(view: Ref<View>) {
  const claims = shallowRef<ToPay[]>([]);
  const batches = shallowRef<Batch[]>([]);
  const payments = shallowRef<Payment[]>([]);
  const problem = shallowRef<Problem>();
  const loaded = ref(false);
  const next = ref("");
  /** How each page so far was asked for. */
  const pages = ref<string[]>([""]);
  let turn = 0;

  async function load() {
    const mine = ++turn;
    const [of, after] = [view.value, pages.value.at(-1)!];
    try {
      const [toPay, made, sent] = await Promise.all([
        of === "waiting" ? waiting() : undefined,
        of === "batches" ? ask(client.GET("/payouts/batches", { params: { query: { limit: 50, ...(after && { after }) } } })) : undefined,
        statuses[of] ? ask(client.POST("/payouts/payments/search", { body: { statuses: statuses[of], limit: 50, ...(after && { after }) } })) : undefined,
      ]);
      if (mine !== turn) return;
      [claims.value, batches.value, payments.value] = [toPay?.claims ?? [], made?.batches ?? [], sent?.payments ?? []];
      [next.value, problem.value] = [made?.next ?? sent?.next ?? "", undefined];
    } catch (thrown) {
      if (mine === turn) problem.value = toProblem(thrown);
    } finally {
      if (mine === turn) loaded.value = true;
    }
  }
  watch(view, () => {
    [pages.value, loaded.value] = [[""], false];
    void load();
  });
  onMounted(load);
  useAgain(load);
  const forward = () => next.value && (pages.value.push(next.value), load());
  const back = () => pages.value.length > 1 && (pages.value.pop(), load());
  return { claims, batches, payments, problem, loaded, next, pages, load, forward, back };
}
