import { ref } from "vue";
import type { Filter } from "./needs";

/** What the list of devices shows; it is the same again when one comes back from a device. */
export const view = { filter: ref<Filter>("needs"), site: ref(""), text: ref("") };
