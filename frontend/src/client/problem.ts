/** One wrong value and where it stands. */
export interface Place {
  location: string;
  code: string;
}

/**
 * A failure a person can be told about: its code is the key of the sentence.
 * Codes that begin with "client." are this page's own.
 */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly code: string;
  readonly status: number;
  readonly params: Record<string, unknown>;
  readonly places: Place[];

  constructor(code: string, status = 0, params: Record<string, unknown> = {}, places: Place[] = [], cause?: unknown) {
    super(code, { cause });
    [this.code, this.status, this.params, this.places] = [code, status, params, places];
  }
}

/** Reads an RFC 9457 problem document; anything else becomes "client.unreadable". */
export function problemOf(body: unknown, status: number): Problem {
  if (typeof body === "object" && body !== null && "code" in body && typeof body.code === "string") {
    const { code, params, errors } = body as { code: string; params?: Record<string, unknown>; errors?: Place[] };
    return new Problem(code, status, params ?? {}, errors ?? []);
  }
  return new Problem("client.unreadable", status);
}

/** Turns whatever was thrown into a Problem. */
export function toProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  if (thrown instanceof DOMException && thrown.name === "TimeoutError") return new Problem("client.timeout", 0, {}, [], thrown);
  if (thrown instanceof TypeError) return new Problem("client.unreachable", 0, {}, [], thrown);
  return new Problem("client.unexpected", 0, {}, [], thrown);
}
