import { describe, expect, it } from "vitest";
import { isWayOut, lockDown } from "./lockdown";

const key = (k: string, over = {}) => ({ key: k, ctrlKey: false, metaKey: false, altKey: false, ...over });

describe("a key that leads out", () => {
  it.each([key("r", { ctrlKey: true }), key("+", { ctrlKey: true }), key("F5"), key("F11"), key("F12"), key("F4", { altKey: true }), key("ArrowLeft", { altKey: true }), key("q", { metaKey: true })])(
    "%o is refused",
    (event) => expect(isWayOut(event)).toBe(true),
  );
  it.each([key("5"), key("X"), key("Enter"), key("Tab"), key("Escape"), key("ArrowLeft"), key("F")])("%o is let through", (event) => expect(isWayOut(event)).toBe(false));
});

describe("the page of a kiosk", () => {
  it.each(["contextmenu", "selectstart", "dragstart", "dragover", "drop"])("refuses %s", (name) => {
    const page = document.implementation.createHTMLDocument();
    lockDown(page);
    const event = new Event(name, { bubbles: true, cancelable: true });
    page.body.dispatchEvent(event);
    expect(event.defaultPrevented).toBe(true);
  });

  const refuses = (event: Event) => {
    const page = document.implementation.createHTMLDocument();
    lockDown(page);
    page.body.dispatchEvent(event);
    return event.defaultPrevented;
  };
  const about = { bubbles: true, cancelable: true };

  it.each([1, 2, 3, 4])("refuses mouse button %i and lets the first through", (button) => {
    for (const name of ["mousedown", "mouseup", "auxclick"]) {
      expect(refuses(new MouseEvent(name, { ...about, button }))).toBe(true);
      expect(refuses(new MouseEvent(name, { ...about, button: 0 }))).toBe(false);
    }
  });
  it.each(["ctrlKey", "shiftKey", "altKey", "metaKey"])("refuses a wheel with %s and lets it scroll without", (held) => {
    // The test's document knows no keys of a wheel.
    expect(refuses(Object.assign(new WheelEvent("wheel", about), { [held]: true }))).toBe(true);
    expect(refuses(Object.assign(new WheelEvent("wheel", about), { ctrlKey: false, shiftKey: false, altKey: false, metaKey: false }))).toBe(false);
  });
});
