import type { Schema } from "@/client";

export type Version = Schema["PackVersion"];
export type Report = Schema["PackReport"];
export type File = Schema["PackFile"];
export type Difference = Schema["PackDifference"];

/** Which versions a list shows: those that hold or will, or all there ever were. */
export type Filter = "now" | "all";

/** The versions of a filter that have a text in their name, title or version. */
export function shown(all: Version[], filter: Filter, text: string, say: (title: Version["title"]) => string): (Version & { key: string })[] {
  const wanted = text.trim().toLowerCase();
  return all
    .filter((v) => filter === "all" || v.state === "in_force" || v.state === "upcoming" || v.state === "unusable")
    .filter((v) => !wanted || [v.id, v.version, say(v.title)].some((part) => part.toLowerCase().includes(wanted)))
    .map((v) => ({ ...v, key: `${v.id}|${v.version}` }));
}

/** The tone of a state's badge. */
export const tones = { in_force: "good", upcoming: "info", past: "neutral", withdrawn: "neutral", unusable: "care" } as const;

/** Tomorrow in Beijing, the usual first day of a new version. */
export function tomorrow(now = new Date()): string {
  return new Intl.DateTimeFormat("sv", { timeZone: "Asia/Shanghai" }).format(new Date(now.getTime() + 86_400_000));
}

/** Today in Beijing. */
export const today = (now = new Date()): string => new Intl.DateTimeFormat("sv", { timeZone: "Asia/Shanghai" }).format(now);

/** One mistake as it is told: the sentence of a loader says what was expected and what came. */
export function expectation(detail: string): { expected: string; got: string } | undefined {
  const [, expected, got] = /expected (.+), got (.+)$/.exec(detail) ?? [];
  return expected && got ? { expected, got } : undefined;
}
