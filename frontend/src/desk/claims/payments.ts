import { shallowRef, watch, type Ref } from "vue";
import { ask, client, toProblem, type Problem, type Schema } from "@/client";

export type Payment = Schema["PaymentListed"];
type Opened = Schema["ClaimOpened"];

/**
 * Where a claim's money is, where somebody has something to do about it: it waits for a
 * batch, is in one, has left; arrived while the claim is elsewhere; is back while the claim
 * is elsewhere, or can be sent again. "" where nothing is to be said.
 */
export type Money = "" | "waits" | "queued" | "sent" | "arrived" | "back" | "again";

/** Statuses in which a claim is with the applicant or with reviewers. */
const elsewhere: Opened["status"][] = ["returned", "submitted", "in_review", "second_review"];

/** Where it is, and in which batch. */
export function moneyOf(status: Opened["status"], payments: readonly Payment[]): { is: Money; last?: Payment } {
  const last = payments.filter((p) => p.status !== "dropped").at(-1);
  if (status === "to_pay") return { is: last?.status === "queued" || last?.status === "sent" ? last.status : "waits", last };
  if (!last || ![...elsewhere, "approved", "failed"].includes(status)) return { is: "", last };
  const had = payments.find((p) => p.status === "paid");
  if (had) return { is: "arrived", last: had };
  return { is: elsewhere.includes(status) ? "back" : "again", last };
}

/** What was tried to pay a claim, oldest first; asked for anew whenever the claim is. */
export function usePayments(claim: Ref<Opened | undefined>) {
  const payments = shallowRef<Payment[]>([]);
  const problem = shallowRef<Problem>();
  watch(
    claim,
    async (c) => {
      if (!c?.history.some((e) => e.step === "release")) {
        [payments.value, problem.value] = [[], undefined];
        return;
      }
      try {
        const all = await ask(client.GET("/claims/{id}/payments", { params: { path: { id: c.id } } }));
        if (claim.value?.id === c.id) [payments.value, problem.value] = [all, undefined];
      } catch (thrown) {
        problem.value = toProblem(thrown);
      }
    },
    { immediate: true },
  );
  return { payments, problem };
}
