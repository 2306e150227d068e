import { computed, shallowRef } from "vue";
import { ask, client, type Schema } from "@/client";
import { useText, type Text } from "@/i18n/text";
import { member } from "../session";

type Words = Schema["PayoutWords"];
/** What the center calls things of paying; they end with the login. */
const words = shallowRef<{ of: string; said: Words }>();

/** Asks for the words, once a login. */
export async function loadWords(): Promise<Words> {
  const of = member.value?.id ?? "";
  if (words.value?.of !== of) words.value = { of, said: await ask(client.GET("/payouts/words")) };
  return words.value!.said;
}

/** Names of what payments are made of, in the language of the page. */
export function usePayoutWords() {
  const say = useText();
  const all = computed(() => words.value?.said);
  const find = (list: { code: string; name: Text }[] | undefined, code: string) => say(list?.find((w) => w.code === code)?.name) || code;
  return {
    all,
    method: (code: string) => find(all.value?.methods, code),
    status: (code: string) => find(all.value?.statuses, code),
    finding: (code: string) => find(all.value?.findings, code),
    format: (id: string | undefined) => say(all.value?.formats.find((f) => f.id === id)?.title) || id || "",
    formats: computed(() => (all.value?.formats ?? []).map((f) => ({ value: f.id, label: say(f.title), kind: f.kind }))),
  };
}
