/**
 * Hears a scanner that behaves like a keyboard: a burst of keys, then Enter.
 * A person types slower than this, and typing into a field is left alone.
 */
export function listenForScan(page: Document, onScan: (text: string) => void, gapMs = 60, least = 6): () => void {
  let text = "";
  let last = -Infinity;
  const heard = (event: KeyboardEvent) => {
    if (event.timeStamp - last > gapMs) text = "";
    last = event.timeStamp;
    if (event.key === "Enter") {
      const scanned = text;
      text = "";
      if (scanned.length < least) return;
      event.preventDefault(); // or the button that has the focus would be pressed
      onScan(scanned);
    } else if (event.key.length === 1) {
      text += event.key;
    }
  };
  page.addEventListener("keydown", heard, { capture: true });
  return () => page.removeEventListener("keydown", heard, { capture: true });
}
