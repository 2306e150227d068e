import { flushPromises, mount } from "@vue/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Problem } from "@/client";
import en from "./en.json";
import { sayingOf } from "./fault";
import FirstRun from "./FirstRun.vue";
import { callName, forgetToken, isOpenToListeners, takeToken } from "./link";
import { preferred } from "@/i18n/alone";
import { makeWords } from "./words";
import zh from "./zh-CN.json";

const place = (code: string) => ({ location: "password", code });

describe("words", () => {
  it("are there in both languages, with the same places to fill", () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort());
    const holes = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
    for (const [key, text] of Object.entries(zh)) expect(holes(en[key as keyof typeof en]), key).toEqual(holes(text));
  });

  it.each([
    [["zh-CN", "en"], "zh-CN"],
    [["en-GB"], "en"],
    [["fr", "en"], "en"],
    [["zh-TW"], "zh-CN"],
    [["fr"], "zh-CN"],
    [[], "zh-CN"],
  ] as const)("for a browser of %j are %s", (wanted, language) => expect(preferred(wanted)).toBe(language));
});

describe("a fault", () => {
  it.each([
    ["staff.login_malformed", "login"],
    ["staff.name_missing", "name"],
    ["staff.totp_wrong", "code"],
    ["staff.link_used", "page"],
    ["staff.link_expired", "page"],
    ["staff.link_wrong", "page"],
    ["staff.already_set_up", "page"],
    ["client.unreachable", "form"],
    ["internal", "form"],
    ["something.new", "form"],
  ])("%s is said at: %s, in words that exist", (code, spot) => {
    const saying = sayingOf(new Problem(code));
    expect(saying.spot).toBe(spot);
    for (const key of saying.spot === "page" ? [`end.${code}.title`, `end.${code}.next`] : saying.keys) expect(zh).toHaveProperty([key]);
  });

  it("of a password names every rule that is broken", () => {
    const saying = sayingOf(new Problem("staff.password_rejected", 422, {}, [place("too_short"), place("is_login")]));
    expect(saying).toEqual({ spot: "password", keys: ["password.too_short", "password.is_login"] });
    for (const rule of ["too_short", "too_long", "is_login", "common"]) expect(zh).toHaveProperty([`password.${rule}`]);
  });
});

describe("the link", () => {
  it("leaves the address and outlives a reload, until it is forgotten", () => {
    const replaced: string[] = [];
    const history = { replaceState: (_: unknown, __: string, to: string) => void replaced.push(to) } as unknown as History;
    sessionStorage.clear();
    const at = (hash: string) => ({ hash, pathname: "/first-run" }) as Location;
    expect(takeToken(at(""), history, sessionStorage)).toBe("");
    expect(takeToken(at("#secret"), history, sessionStorage)).toBe("secret");
    expect(replaced).toEqual(["/first-run"]);
    expect(takeToken(at(""), history, sessionStorage)).toBe("secret");
    forgetToken(sessionStorage);
    expect(takeToken(at(""), history, sessionStorage)).toBe("");
  });

  it.each([
    ["https:", "center.example", false],
    ["http:", "localhost", false],
    ["http:", "127.0.0.1", false],
    ["http:", "[::1]", false],
    ["http:", "10.0.0.5", true],
    ["http:", "localhost.example", true],
  ])("%s//%s can be listened to: %s", (protocol, hostname, said) => expect(isOpenToListeners({ protocol, hostname } as Location)).toBe(said));

  it("names every call differently", () => {
    expect(callName()).toMatch(/^[0-9a-f]{32}$/);
    expect(callName()).not.toBe(callName());
  });
});

describe("the page", () => {
  const sent: { path: string; body: Record<string, string> }[] = [];
  let answers: Record<string, { status: number; body: unknown }> = {};

  beforeEach(() => {
    sent.length = 0;
    sessionStorage.setItem("lianxin.first-run", "the-token");
    vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
      sent.push({ path, body: JSON.parse(init.body as string) as Record<string, string> });
      const answer = answers[path];
      if (!answer) throw new Error(`unexpected call to ${path}`);
      return new Response(JSON.stringify(answer.body), { status: answer.status, headers: { "content-type": answer.status < 300 ? "application/json" : "application/problem+json" } });
    });
  });
  afterEach(() => sessionStorage.clear());

  const show = () => mount(FirstRun, { global: { plugins: [makeWords("zh-CN")] }, attachTo: document.body });
  async function fill(page: ReturnType<typeof show>, ...texts: string[]) {
    const inputs = page.findAll("input");
    for (const [i, text] of texts.entries()) await inputs[i]!.setValue(text);
    await page.find("form").trigger("submit");
    await flushPromises();
  }
  const good = ["测试长", "boss.test", "purple-anvil-91-coast", "purple-anvil-91-coast"];

  it("asks nobody before everything is there and both passwords are the same", async () => {
    const page = show();
    await fill(page, "测试长", "boss.test", "purple-anvil-91-coast", "purple-anvil-91-coasts");
    expect(page.text()).toContain(zh["account.differ"]);
    expect(sent).toEqual([]);
    page.unmount();
  });

  it("goes from account to second factor to done, and then holds no secret", async () => {
    answers = {
      "/first-run/account": { status: 200, body: { secret: "ABCDEFGH", uri: "otpauth://totp/Lianxin:boss.test?secret=ABCDEFGH" } },
      "/first-run": { status: 200, body: { id: "1", login: "boss.test", name: "测试长", role: "admin", permissions: [], everywhere: true } },
    };
    const page = show();
    await fill(page, ...good);
    expect(page.find("code.secret").text()).toBe("ABCD EFGH");
    await page.findAll("input").at(-1)!.setValue("123 456");
    await page.findAll("form").at(-1)!.trigger("submit");
    await flushPromises();
    expect(sent.map((call) => call.path)).toEqual(["/first-run/account", "/first-run"]);
    expect(sent[1]!.body).toEqual({ token: "the-token", login: "boss.test", name: "测试长", password: good[2], secret: "ABCDEFGH", code: "123456" });
    expect(page.text()).toContain(zh["done.title"]);
    expect(sessionStorage.length).toBe(0);
    expect(page.html()).not.toContain("ABCDEFGH");
    page.unmount();
  });

  it("says a login the center refuses at its field, and a dead link instead of the form", async () => {
    answers = { "/first-run/account": { status: 422, body: { code: "staff.login_malformed" } } };
    const page = show();
    await fill(page, ...good);
    const login = page.findAll("input")[1]!;
    expect(login.attributes("aria-invalid")).toBe("true");
    expect(page.find(`#${login.attributes("aria-describedby")!.split(" ").at(-1)!}`).text()).toBe(zh["fault.staff.login_malformed"]);
    answers = { "/first-run/account": { status: 403, body: { code: "staff.link_expired" } } };
    await page.find("form").trigger("submit");
    await flushPromises();
    expect(page.text()).toContain(zh["end.staff.link_expired.title"]);
    expect(page.find("form").exists()).toBe(false);
    page.unmount();
  });
});
