import { mount } from "@vue/test-utils";
import { afterEach, describe, expect, it, vi } from "vitest";
import { defineComponent, h } from "vue";
import { listenToKeys, useKeys } from "./keys";

const pressed = (target: Element, key: string, ctrlKey = false) => target.dispatchEvent(new KeyboardEvent("keydown", { key, ctrlKey, bubbles: true, cancelable: true }));

describe("the keys of a page", () => {
  const [open, send] = [vi.fn(), vi.fn()];
  const page = defineComponent({
    setup() {
      useKeys(() => [
        { key: "Enter", words: "desk.keys.open", run: open },
        { key: "Ctrl+Enter", words: "claims.keys.submit", run: send },
      ]);
      return () => h("div", [h("button"), h("input")]);
    },
  });
  let stop = () => {};
  afterEach(() => (stop(), open.mockClear(), send.mockClear()));

  it("leave Enter to a button and to what is typed; with Ctrl it sends, whatever has the keyboard", () => {
    const shown = mount(page, { attachTo: document.body });
    stop = listenToKeys();
    for (const of of ["button", "input"]) {
      pressed(shown.find(of).element, "Enter");
      pressed(shown.find(of).element, "Enter", true);
    }
    expect([open.mock.calls.length, send.mock.calls.length]).toEqual([0, 2]);
    pressed(document.body, "Enter");
    expect(open).toHaveBeenCalledOnce();
    shown.unmount();
  });
});
