import { mount } from "@vue/test-utils";
import { describe, expect, it } from "vitest";
import { makeI18n } from "@/i18n";
import { everything } from "@/i18n/everything";
import Keypad from "./Keypad.vue";
import { group, keysOf } from "./keypad";

describe("groups of a number", () => {
  it.each([
    ["", [6, 8, 4], []],
    ["1101", [6, 8, 4], ["1101"]],
    ["11010519491231002X", [6, 8, 4], ["110105", "19491231", "002X"]],
    ["1234567", [3], ["123", "4567"]],
    ["12", [], ["12"]],
  ])("%s in %o → %o", (value, sizes, groups) => expect(group(value, sizes)).toEqual(groups));
});

describe("the keypad", () => {
  const open = (props: object) => mount(Keypad, { props: { label: "k", modelValue: "", ...props }, global: { plugins: [makeI18n(everything)] } });
  const value = (pad: ReturnType<typeof open>) => pad.emitted("update:modelValue")?.at(-1)?.[0];

  it("has every letter and figure for passports", () => {
    const keys = keysOf("letters").flat().filter((k) => k !== "⌫").sort().join("");
    expect(keys).toBe("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ");
  });

  it("types by touch and by keyboard, lower case too", async () => {
    const pad = open({ layout: "identity", modelValue: "00" });
    await pad.findAll("button").find((b) => b.text() === "7")!.trigger("click");
    expect(value(pad)).toBe("007");
    await pad.trigger("keydown", { key: "x" });
    expect(value(pad)).toBe("007X");
    await pad.trigger("keydown", { key: "Backspace" });
    expect(value(pad)).toBe("007");
  });

  it.each([
    ["a letter on a pad of figures", { layout: "digits" }, "a"],
    ["more than it takes", { max: 2, modelValue: "12" }, "3"],
    ["a second point", { layout: "decimal", modelValue: "6.5" }, "."],
  ])("refuses %s", async (_, props, key) => {
    const pad = open(props);
    await pad.trigger("keydown", { key });
    expect(value(pad)).toBeUndefined();
  });

  it("says that Enter was pressed", async () => {
    const pad = open({});
    await pad.trigger("keydown", { key: "Enter" });
    expect(pad.emitted("enter")).toHaveLength(1);
  });
});
