import { ref } from "vue";
import type { View } from "./list";

/** What the page of payments shows; it is the same again when one comes back. */
export const view = ref<View>("waiting");
