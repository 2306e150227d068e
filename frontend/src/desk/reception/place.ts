import { computed, ref, shallowRef } from "vue";
import { ask, client, type Schema } from "@/client";
import { member } from "../session";

/** The sites of who is logged in. */
export const sites = shallowRef<Schema["Site"][]>([]);
const chosen = ref("");

/** The site the desk works for, and where its numbers are called to. Both end with the login. */
export const place = computed({
  get: () => (sites.value.some((s) => s.id === chosen.value) ? chosen.value : (sites.value[0]?.id ?? "")),
  set: (id) => (chosen.value = id),
});
export const counter = ref("1");

export async function loadSites(): Promise<void> {
  const all = await ask(client.GET("/sites"));
  sites.value = all.filter((s) => member.value?.everywhere || member.value?.sites?.includes(s.id));
}
