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
});
