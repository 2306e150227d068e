import { Banknote, CircleX, RefreshCw, RotateCcw, Undo2 } from "@lucide/vue";
import { computed, shallowRef, type Component, type Ref } from "vue";
import { useI18n } from "vue-i18n";
import { ask, client, type Schema } from "@/client";
import { useAttempt } from "../../attempt";
import type { Key } from "../../keys";
import { loadWords as loadClaimWords } from "../../claims/words";
import type { Payment } from "./list";

interface Act {
  id: "confirm" | "fail" | "again" | "drop" | "ask";
  /** What it is called: money that had arrived does not fail, it comes back. */
  words: string;
  key: string;
  icon: Component;
  run: () => void;
}

/** What finance may do about one payment; `after` is done when something was. */
export function usePaymentActs(row: Ref<Payment | undefined>, after: () => unknown) {
  const { t } = useI18n();
  const { busy, problem, done, attempt } = useAttempt();
  /** The claim a person says something of, and what. */
  const asked = shallowRef<{ claim: Schema["ClaimOpened"]; step: "confirm" | "fail" }>();
  const claimOf = (p: Payment) => ask(client.GET("/claims/{id}", { params: { path: { id: p.claim_id } } }));

  const work = (doing: (p: Payment) => Promise<string | undefined>) => () => {
    const p = row.value;
    if (p) void attempt(() => doing(p)).then((isDone) => isDone && done.value && after());
  };
  const say = (step: "confirm" | "fail") =>
    work(async (p) => {
      await loadClaimWords();
      asked.value = { claim: await claimOf(p), step };
      return undefined;
    });
  const all: Record<Act["id"], Omit<Act, "words">> = {
    confirm: { id: "confirm", key: "c", icon: Banknote, run: say("confirm") },
    fail: { id: "fail", key: "f", icon: CircleX, run: say("fail") },
    again: {
      id: "again",
      key: "p",
      icon: RotateCcw,
      run: work(async (p) => {
        const claim = await claimOf(p);
        await ask(client.POST("/claims/{id}/release", { params: { path: { id: p.claim_id } }, body: { version: claim.version } }));
        return t("money.payments.said.again", { claim: p.claim });
      }),
    },
    drop: {
      id: "drop",
      key: "d",
      icon: Undo2,
      run: work(async (p) => {
        await ask(client.POST("/payouts/payments/{id}/drop", { params: { path: { id: p.id } } }));
        return t("money.payments.said.dropped", { claim: p.claim });
      }),
    },
    ask: {
      id: "ask",
      key: "q",
      icon: RefreshCw,
      run: work(async (p) => {
        await ask(client.POST("/payouts/payments/{id}/ask", { params: { path: { id: p.id } } }));
        return t("money.payments.said.asked", { number: p.number });
      }),
    },
  };
  const ids = (p: Payment): Act["id"][] => {
    const isDriven = p.method === "wechat";
    if (p.status === "queued") return ["drop"];
    if (p.status === "sent") return isDriven ? ["ask"] : ["confirm", "fail"];
    if (p.status === "failed") return isDriven ? ["again", "ask"] : ["again", "confirm"];
    return p.status === "paid" ? ["fail"] : p.status === "returned" ? ["again"] : [];
  };
  const acts = computed(() => (row.value ? ids(row.value).map((id) => ({ ...all[id], words: `money.payments.act.${id === "fail" && row.value?.status === "paid" ? "back" : id}` })) : []));
  const keys = (): Key[] => acts.value.map((a) => ({ key: a.key, words: a.words, run: a.run }));
  function told() {
    const isBack = asked.value?.step === "fail" && asked.value.claim.status !== "to_pay";
    done.value = t(`money.payments.said.${isBack ? "back" : (asked.value?.step ?? "confirm")}`, { claim: asked.value?.claim.number ?? "" });
    asked.value = undefined;
    void after();
  }
  return { acts, keys, asked, told, busy, problem, done, attempt };
}
