import { computed, reactive, ref } from "vue";
import { client } from "@/client";
import { useSession } from "../session";
import { isNothing, same } from "./answer";
import type { Answer, Question } from "./position";

/**
 * Saves answers as they are tapped. What was tapped shows at once and stays,
 * also when saving fails; quick taps are saved in order, the last one counts.
 */
export function useAnswering() {
  const session = useSession();
  const drafts = reactive(new Map<string, Answer>());
  const saving = ref(0);

  /** The answer to show: what was tapped, else what is saved. */
  function shown(question: Question): Answer | undefined {
    const draft = drafts.get(question.link_id);
    return draft ? (isNothing(draft) ? undefined : draft) : question.answer;
  }

  /** Saves an answer; resolves to whether it, or a later one, is saved. */
  async function save(linkID: string, answer: Answer): Promise<boolean> {
    drafts.set(linkID, answer);
    saving.value++;
    const ok = await session.inLine(() => client.PUT("/kiosk/session/answers/{link_id}", { params: { path: { link_id: linkID } }, body: answer }));
    saving.value--;
    const draft = drafts.get(linkID);
    if (ok && draft && same(draft, answer)) drafts.delete(linkID);
    return ok;
  }

  return {
    shown,
    save,
    saving: computed(() => saving.value > 0),
    /** Tapped but not saved. */
    unsaved: (linkID: string): Answer | undefined => drafts.get(linkID),
    /** Leaves what could not be saved as it was before. */
    forget: (linkID: string) => drafts.delete(linkID),
  };
}
