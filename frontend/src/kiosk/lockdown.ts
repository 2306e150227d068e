/**
 * Makes a page behave like furniture: no menu, no selection, no dragging or
 * dropping, no zoom, no way out by key. The compositor is the real lock; this
 * keeps what happens inside the window calm.
 */
export function lockDown(page: Document): void {
  const refuse = (event: Event) => event.preventDefault();
  for (const name of ["contextmenu", "selectstart", "dragstart", "dragover", "drop", "gesturestart", "gesturechange"]) {
    page.addEventListener(name, refuse, { capture: true });
  }
  page.addEventListener("keydown", (event) => isWayOut(event) && event.preventDefault(), { capture: true });
  page.addEventListener("wheel", (event) => isHeld(event) && event.preventDefault(), { capture: true, passive: false });
  // The middle button scrolls by itself, those at the side go back and forward.
  for (const name of ["mousedown", "mouseup", "auxclick"] as const) {
    page.addEventListener(name, (event) => event.button > 0 && event.preventDefault(), { capture: true });
  }
  // Two fingers zoom; one finger scrolls.
  page.addEventListener("touchmove", (event) => event.touches.length > 1 && event.preventDefault(), {
    capture: true,
    passive: false,
  });
}

/** With a key held a wheel zooms or goes back. */
const isHeld = (event: WheelEvent) => event.ctrlKey || event.shiftKey || event.altKey || event.metaKey;

/** Tells whether a key would zoom, reload, leave, print, save, find or open tools. */
export function isWayOut(event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey">): boolean {
  if (event.ctrlKey || event.metaKey) return true;
  if (event.altKey) return ["ArrowLeft", "ArrowRight", "Home", "F4"].includes(event.key);
  return /^F([1-9]|1[0-2])$/.test(event.key) || event.key === "BrowserBack";
}
