import { afterEach, describe, expect, it } from "vitest";
import { bridge, bridgeTransport, type BridgeResponse } from "./transport";

const target = globalThis as { go?: unknown };
afterEach(() => delete target.go);

function bind(answer: BridgeResponse | Promise<never>) {
  const calls: unknown[][] = [];
  target.go = { app: { Bridge: { Fetch: async (...call: unknown[]) => (calls.push(call), answer), Heartbeat: async () => undefined } } };
  return calls;
}
const call = { method: "GET", path: "/x", headers: { a: "b" }, body: "" };
const answer = (over: Partial<BridgeResponse>): BridgeResponse => ({ status: 200, headers: { "content-type": "application/json" }, body: "{}", base64: false, ...over });
const never = new AbortController().signal;

describe("the bridge of a window", () => {
  it("is absent in an ordinary browser", () => expect(bridge()).toBeUndefined());

  it("gets the call as plain texts", async () => {
    const calls = bind(answer({ body: '{"ok":true}' }));
    const response = await bridgeTransport(call, never);
    expect(calls).toEqual([["GET", "/x", { a: "b" }, ""]]);
    expect(await response.json()).toEqual({ ok: true });
    expect(response.headers.get("content-type")).toBe("application/json");
  });

  it("brings bytes as base64", async () => {
    bind(answer({ body: btoa("\u0000\u00ff%PDF"), base64: true }));
    const bytes = new Uint8Array(await (await bridgeTransport(call, never)).arrayBuffer());
    expect([...bytes]).toEqual([0, 255, 37, 80, 68, 70]);
  });

  it.each([204, 304])("brings %i without a body", async (status) => {
    bind(answer({ status, body: "", headers: null }));
    expect(await (await bridgeTransport(call, never)).text()).toBe("");
  });

  it("does not wait for ever when the program never answers", async () => {
    bind(new Promise<never>(() => undefined));
    await expect(bridgeTransport(call, AbortSignal.timeout(10))).rejects.toMatchObject({ name: "TimeoutError" });
    await expect(bridgeTransport(call, AbortSignal.abort(new Error("over")))).rejects.toThrow("over");
  });
});
