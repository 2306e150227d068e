import { useI18n } from "vue-i18n";
import type { Schema } from "@/client";

export type Pair = Schema["MergePair"];
export type Opened = Schema["MergeOpened"];
type Masked = Pair["donors"][number]["donor"];

/** The tones of what was said of a pair. */
export const tones = { open: "info", merged: "good", not_the_same: "neutral", undone: "care" } as const;

/** How pairs and their documents are said. */
export function useMergeWords() {
  const { t } = useI18n();
  const document = (m: Masked) => (m.number ? `${t(`reception.kind.${m.kind}`)} ${m.number}` : "—");
  const by = (p: Pair) => (p.decided_by === "terminal" ? t("merges.terminal") : (p.decided_by ?? ""));
  return { document, by };
}
