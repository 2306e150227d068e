import { bridge } from "./transport";

/**
 * Tells the window's program every two seconds that this page is alive; the
 * program reloads a page that has gone quiet. Returns how to stop.
 */
export function startHeartbeat(everyMs = 2_000): () => void {
  const beat = () => {
    // A failed beat needs no words: its absence is the message.
    bridge()?.Heartbeat().catch(() => undefined);
  };
  beat();
  const timer = setInterval(beat, everyMs);
  return () => clearInterval(timer);
}
