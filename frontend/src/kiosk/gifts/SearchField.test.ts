import { mount } from "@vue/test-utils";
import { describe, expect, it } from "vitest";
import { nextTick } from "vue";
import { createPinia } from "pinia";
import { makeI18n } from "@/i18n";
import { everything } from "@/i18n/everything";
import SearchField from "./SearchField.vue";
import SearchPad from "./SearchPad.vue";

const field = (typing: boolean, text = "") => mount(SearchField, { props: { modelValue: text, typing }, global: { plugins: [createPinia(), makeI18n(everything)] }, attachTo: document.body });

describe("the field of the search", () => {
  it("opens by touch and has the caret then", async () => {
    const wrapper = field(false);
    await wrapper.get("[data-testid=search]").trigger("click");
    expect(wrapper.emitted("update:typing")).toEqual([[true]]);
    await wrapper.setProps({ typing: true });
    await nextTick();
    expect(document.activeElement).toBe(wrapper.get("input").element);
    wrapper.unmount();
  });

  it("does not look for what a keyboard is still composing", async () => {
    const wrapper = field(true);
    const input = wrapper.get("input");
    await input.trigger("compositionstart");
    input.element.value = "bao wen";
    await input.trigger("input"); // setValue would tell of a change as well, as if the field was left
    await input.trigger("keydown", { key: "Enter", isComposing: true });
    expect(wrapper.emitted("update:modelValue")).toBeUndefined();
    expect(wrapper.emitted("update:typing")).toBeUndefined();
    input.element.value = "保温杯";
    await input.trigger("compositionend");
    expect(wrapper.emitted("update:modelValue")).toEqual([["保温杯"]]);
    await input.trigger("keydown", { key: "Enter" });
    expect(wrapper.emitted("update:typing")).toEqual([[false]]);
    wrapper.unmount();
  });
});

describe("the pad of the search", () => {
  const pad = (text: string, words: string[]) => mount(SearchPad, { props: { modelValue: text, words }, global: { plugins: [createPinia(), makeI18n(everything)] } });

  it("puts the word that is touched in place of the letters", async () => {
    const wrapper = pad("dyp", ["电影票", "电影票双人券"]);
    await wrapper.get("[data-testid='word-电影票']").trigger("click");
    expect(wrapper.emitted("update:modelValue")).toEqual([["电影票"]]);
  });

  it("shows more words row by row, and the first again", async () => {
    const words = ["电影演出", "电影票双人券", "电影票通兑券", "电子体温计", "电动车雨披"];
    const wrapper = pad("d", words);
    const shown = () => wrapper.findAll("[data-testid^='word-']").map((b) => b.text());
    const first = shown();
    const seen = [...first];
    for (let n = 0; n < 9; n++) {
      await wrapper.get("[data-testid=more-words]").trigger("click");
      if (shown().join() === first.join()) break;
      seen.push(...shown());
    }
    expect(seen).toEqual(words);
  });

  it("says that there is no such gift, and what to do with an empty field", () => {
    expect(pad("", []).text()).toContain("输拼音或首字母");
    expect(pad("qq", []).text()).toContain("没有这样的礼品");
  });
});
