import { bridge, bridgeTransport, networkTransport, type Call, type Transport } from "./transport";

/** How long to wait for an answer, and how often to ask again. */
export interface Patience {
  timeoutMs: number;
  /** Tries altogether. */
  attempts: number;
  /** Pause before the second try, ms; it doubles each time. */
  pauseMs: number;
}

const patience: Patience = { timeoutMs: 10_000, attempts: 3, pauseMs: 300 };
const safe = new Set(["GET", "HEAD", "OPTIONS"]);
const passing = new Set([502, 503, 504]);

/**
 * Makes the `fetch` of the client: it gives every unsafe call one idempotency
 * key, waits a bounded time, and repeats the same call with the same key, so
 * that a lost answer never becomes a second deed.
 */
export function makeFetch(transport: Transport = pick, wait = patience, newKey: () => string = () => crypto.randomUUID()) {
  return async (request: Request): Promise<Response> => {
    const call = await callOf(request, newKey);
    for (let attempt = 1; ; attempt++) {
      const last = attempt >= wait.attempts;
      try {
        const answer = await transport(call, AbortSignal.timeout(wait.timeoutMs));
        // A 503 with a body is a decided answer of our own API: do not press on.
        if (last || !passing.has(answer.status) || isProblem(answer)) return answer;
      } catch (cause) {
        if (last) throw cause;
      }
      await new Promise((done) => setTimeout(done, wait.pauseMs * 2 ** (attempt - 1)));
    }
  };
}

const pick: Transport = (call, signal) => (bridge() ? bridgeTransport : networkTransport)(call, signal);

function isProblem(answer: Response): boolean {
  return answer.headers.get("content-type")?.includes("json") ?? false;
}

async function callOf(request: Request, newKey: () => string): Promise<Call> {
  const url = new URL(request.url);
  const headers = Object.fromEntries(request.headers.entries());
  if (!safe.has(request.method)) headers["idempotency-key"] ??= newKey();
  return { method: request.method, path: url.pathname + url.search, headers, body: await request.text() };
}
