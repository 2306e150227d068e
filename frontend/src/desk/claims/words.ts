import { computed, shallowRef } from "vue";
import { useI18n } from "vue-i18n";
import { ask, client, Problem, type Schema } from "@/client";
import { useText, type Text } from "@/i18n/text";
import { member } from "../session";
import { useDeskFault } from "../words";

export type Status = Schema["ClaimListed"]["status"];
type Words = Schema["ClaimWords"];

/** What the center calls things; undefined until it has said so. They end with the login. */
const words = shallowRef<{ of: string; said: Words }>();

/** Asks for the words, once a login. */
export async function loadWords(): Promise<Words> {
  const of = member.value?.id ?? "";
  if (words.value?.of !== of) words.value = { of, said: await ask(client.GET("/desk/claims/words")) };
  return words.value!.said;
}

/** Names of what claims are made of, in the language of the page. */
export function useClaimWords() {
  const say = useText();
  const fault = useDeskFault();
  const { t } = useI18n();
  const all = computed(() => words.value?.said);
  const find = (list: { code: string; name: Text }[] | undefined, code: string | undefined) => say(list?.find((w) => w.code === code)?.name) || code || "";
  const options = <V extends string>(list: { code: V; name: Text }[] | undefined) => (list ?? []).map((w) => ({ value: w.code, label: say(w.name) }));
  return {
    all,
    status: (code?: string) => find(all.value?.statuses, code),
    step: (code?: string) => find(all.value?.steps, code),
    relation: (code?: string) => find(all.value?.relations, code),
    document: (code?: string) => find(all.value?.documents, code),
    component: (code?: string) => find(all.value?.components, code),
    fee: (code?: string) => find(all.value?.fees, code),
    finding: (code?: string) => find(all.value?.findings, code),
    district: (code?: string) => find(all.value?.districts, code),
    /** Who took a step: a member of staff by name, the donor from a phone of their own, or the program itself. */
    doer: (event: Schema["ClaimEvent"]) => event.by || t(event.donor ? "claims.donor" : "claims.system"),
    /** Of the pack, or, where a bank or driver said so, of a payment that failed. */
    reason: (id?: string) => say(all.value?.reasons.find((r) => r.id === id)?.text) || (id?.includes(".") ? fault(new Problem(id)).title : id) || "",
    channel: (code: string) => t(`claims.channel.${code}`),
    relations: computed(() => options(all.value?.relations)),
    documents: computed(() => options(all.value?.documents)),
    components: computed(() => options(all.value?.components)),
    fees: computed(() => options(all.value?.fees)),
    districts: computed(() => options(all.value?.districts)),
  };
}
