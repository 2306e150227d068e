import { defineStore } from "pinia";
import { computed, onScopeDispose, ref, shallowRef } from "vue";
import { ask, client, subscribe, toProblem, type Problem, type Schema } from "@/client";
import type { Language } from "@/i18n";

export type Session = Schema["CheckinSession"];
type Answering = Promise<{ data?: Session; error?: unknown; response: Response }>;

const endings = ["finished", "left", "timeout"] as const;
/** Why the last session ended, for one line on the welcome screen. */
export type Ending = (typeof endings)[number];
export const endingOf = (word: unknown): Ending | null => endings.find((e) => e === word) ?? null;

const deadlineOf = (session: Session) => performance.now() + Date.parse(session.expires_at) - Date.now();

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
  // Counts steps begun and ended: what was looked up across one of them is old.
  let steps = 0;
  let underWay = 0;
  let line: Promise<unknown> = Promise.resolve();
  let wiping: Promise<boolean> = Promise.resolve(true);

  function keep(next: Session | null) {
    session.value = next;
    deadline.value = next ? deadlineOf(next) : Infinity;
  }

  /**
   * Sends one step and keeps the session it answers. A failure becomes `problem`
   * and leaves the session as it was; resolves to whether it worked. A second
   * tap while a step is under way does nothing.
   */
  const send = (answering: () => Answering): Promise<boolean> => (busy.value ? Promise.resolve(false) : inLine(answering));

  /** Like send, for what must not be lost: waits until its turn comes. */
  function inLine(answering: () => Answering): Promise<boolean> {
    const mine = person;
    const turn = line.then(() => (mine === person ? take(answering) : false));
    busy.value = true;
    line = turn.then(() => {
      if (mine === person && line === done) busy.value = false;
    });
    const done = line;
    return turn;
  }

  async function take(answering: () => Answering): Promise<boolean> {
    const mine = person;
    problem.value = null;
    steps++;
    underWay++;
    try {
      const next = await ask(answering());
      if (mine === person) keep(next);
      return mine === person;
    } catch (thrown) {
      if (mine === person) await failed(toProblem(thrown));
      return false;
    } finally {
      steps++;
      underWay--;
    }
  }

  /** A step that no longer fits, as after two taps on one button, only means: look again. */
  async function failed(failure: Problem) {
    if (failure.code === "checkin.no_session") keep(null);
    else if (failure.code === "checkin.other_step") await resume();
    else problem.value = failure;
  }

  const start = (language: Language, aim: Session["aim"] = "check_in") => {
    ending.value = null;
    return send(() => client.POST("/kiosk/session", { body: { language, aim } }));
  };

  /** Looks for a running session; absence is not a failure. */
  async function resume(): Promise<void> {
    const [mine, before] = [person, steps];
    try {
      const found = await ask(client.GET("/kiosk/session"));
      if (mine !== person) return;
      if (before === steps) keep(found);
      else if (!underWay) await resume(); // else the step under way brings what is newer
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
    busy.value = false;
    line = Promise.resolve();
    problem.value = null;
    ending.value = why;
    // The program wipes by its own clock as well; the page forgets already.
    wiping = ask(client.DELETE("/kiosk/session")).then(
      () => true,
      (thrown) => toProblem(thrown).status === 404,
    );
    keep(null);
    await wiping;
  }

  /**
   * "More time": moves the wiping away; a failure leaves the countdown running.
   * Only the time is taken over: a step sent meanwhile may already be further on.
   */
  async function touch() {
    const mine = person;
    if (!session.value) return;
    try {
      const fresh = await ask(client.POST("/kiosk/session/touch"));
      if (mine === person && session.value?.id === fresh.id) deadline.value = deadlineOf(fresh);
    } catch (thrown) {
      if (mine === person && toProblem(thrown).status === 404) keep(null);
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
    inLine,
    start,
    resume,
    end,
    /** Whether the program has wiped the last session as well, once that is known. */
    wiped: () => wiping,
    touch,
    forgetProblem: () => (problem.value = null),
  };
});
