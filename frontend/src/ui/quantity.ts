/** Why a typed quantity cannot be taken; null when it can. */
export type QuantityProblem = "empty" | "notNumber" | "tooSmall" | "tooLarge" | "tooPrecise";

/** The limits of a quantity, in its own unit. */
export interface QuantityLimits {
  min?: number;
  max?: number;
  /** Digits after the point; 0 for whole numbers. */
  decimals: number;
}

/** Checks what was typed against the limits. */
export function checkQuantity(typed: string, limits: QuantityLimits): QuantityProblem | null {
  if (typed === "") return "empty";
  if (!/^\d+(\.\d+)?$/.test(typed)) return "notNumber";
  if ((typed.split(".")[1]?.length ?? 0) > limits.decimals) return "tooPrecise";
  const n = Number(typed);
  if (limits.min !== undefined && n < limits.min) return "tooSmall";
  if (limits.max !== undefined && n > limits.max) return "tooLarge";
  return null;
}
