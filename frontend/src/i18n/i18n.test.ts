import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { texts } from "@/kiosk/texts";
import { everything } from "./everything";
import { faultCodes, wordedCode } from "./faults";
import { languages, makeI18n, messagesOf } from "./index";

const [zh, en] = [messagesOf(everything, "zh-CN"), messagesOf(everything, "en")];
const keys = Object.keys(zh);
const names = (text: string) => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]))].sort();

describe("the messages", () => {
  it("are there", () => expect(keys.length).toBeGreaterThan(200));
  it("have the same keys in both languages", () => expect(Object.keys(en).sort()).toEqual([...keys].sort()));

  it("stand in the file of their namespace", () => {
    for (const language of languages) {
      const folder = join(__dirname, language);
      for (const file of readdirSync(folder)) {
        const found = Object.keys(JSON.parse(readFileSync(join(folder, file), "utf8")) as object);
        expect(found.length, file).toBeGreaterThan(0);
      }
    }
  });

  it("use the same parameters in both languages", () => {
    const unlike = keys.filter((k) => JSON.stringify(names(zh[k]!)) !== JSON.stringify(names(en[k]!)));
    // A month has a name in English and a number in Chinese.
    expect(unlike).toEqual(["ui.monthOf"]);
  });

  it("are not empty and not left in the other language", () => {
    for (const key of keys) {
      expect(zh[key]!.trim(), key).not.toBe("");
      expect(en[key]!.replace(/语言/, ""), key).not.toMatch(/\p{Script=Han}/u);
    }
  });

  it("count one as one in English", () => {
    const { t } = makeI18n(everything, "en").global;
    const said = (n: number) => t("money.settlement.locked", { month: "Oct 2026", n }, n);
    expect([said(0), said(1), said(2)]).toEqual([0, 1, 2].map((n) => `Oct 2026 is locked for ${n} district${n === 1 ? "" : "s"}`));
  });

  it("never hide one key under another", () => {
    const all = new Set(keys);
    expect(keys.filter((k) => k.split(".").some((_, i, p) => i > 0 && all.has(p.slice(0, i).join("."))))).toEqual([]);
  });

  it("can all be put together", () => {
    const complaint = vi.spyOn(console, "error"); // what cannot be read is only said there
    for (const language of languages) {
      const { t } = makeI18n(everything, language).global;
      const anything = new Proxy({}, { get: (_, name) => `<${String(name)}>`, has: () => true, ownKeys: () => [] });
      for (const key of keys) expect(t(key, anything), key).not.toBe(key);
    }
    expect(complaint.mock.calls).toEqual([]);
  });
});

describe("the keys that screens use", () => {
  const src = join(__dirname, "..");
  const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((f) => /\.(vue|ts)$/.test(f) && !f.includes("test") && !f.startsWith("gallery"));
  const used = files.flatMap((f) => [...readFileSync(join(src, f), "utf8").matchAll(/\bte?\(\s*["']([\w.]+)["']/g)].map((m) => [m[1]!, f] as const));

  // A page that is served by itself brings its own words along.
  const wordsOf = (f: string) => {
    const own = join(src, dirname(f), "zh-CN.json");
    return existsSync(own) ? (JSON.parse(readFileSync(own, "utf8")) as Record<string, string>) : zh;
  };

  it("exist", () => {
    expect(used.length).toBeGreaterThan(100);
    expect(used.filter(([key, f]) => !(key in wordsOf(f)))).toEqual([]);
  });

  it("are with the kiosk when a screen of it uses them", () => {
    const there = new Set(Object.keys(messagesOf(texts, "zh-CN")).map((key) => key.split(".")[0]));
    const namespaces = new Set(keys.map((key) => key.split(".")[0]!));
    const screens = files.filter((f) => /^(kiosk|ui)\//.test(f));
    // Whatever looks like a key counts, for many are put together: `sites.${unit}`.
    const wanted = screens.flatMap((f) => [...readFileSync(join(src, f), "utf8").matchAll(/["'`](\w+)\.[\w.$]/g)].map((m) => m[1]!));
    expect([...new Set(wanted)].filter((name) => namespaces.has(name) && !there.has(name))).toEqual([]);
    // i18n/faults.ts asks for the words of faults.
    expect([...there].filter((name) => name !== "fault" && !wanted.includes(name!))).toEqual([]);
  });
});

describe("the words of faults", () => {
  it.each(faultCodes)("%s says what happened and what to do, in both languages", (code) => {
    for (const messages of [zh, en]) {
      expect(messages[`fault.${code}.title`]).toBeTruthy();
      expect(messages[`fault.${code}.next`]).toBeTruthy();
    }
  });

  it("exist for listed codes only", () => {
    const worded = new Set(keys.filter((k) => k.startsWith("fault.")).map((k) => k.slice("fault.".length).replace(/\.(title|next)$/, "")));
    expect([...worded].sort()).toEqual([...faultCodes].sort());
  });

  it.each([
    ["identity.check_digit", "identity.check_digit"],
    ["reader.self_test", "reader.any"],
    ["nobody.knows", "internal"],
    ["internal", "internal"],
    ["", "internal"],
  ])("of %s are those of %s", (code, worded) => expect(wordedCode(code)).toBe(worded));
});
