import createClient from "openapi-fetch";
import { toProblem, problemOf } from "./problem";
import { makeFetch } from "./repeat";
import type { components, paths } from "./schema.gen";

/** The API's own types, by name. */
export type Schema = components["schemas"];

/**
 * The one client of every surface. Only its `fetch` differs: a window calls the
 * program it lives in, a phone calls over the network; both read the path only,
 * so the address is a fixed one that leads nowhere.
 */
export const client = createClient<paths>({ baseUrl: "http://lianxin.invalid", fetch: makeFetch() });

/** Unwraps an answer; throws a Problem when it is a failure of any sort. */
export async function ask<T>(answering: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  let answer;
  try {
    answer = await answering;
  } catch (thrown) {
    throw toProblem(thrown);
  }
  if (!answer.response.ok) throw problemOf(answer.error, answer.response.status);
  return answer.data as T;
}
