import { ref } from "vue";

/** The last month that is shown, 2026-11; "" for the present one. It is the same again when one comes back. */
export const last = ref("");
/** The month and district keys are about. */
export const at = ref({ month: "", district: "" });
