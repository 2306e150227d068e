import { onTestFinished } from "vitest";
import type { BridgeResponse } from "@/client/transport";

export interface Sent {
  key: string;
  headers: Record<string, string>;
  body: unknown;
}
type Answer = unknown | ((sent: Sent) => unknown | Promise<unknown>);

/** Answers as a problem document. */
export const problem = (status: number, code: string, params?: object) => ({ __status: status, code, params });

/**
 * Stands in for the program behind the window: answers "METHOD /path" from the
 * table, keeps what was sent, and fails the test on a call that is not in it.
 */
export function routeFetch(answers: Record<string, Answer>): Sent[] {
  const sent: Sent[] = [];
  const unmatched: string[] = [];
  const Fetch = async (method: string, path: string, headers: Record<string, string>, body: string): Promise<BridgeResponse> => {
    const call = { key: `${method} ${path}`, headers, body: body ? (JSON.parse(body) as unknown) : undefined };
    sent.push(call);
    if (!(call.key in answers)) {
      unmatched.push(call.key);
      throw new Error(`no answer for ${call.key}`);
    }
    const known = answers[call.key];
    const answer = typeof known === "function" ? await known(call) : known;
    if (answer === null) return { status: 204, headers: {}, body: "", base64: false };
    const status = (answer as { __status?: number }).__status ?? 200;
    const type = status === 200 ? "application/json" : "application/problem+json";
    return { status, headers: { "content-type": type }, body: JSON.stringify(answer), base64: false };
  };
  const target = globalThis as { go?: unknown };
  target.go = { app: { Bridge: { Fetch, Heartbeat: async () => undefined } } };
  onTestFinished(() => {
    delete target.go;
    if (unmatched.length) throw new Error(`unexpected calls: ${unmatched.join(", ")}`);
  });
  return sent;
}
