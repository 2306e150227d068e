import type { Schema } from "@/client";

type Reason = Schema["PolicyReason"];

/** The reasons of all options, each sentence once, in the order they were given. */
export function reasonsOf(options: readonly Pick<Schema["PolicyOption"], "reasons">[]): Reason[] {
  const said = new Set<string>();
  return options
    .flatMap((o) => o.reasons ?? [])
    .filter((r) => {
      const sentence = r.text.zh + r.text.en;
      return !said.has(sentence) && said.add(sentence);
    });
}
