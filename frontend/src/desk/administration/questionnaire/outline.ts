import type { Schema } from "@/client";

export type Draft = Schema["DraftView"];
export type Outline = Schema["DraftOutline"];
export type Problem = Schema["DraftProblem"];

/** A row of the list: a section, or a question in it. */
export interface Row {
  id: string;
  section: number;
  /** -1 for the section itself. */
  question: number;
}

/** The rows of an outline in its order. */
export function rowsOf(o: Outline): Row[] {
  return o.sections.flatMap((s, section) => [{ id: s.link_id, section, question: -1 }, ...s.questions.map((q, question) => ({ id: q.link_id, section, question }))]);
}

/** Whether a row can be moved up (-1) or down (1) among those beside it. */
export function mayMove(o: Outline, row: Row, by: -1 | 1): boolean {
  const [at, among] = row.question < 0 ? [row.section, o.sections.length] : [row.question, o.sections[row.section]!.questions.length];
  return at + by >= 0 && at + by < among;
}

/** Moves a section, or a question within its section. */
export function move(o: Outline, row: Row, by: -1 | 1): void {
  if (!mayMove(o, row, by)) return;
  const list: unknown[] = row.question < 0 ? o.sections : o.sections[row.section]!.questions;
  const at = row.question < 0 ? row.section : row.question;
  [list[at], list[at + by]] = [list[at + by], list[at]];
}

/** The gravest thing to be seen to of a section or question. */
export function gravest(problems: Pick<Problem, "link_id" | "severity">[], id: string): "error" | "warning" | undefined {
  const own = problems.filter((p) => p.link_id === id);
  return own.some((p) => p.severity === "error") ? "error" : own.length ? "warning" : undefined;
}
