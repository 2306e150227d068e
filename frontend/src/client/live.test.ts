import { afterEach, describe, expect, it, vi } from "vitest";
import { subscribe } from "./live";

const target = globalThis as { runtime?: unknown; EventSource?: unknown };
afterEach(() => {
  delete target.runtime;
  vi.unstubAllGlobals();
});

describe("hearing the program", () => {
  it("listens once to the window's events and deals them out by topic", () => {
    const listeners: ((m: unknown) => void)[] = [];
    const stop = vi.fn();
    target.runtime = { EventsOn: (name: string, l: (m: unknown) => void) => (expect(name).toBe("lianxin"), listeners.push(l), stop) };
    const [state, reader] = [vi.fn(), vi.fn()];
    const quitState = subscribe("state", state);
    const quitReader = subscribe("reader", reader);
    expect(listeners).toHaveLength(1);

    listeners[0]!({ topic: "reader", data: { state: "lift" } });
    expect(reader).toHaveBeenCalledExactlyOnceWith({ state: "lift" });
    expect(state).not.toHaveBeenCalled();

    quitReader();
    expect(stop).not.toHaveBeenCalled();
    quitState();
    expect(stop).toHaveBeenCalledOnce();
  });

  it("uses server-sent events where there is no window", () => {
    const sources: { url: string; onmessage?: (e: { data: string }) => void; close: () => void }[] = [];
    vi.stubGlobal("EventSource", class { close = vi.fn(); constructor(public url: string) { sources.push(this); } });
    const heard = vi.fn();
    const quit = subscribe("session", heard);
    sources[0]!.onmessage!({ data: '{"topic":"session","data":null}' });
    expect(sources[0]!.url).toBe("/events");
    expect(heard).toHaveBeenCalledOnce();
    quit();
    expect(sources[0]!.close).toHaveBeenCalled();
  });
});
