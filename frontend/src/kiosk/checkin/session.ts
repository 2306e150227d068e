import { defineStore } from "pinia";
import { computed, onScopeDispose, ref, shallowRef } from "vue";
import { ask, client, subscribe, toProblem, type Problem, type Schema } from "@/client";
import type { Language } from "@/i18n";

export type Session = Schema["CheckinSession"];
type Answering = Promise<{ data?: Session; error?: unknown; response: Response }>;

/** Why the last session ended, for one line on the welcome screen. */
export type Ending = "finished" | "left" | "timeout";

/**
 * The check-in of the one person in front of the kiosk. It lives in the program,
 * not in the page: a reloaded page asks for it and goes on.
 */
export const useSession = defineStore("session", () => {
  const session = shallowRef<Session | null>(null);
  const problem = shallowRef<Problem | null>(null);
  const busy = ref(false);
  const ending = ref<Ending | null>(null);
  /** When the program wipes it, on the page's steady clock (performance.now), ms. */
  const deadline = ref(Infinity);
  // Counts people: an answer that was under way for the last one is for nobody.
  let person = 0;

  function keep(next: Session | null) {
    session.value = next;
    deadline.value = next ? performance.now() + Date.parse(next.expires_at) - Date.now() : Infinity;
  }

  /**
   * Sends one step and keeps the session it answers. A failure becomes `problem`
   * and leaves the session as it was; resolves to whether it worked.
   */
  async function send(answering: () => Answering): Promise<boolean> {
    if (busy.value) return false;
    busy.value = true;
    problem.value = null;
    const mine = person;
    try {
      const next = await ask(answering());
      if (mine === person) keep(next);
      return mine === person;
    } catch (thrown) {
      if (mine === person) await failed(toProblem(thrown));
      return false;
    } finally {
      if (mine === person) busy.value = false;
    }
  }

  /** A step that no longer fits, as after two taps on one button, only means: look again. */
  async function failed(failure: Problem) {
    if (failure.code === "checkin.no_session") keep(null);
    else if (failure.code === "checkin.other_step") await resume();
    else problem.value = failure;
  }

  const start = (language: Language) => {
    ending.value = null;
    return send(() => client.POST("/kiosk/session", { body: { language } }));
  };

  /** Looks for a running session; absence is not a failure. */
  async function resume() {
    const mine = person;
    try {
      const found = await ask(client.GET("/kiosk/session"));
      if (mine === person) keep(found);
    } catch (thrown) {
      if (mine !== person) return;
      const failure = toProblem(thrown);
      if (failure.status === 404) keep(null);
      else problem.value = failure;
    }
  }

  /** Wipes everything personal, here at once and in the program. */
  async function end(why: Ending) {
    person++;
    keep(null);
    busy.value = false;
    problem.value = null;
    ending.value = why;
    try {
      await ask(client.DELETE("/kiosk/session"));
    } catch {
      // The program wipes by its own clock as well; the page already forgot.
    }
  }

  /** "More time": moves the wiping away; a failure leaves the countdown running. */
  async function touch() {
    if (!session.value) return;
    try {
      const fresh = await ask(client.POST("/kiosk/session/touch"));
      if (session.value?.id === fresh.id) keep(fresh);
    } catch (thrown) {
      if (toProblem(thrown).status === 404) keep(null);
    }
  }

  const stop = subscribe("session", () => void resume());
  onScopeDispose(stop);

  return {
    session,
    problem,
    busy,
    ending,
    deadline,
    step: computed(() => session.value?.step ?? null),
    send,
    start,
    resume,
    end,
    touch,
    forgetProblem: () => (problem.value = null),
  };
});
