import { beforeEach, vi } from "vitest";

// A test that reaches for the network is wrong: calls go through the fetch router.
beforeEach(() => {
  vi.stubGlobal("fetch", (input: RequestInfo | URL) => {
    throw new Error(`unexpected call to ${String(input instanceof Request ? input.url : input)}`);
  });
});
