import { computed, ref, shallowRef } from "vue";
import { ask, client, subscribe, toProblem, type Problem, type Schema } from "@/client";
import { stepped } from "./textsize";

/** What somebody types to log in. */
export type Typed = Schema["DeskLogin"];

/** How the desk is; undefined until it has said so once. */
export const state = shallowRef<Schema["DeskState"]>();
export const member = computed(() => state.value?.member);

/** Tells whether who is logged in may do something: noun.verb, as the center names it. */
export const may = (permission: string): boolean => member.value?.permissions.includes(permission) ?? false;

/** Somebody has just logged in: they go where they work. */
export const arrives = ref(true);

/** Works that must be kept before the desk is locked; see draft.ts. */
export const beforeLock = new Set<() => Promise<void>>();

/** The text size that was chosen and that the desk has not kept yet. */
let wished: number | undefined;

async function refresh(): Promise<void> {
  const said = await ask(client.GET("/desk/state"));
  state.value = wished === undefined ? said : { ...said, text_percent: wished };
}

/** Follows the state of the desk for as long as the page is open. */
export function followState(failed: (problem: Problem) => void): () => void {
  const look = () => refresh().catch((thrown: unknown) => failed(toProblem(thrown)));
  void look();
  return subscribe("state", () => void look());
}

export async function logIn(typed: Typed): Promise<void> {
  state.value = await ask(client.POST("/desk/login", { body: typed }));
}

/** The made-up staff of a demo. */
export const colleagues = ["demo.reception", "demo.clerk", "demo.clerk.chaoyang", "demo.clerk.haidian", "demo.reviewer", "demo.second", "demo.finance", "demo.treasurer", "demo.counsellor", "demo.admin"] as const;

/** Logs one of them in. */
export async function logInAsDemo(login: (typeof colleagues)[number]): Promise<void> {
  state.value = await ask(client.POST("/desk/demo-login", { body: { login } }));
}

export async function logOut(): Promise<void> {
  state.value = await ask(client.POST("/desk/logout"));
}

export async function lock(): Promise<void> {
  await Promise.all([...beforeLock].map((keep) => keep()));
  state.value = await ask(client.POST("/desk/lock"));
}

export async function unlock(password: string): Promise<void> {
  state.value = await ask(client.POST("/desk/unlock", { body: { password } }));
}

/** What is being kept of it; one after the other, for one presses several times. */
let sizing: Promise<void> = Promise.resolve();

/** Makes the text so many steps larger, for who is logged in, also at their next login. */
export function sizeText(steps: number): Promise<void> {
  const now = state.value;
  const percent = stepped(now?.text_percent ?? 100, steps);
  if (!now || percent === now.text_percent) return sizing;
  wished = percent;
  state.value = { ...now, text_percent: percent }; // at once, whatever was asked for before is answered
  const settle = () => {
    if (wished === percent) wished = undefined;
  };
  sizing = sizing.then(() => ask(client.PUT("/desk/text-size", { body: { percent } }))).then(settle, () => {
    settle();
    void refresh().catch(() => undefined); // it is as it was
  });
  return sizing;
}

/** How often the program hears that somebody works, in ms. */
const tellEvery = 10_000;

/** Tells the program of keys and the mouse, so that it locks when there are none; a frame within the page is a window of its own. */
export function watchActivity(of: EventTarget = window): () => void {
  let last = 0;
  const note = () => {
    const now = Date.now();
    if (state.value?.phase !== "open" || now - last < tellEvery) return;
    last = now;
    ask(client.POST("/desk/activity")).catch(() => (last = 0)); // told again with the next key
  };
  const kinds = ["keydown", "pointerdown", "pointermove", "wheel"];
  for (const kind of kinds) of.addEventListener(kind, note, { passive: true, capture: true });
  return () => kinds.forEach((kind) => of.removeEventListener(kind, note, { capture: true }));
}
