/** One call to the API, free of how it travels. */
export interface Call {
  method: string;
  /** Path with query, such as /kiosk/sites?product=whole_blood. */
  path: string;
  headers: Record<string, string>;
  body: string;
}

/** Carries a call and brings the answer; rejects when there is none. */
export type Transport = (call: Call, signal: AbortSignal) => Promise<Response>;

/** What the bound method answers (Go: app.BridgeResponse). */
export interface BridgeResponse {
  status: number;
  headers: Record<string, string> | null;
  body: string;
  /** The body is base64, because it is not text. */
  base64: boolean;
}

/** The one object a window binds into its page (Go: app.Bridge). */
export interface Bridge {
  Fetch(method: string, path: string, headers: Record<string, string>, body: string): Promise<BridgeResponse>;
  Heartbeat(): Promise<void>;
}

/** The bound object of a window; undefined in an ordinary browser. */
export function bridge(): Bridge | undefined {
  return (globalThis as { go?: { app?: { Bridge?: Bridge } } }).go?.app?.Bridge;
}

/** Calls the API inside this program. Bodies cross as text, never as blobs. */
export const bridgeTransport: Transport = async (call, signal) => {
  const answer = await Promise.race([bridge()!.Fetch(call.method, call.path, call.headers, call.body), abortOf(signal)]);
  const empty = answer.status === 204 || answer.status === 304;
  const body = answer.base64 ? Uint8Array.from(atob(answer.body), (c) => c.charCodeAt(0)) : answer.body;
  return new Response(empty ? null : body, { status: answer.status, headers: answer.headers ?? {} });
};

/** Calls the API over the network, on phones. */
export const networkTransport: Transport = (call, signal) =>
  fetch(call.path, {
    method: call.method,
    headers: call.headers,
    body: call.body || undefined,
    signal,
    credentials: "omit",
    cache: "no-store",
  });

function abortOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
