import { createPinia, setActivePinia } from "pinia";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { problem, routeFetch } from "../../../tests/fetchRouter";
import { client } from "@/client";
import { endingOf, useSession } from "./session";

const session = (over = {}) => ({ id: "s1", step: "identify", language: "zh-CN", expires_at: new Date(Date.now() + 60_000).toISOString(), idle_seconds: 60, warn_seconds: 20, ...over });
const advance = () => client.POST("/kiosk/session/continue");

beforeEach(() => {
  (globalThis as { runtime?: unknown }).runtime = { EventsOn: () => () => undefined };
  setActivePinia(createPinia());
});

describe("a session", () => {
  it("begins with the language and knows when it ends", async () => {
    const sent = routeFetch({ "POST /kiosk/session": session() });
    const store = useSession();
    expect(await store.start("zh-CN")).toBe(true);
    expect(sent[0]!.body).toEqual({ language: "zh-CN", aim: "check_in" });
    expect(store.step).toBe("identify");
    expect((store.deadline - performance.now()) / 1_000).toBeCloseTo(60, 0);
  });

  it("keeps what it has when a step fails, and says why", async () => {
    routeFetch({ "POST /kiosk/session": session(), "POST /kiosk/session/continue": problem(422, "questionnaire.incomplete", { count: 2 }) });
    const store = useSession();
    await store.start("zh-CN");
    expect(await store.send(advance)).toBe(false);
    expect([store.step, store.problem?.code, store.problem?.params, store.busy]).toEqual(["identify", "questionnaire.incomplete", { count: 2 }, false]);
  });

  it("sends one step at a time", async () => {
    let answer = (_: unknown) => {};
    const sent = routeFetch({ "POST /kiosk/session/continue": () => new Promise((done) => (answer = done)) });
    const store = useSession();
    const first = store.send(advance);
    expect(await store.send(advance)).toBe(false);
    await vi.waitFor(() => expect(sent).toHaveLength(1));
    answer(session({ step: "gate" }));
    expect(await first).toBe(true);
    expect(store.step).toBe("gate");
  });

  it("looks again when the program is already elsewhere", async () => {
    routeFetch({ "POST /kiosk/session/continue": problem(409, "checkin.other_step"), "GET /kiosk/session": session({ step: "consent" }) });
    const store = useSession();
    await store.send(advance);
    expect([store.step, store.problem]).toEqual(["consent", null]);
  });

  it("is over when the program has wiped it", async () => {
    routeFetch({ "POST /kiosk/session": session(), "POST /kiosk/session/continue": problem(404, "checkin.no_session") });
    const store = useSession();
    await store.start("en");
    await store.send(advance);
    expect([store.session, store.problem, store.deadline]).toEqual([null, null, Infinity]);
  });

  it("says whether the program has wiped it as well: only then may a new page ask for it", async () => {
    for (const [answer, wiped] of [[null, true], [problem(404, "checkin.no_session"), true], [problem(500, "internal"), false]] as const) {
      routeFetch({ "POST /kiosk/session": session(), "DELETE /kiosk/session": answer });
      const store = useSession();
      await store.start("zh-CN");
      const ended = store.end("left");
      expect([store.session, store.ending]).toEqual([null, "left"]);
      expect(await store.wiped()).toBe(wiped);
      await ended;
    }
    expect([endingOf("timeout"), endingOf("other"), endingOf(null)]).toEqual(["timeout", null, null]);
  });

  it("goes on after the page was reloaded; none is no failure", async () => {
    const answers: Record<string, unknown> = { "GET /kiosk/session": session({ step: "questionnaire" }) };
    routeFetch(answers);
    const store = useSession();
    await store.resume();
    expect(store.step).toBe("questionnaire");
    answers["GET /kiosk/session"] = problem(404, "checkin.no_session");
    await store.resume();
    expect([store.session, store.problem]).toEqual([null, null]);
  });

  it("is forgotten at once, even when the program cannot be told", async () => {
    routeFetch({ "POST /kiosk/session": session(), "DELETE /kiosk/session": problem(500, "internal") });
    const store = useSession();
    await store.start("zh-CN");
    const ending = store.end("timeout");
    expect(store.session).toBeNull();
    await ending;
    expect([store.problem, store.ending]).toEqual([null, "timeout"]);
  });

  it("does not come back by an answer that was under way when it ended", async () => {
    let answer = (_: unknown) => {};
    routeFetch({ "POST /kiosk/session": session(), "POST /kiosk/session/continue": () => new Promise((done) => (answer = done)), "DELETE /kiosk/session": null });
    const store = useSession();
    await store.start("zh-CN");
    const step = store.send(advance);
    await store.end("left");
    answer(session({ step: "gate" }));
    await step;
    expect(store.session).toBeNull();
  });

  it("gets more time", async () => {
    routeFetch({ "POST /kiosk/session": session(), "POST /kiosk/session/touch": session({ expires_at: new Date(Date.now() + 120_000).toISOString() }) });
    const store = useSession();
    await store.start("zh-CN");
    await store.touch();
    expect((store.deadline - performance.now()) / 1_000).toBeCloseTo(120, 0);
  });
});

