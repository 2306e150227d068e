import type { Answer, Question } from "./position";

/** Adds or removes one option; an exclusive one stands alone. */
export function toggled(question: Question, codes: readonly string[], code: string): string[] {
  if (codes.includes(code)) return codes.filter((c) => c !== code);
  const exclusive = (c: string) => question.options?.find((o) => o.code === c)?.exclusive ?? false;
  if (exclusive(code)) return [code];
  const order = (question.options ?? []).map((o) => o.code);
  return [...codes.filter((c) => !exclusive(c)), code].sort((a, b) => order.indexOf(a) - order.indexOf(b));
}

/** Tells whether two answers say the same. */
export function same(a: Answer | undefined, b: Answer | undefined): boolean {
  const flat = (x: Answer | undefined) => JSON.stringify([x?.yes, x?.codes ?? [], x?.date ?? "", x?.number ?? "", x?.text ?? "", x?.staff ?? false]);
  return flat(a) === flat(b);
}

/** An answer that says nothing: sent, it takes back what was said. */
export const nothing: Answer = {};
export const isNothing = (a: Answer | undefined): boolean => same(a, nothing);
