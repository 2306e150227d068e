import { describe, expect, it } from "vitest";
import { makeFetch } from "./repeat";
import type { Call, Transport } from "./transport";

const wait = { timeoutMs: 20, attempts: 3, pauseMs: 1 };
const json = { "content-type": "application/problem+json" };

/** A transport that plays its acts one after the other and keeps the calls. */
function acts(...list: (Response | Error | "silence")[]) {
  const calls: Call[] = [];
  const transport: Transport = (call, signal) => {
    calls.push(call);
    const act = list[calls.length - 1];
    if (act instanceof Response) return Promise.resolve(act);
    if (act instanceof Error) return Promise.reject(act);
    return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  };
  let n = 0;
  return { calls, fetch: makeFetch(transport, wait, () => `key-${++n}`) };
}
const post = () => new Request("http://lianxin.invalid/kiosk/session?a=1", { method: "POST", body: '{"language":"en"}', headers: { "content-type": "application/json" } });

describe("a call", () => {
  it("carries method, path with query, headers and body", async () => {
    const { calls, fetch } = acts(new Response("{}"));
    await fetch(post());
    expect(calls[0]).toMatchObject({ method: "POST", path: "/kiosk/session?a=1", body: '{"language":"en"}' });
    expect(calls[0]!.headers["content-type"]).toBe("application/json");
  });

  it("that changes something has one idempotency key through all its tries", async () => {
    const { calls, fetch } = acts("silence", new TypeError("gone"), new Response("{}"));
    expect((await fetch(post())).status).toBe(200);
    expect(calls.map((c) => c.headers["idempotency-key"])).toEqual(["key-1", "key-1", "key-1"]);
    await expect(fetch(post())).rejects.toThrow(); // a new call, a new key
    expect(calls[3]!.headers["idempotency-key"]).toBe("key-2");
  });

  it("that only reads has no key", async () => {
    const { calls, fetch } = acts(new Response("{}"));
    await fetch(new Request("http://lianxin.invalid/kiosk/state"));
    expect(calls[0]!.headers).not.toHaveProperty("idempotency-key");
  });

  it.each([
    ["silence to the end", ["silence", "silence", "silence"], "TimeoutError"],
    ["no line to the end", [new TypeError("a"), new TypeError("b"), new TypeError("c")], "TypeError"],
  ] as const)("fails after three tries: %s", async (_, list, name) => {
    const { calls, fetch } = acts(...list);
    await expect(fetch(post())).rejects.toMatchObject({ name });
    expect(calls).toHaveLength(3);
  });

  it.each([
    [502, {}, 3],
    [503, json, 1], // the API itself decided: pressing on would not help
    [500, {}, 1],
    [422, json, 1],
  ])("answered %i %o is asked %i time(s)", async (status, headers, tries) => {
    const { calls, fetch } = acts(...Array.from({ length: 3 }, () => new Response("{}", { status, headers })));
    expect((await fetch(post())).status).toBe(status);
    expect(calls).toHaveLength(tries);
  });
});
