import { computed, shallowRef } from "vue";
import { ask, client, type Schema } from "@/client";
import { useText } from "@/i18n/text";

const all = shallowRef<Schema["Site"][]>([]);

/** The sites, for lists that name one. */
export function useSites() {
  const say = useText();
  const name = (id: string) => say(all.value.find((s) => s.id === id)?.name) || id;
  const options = computed(() => all.value.map((s) => ({ value: s.id, label: say(s.name) })));
  const load = async () => void (all.value = await ask(client.GET("/sites")));
  return { all, name, options, load };
}
