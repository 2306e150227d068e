// What the tests counted and measured, added up over all of them.
import { appendFileSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { out } from "./world.mjs";

const file = join(out, "e2e-figures.jsonl");

/** Adds what one glass saw. */
export function note({ looks, found, figure }) {
  mkdirSync(out, { recursive: true });
  appendFileSync(file, `${JSON.stringify({ looks, findings: found.length, ...(figure && { figure }) })}\n`);
}

/** Forgets the figures of the run before. */
export const forget = () => rmSync(file, { force: true });

/** All figures of the run in words, the last line the shortest. */
export function summary() {
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line));
  const sum = (key) => lines.reduce((n, line) => n + line[key], 0);
  const measured = lines.flatMap((line) => line.figure ?? []);
  return [...measured, `${sum("looks")} screens looked at by axe and measured, ${sum("findings")} findings; ${measured.join("; ")}`];
}
