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
  page.addEventListener("wheel", (event) => event.ctrlKey && event.preventDefault(), { capture: true, passive: false });
  // Two fingers zoom; one finger scrolls.
  page.addEventListener("touchmove", (event) => event.touches.length > 1 && event.preventDefault(), {
    capture: true,
    passive: false,
  });
}

/** Tells whether a key would zoom, reload, leave, print, save, find or open tools. */
export function isWayOut(event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey">): boolean {
  if (event.ctrlKey || event.metaKey) return true;
  if (event.altKey) return ["ArrowLeft", "ArrowRight", "Home", "F4"].includes(event.key);
  return /^F([1-9]|1[0-2])$/.test(event.key) || event.key === "BrowserBack";
}
