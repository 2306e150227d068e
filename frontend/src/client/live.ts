/** What the program tells the page without being asked. */
export type Topic = "state" | "session" | "reader" | "claims" | "drop" | "audit-export" | "saved";

interface Message {
  topic: Topic;
  data: unknown;
}
interface WindowRuntime {
  EventsOn(name: string, listener: (message: Message) => void): () => void;
}

const listeners = new Map<Topic, Set<(data: unknown) => void>>();
let stop: (() => void) | undefined;

/**
 * Hears everything said on a topic until the returned function is called.
 * In windows it comes as events of the window, elsewhere as server-sent events.
 */
export function subscribe(topic: Topic, listener: (data: unknown) => void): () => void {
  const set = listeners.get(topic) ?? new Set();
  listeners.set(topic, set.add(listener));
  stop ??= connect();
  return () => {
    set.delete(listener);
    if ([...listeners.values()].some((s) => s.size > 0)) return;
    stop?.();
    stop = undefined;
  };
}

function deliver(message: Message) {
  for (const listener of listeners.get(message.topic) ?? []) listener(message.data);
}

function connect(): () => void {
  const runtime = (globalThis as { runtime?: WindowRuntime }).runtime;
  if (runtime) return runtime.EventsOn("lianxin", deliver);
  // The browser reconnects by itself after a lost line.
  const source = new EventSource("/events");
  source.onmessage = (event: MessageEvent<string>) => deliver(JSON.parse(event.data) as Message);
  return () => source.close();
}
