/** How to tell a scanner from a person. */
export interface ScanHabits {
  /** Longest pause between two keys of a scanner, ms. */
  gapMs?: number;
  /** Fewest characters of a scan. */
  least?: number;
  /**
   * Keeps a burst away from what has the focus, so that a code is never seen as
   * text. A single key reaches it, `gapMs` later.
   */
  hold?: boolean;
}

/**
 * Hears a scanner that behaves like a keyboard: a burst of keys, then Enter.
 * A person types slower than this, and typing into a field is left alone.
 */
export function listenForScan(page: Document, onScan: (text: string) => void, habits: ScanHabits = {}): () => void {
  const { gapMs = 60, least = 6, hold = false } = habits;
  const given = new WeakSet<Event>();
  let text = "";
  let last = -Infinity;
  let single: ReturnType<typeof setTimeout> | undefined;

  const heard = (event: KeyboardEvent) => {
    if (given.has(event) || event.repeat) return;
    if (event.timeStamp - last > gapMs) text = "";
    last = event.timeStamp;
    if (event.key === "Enter") {
      const scanned = text;
      text = "";
      if (scanned.length < least) return;
      event.preventDefault(); // or the button that has the focus would be pressed
      event.stopImmediatePropagation();
      onScan(scanned);
    } else if (event.key.length === 1) {
      text += event.key;
      if (hold && !event.ctrlKey && !event.metaKey && !event.altKey) keep(event);
    }
  };
  const keep = (event: KeyboardEvent) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    clearTimeout(single);
    if (text.length > 1) return;
    const { target, key } = event;
    single = setTimeout(() => {
      const late = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
      given.add(late);
      target?.dispatchEvent(late);
    }, gapMs);
  };
  page.addEventListener("keydown", heard, { capture: true });
  return () => {
    clearTimeout(single);
    page.removeEventListener("keydown", heard, { capture: true });
  };
}
