// Something half typed, when the desk is slow to keep it.
import { flushPromises, mount } from "@vue/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { defineComponent, h, type Ref } from "vue";
import { routeFetch, type Sent } from "../../tests/fetchRouter";
import { useDraft } from "./draft";
import { beforeLock } from "./session";

/** The desk: what it was given to keep, and how each request is let go on. */
let kept: unknown;
let asked: { method: string; go: () => void }[];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  [kept, asked] = [undefined, []];
  const turn = (method: string) => new Promise<void>((go) => asked.push({ method, go }));
  routeFetch({
    "GET /desk/drafts/form": async () => (await turn("GET"), kept ?? null),
    "PUT /desk/drafts/form": async (sent: Sent) => (await turn("PUT"), (kept = sent.body), null),
  });
});
afterEach(() => {
  beforeLock.clear();
  vi.useRealTimers();
});

/** A page with a draft; the desk has said what it has kept unless it is `slow`. */
async function page(slow = false) {
  let draft!: Ref<{ text: string }>;
  let forget!: () => Promise<void>;
  const shown = mount(defineComponent(() => (({ draft, forget } = useDraft("form", () => ({ text: "" }))), () => h("p"))));
  await flushPromises();
  if (!slow) await answer("GET");
  return { draft, forget, unmount: () => shown.unmount() };
}

/** Lets the last request of a kind go on that has not. */
async function answer(method: string) {
  const at = asked.findLastIndex((one) => one.method === method);
  expect(at, `a ${method} that waits`).toBeGreaterThanOrEqual(0);
  asked.splice(at, 1)[0]!.go();
  await flushPromises();
}

async function type(draft: Ref<{ text: string }>, text: string) {
  draft.value.text = text;
  await flushPromises();
}

const pause = async () => (vi.advanceTimersByTime(300), await flushPromises());
const lock = () => Promise.all([...beforeLock].map((keep) => keep()));

it("of two that are kept, the newer stays, whichever the desk takes first", async () => {
  const { draft, unmount } = await page();
  await type(draft, "98");
  await pause();
  await type(draft, "138");
  await pause();
  while (asked.length) await answer("PUT");
  expect(kept).toEqual({ text: "138" });
  unmount();
});

it("a lock waits for what is on its way", async () => {
  const { draft, unmount } = await page();
  await type(draft, "98");
  await pause();
  let isLocked = false;
  const locking = lock().then(() => (isLocked = true));
  await flushPromises();
  expect(isLocked).toBe(false);
  await answer("PUT");
  await locking;
  expect(kept).toEqual({ text: "98" });
  unmount();
});

it("what was sent does not come back", async () => {
  const { draft, forget } = await page();
  await type(draft, "98");
  await pause();
  const forgetting = forget();
  await flushPromises();
  while (asked.length) await answer("PUT");
  await forgetting;
  expect(kept ?? null).toBeNull();
});

it("what is typed before the desk has said what it kept stays, and is kept", async () => {
  const { draft, unmount } = await page(true);
  await type(draft, "quick");
  kept = { text: "old" };
  await answer("GET");
  expect(draft.value.text).toBe("quick");
  const locking = lock();
  await flushPromises();
  await answer("PUT");
  await locking;
  expect(kept).toEqual({ text: "quick" });
  unmount();
});