describe("steps that must not be lost", () => {
  it("wait for their turn and are all sent, in order", async () => {
    const answers: ((_: unknown) => void)[] = [];
    const sent = routeFetch({ "POST /kiosk/session/continue": () => new Promise((done) => answers.push(done)), "POST /kiosk/session/back": session({ step: "booking" }) });
    const store = useSession();
    const first = store.inLine(advance);
    const second = store.inLine(() => client.POST("/kiosk/session/back"));
    await vi.waitFor(() => expect(answers).toHaveLength(1));
    expect([sent.length, store.busy]).toEqual([1, true]);
    answers[0]!(session({ step: "gate" }));
    expect(await Promise.all([first, second])).toEqual([true, true]);
    expect([store.step, store.busy]).toEqual(["booking", false]);
  });

  it("are not held up for the next person by one that hangs", async () => {
    const answers: ((_: unknown) => void)[] = [];
    routeFetch({ "POST /kiosk/session": session(), "POST /kiosk/session/continue": () => new Promise((done) => answers.push(done)), "DELETE /kiosk/session": null });
    const store = useSession();
    await store.start("zh-CN");
    const hanging = store.inLine(advance);
    await vi.waitFor(() => expect(answers).toHaveLength(1));
    await store.end("left");
    expect(await store.start("zh-CN")).toBe(true);
    answers[0]!(session({ step: "gate" }));
    expect([await hanging, store.step]).toEqual([false, "identify"]);
  });
});

describe("a look at the session", () => {
  it("that began before a step ended never takes the step back", async () => {
    let old = (_: unknown) => {};
    const looks = [() => new Promise((done) => (old = done)), () => session({ step: "gate" })];
    routeFetch({ "GET /kiosk/session": () => looks.shift()!(), "POST /kiosk/session/continue": session({ step: "gate" }) });
    const store = useSession();
    const look = store.resume();
    await store.send(advance);
    old(session({ step: "booking" }));
    await look;
    expect([store.step, looks.length]).toEqual(["gate", 0]);
  });

  it("for more time takes over the time only", async () => {
    let late = (_: unknown) => {};
    routeFetch({ "POST /kiosk/session": session(), "POST /kiosk/session/touch": () => new Promise((done) => (late = done)), "POST /kiosk/session/continue": session({ step: "gate" }) });
    const store = useSession();
    await store.start("zh-CN");
    const touch = store.touch();
    await store.send(advance);
    late(session({ step: "identify", expires_at: new Date(Date.now() + 120_000).toISOString() }));
    await touch;
    expect(store.step).toBe("gate");
    expect((store.deadline - performance.now()) / 1_000).toBeCloseTo(120, 0);
  });
});
