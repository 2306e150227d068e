import type { Schema } from "@/client";
import type { Amount } from "../donation";

/**
 * Tells whether a kind of donation is possible today but not at this site: it is
 * neither what was chosen here nor among what this site could take instead.
 */
export function isElsewhere(option: Pick<Schema["PolicyOption"], "product" | "allowed">, gate: Pick<Schema["CheckinGateView"], "alternatives">, chosen?: Amount): boolean {
  return option.allowed && option.product !== chosen?.product && !gate.alternatives?.some((a) => a.product === option.product);
}
