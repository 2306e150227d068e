import { flushPromises } from "@vue/test-utils";
import { describe, expect, it } from "vitest";
import { problem, routeFetch } from "../../../../tests/fetchRouter";
import { around, mountStep, sessionAt } from "../../../../tests/mountStep";
import Identify from "./Identify.vue";
import Proof from "./Proof.vue";

async function open(answers: Record<string, unknown> = {}) {
  const sent = routeFetch({ ...around, ...answers });
  const opened = await mountStep(Identify, sessionAt("identify"));
  const { page } = opened;
  const tap = async (selector: string) => (await page.get(selector).trigger("click"), flushPromises());
  const say = async (state: string, code?: string) => (opened.announce("reader", { state, code }), flushPromises());
  const type = async (keys: string) => {
    for (const key of keys) await page.findAll(".key").find((k) => k.text() === key)!.trigger("click");
  };
  const heading = () => page.get("h1").text();
  return { ...opened, sent, tap, say, type, heading };
}

describe("the card reader", () => {
  it("is followed in words, and why a card failed stays until the next one is read", async () => {
    const w = await open();
    expect(w.heading()).toBe("请把证件平放在读卡区");
    await w.say("reading");
    expect(w.heading()).toBe("正在读取，请不要移动");
    await w.say("unreadable", "reader.card_read");
    expect([w.heading(), w.page.get("[data-testid=reader-trouble]").text()]).toEqual(["这张证件没有读出来", expect.stringContaining("没有读出来")]);
    await w.say("lift");
    expect([w.heading(), w.page.find("[data-testid=reader-trouble]").exists()]).toEqual(["请先拿开证件", true]);
    await w.say("ready");
    expect([w.heading(), w.page.find("[data-testid=reader-trouble]").exists()]).toEqual(["请把证件平放在读卡区", true]);
    await w.say("reading");
    await w.say("ready");
    expect(w.page.find("[data-testid=reader-trouble]").exists()).toBe(false);
  });

  it.each(["absent", "fault"])("that is %s gives way to the scanner, and says why", async (state) => {
    const w = await open();
    await w.say(state, state === "absent" ? "reader.none" : "reader.self_test");
    expect([w.heading(), w.page.find("[data-testid=reader-trouble]").exists(), w.page.find("[data-testid=by-code]").exists()]).toEqual(["请把二维码对准扫描窗口", true, false]);
    await w.say("ready");
    expect(w.heading()).toBe("请把证件平放在读卡区");
  });

  it("that is paused asks for nothing new", async () => {
    const w = await open();
    await w.say("reading");
    await w.say("paused");
    expect(w.heading()).toBe("正在读取，请不要移动");
  });
});

describe("a typed number", () => {
  it("that fails its check shows the character meant, and the fault goes with the next key", async () => {
    const w = await open({ "POST /kiosk/session/identity": { ...problem(422, "identity.check_digit"), errors: [{ location: "number[17]", code: "identity.check_digit" }] } });
    await w.tap("[data-testid=by-number]");
    await w.tap("[data-testid=kind-resident_id]");
    await w.type("110105194912310021");
    await w.tap(".actions .next");
    expect(w.sent.at(-1)!.body).toEqual({ kind: "resident_id", number: "110105194912310021" });
    expect([w.page.findAll(".character.wrong").map((c) => c.text()), w.page.find("[role=alert]").exists()]).toEqual([["1"], true]);
    expect([w.page.find(".progress").exists(), w.page.get(".actions .next").attributes("aria-disabled")]).toEqual([false, "true"]);
    expect(w.page.findAll(".key.action").map((k) => k.text())).toEqual(["清空", ""]);
    await w.tap(".key.action[aria-label]");
    expect([w.page.findAll(".character").length, w.page.find("[role=alert]").exists()]).toEqual([17, false]);
    expect(w.page.get(".actions .next").attributes("aria-disabled")).toBe("true");
  });

  it("of a passport comes with country, sex and birth date; what is wrong leads to its page", async () => {
    const answer = { ...problem(422, "identity.incomplete"), errors: [{ location: "body.birth_date", code: "identity.birth_date" }] };
    const w = await open({ "POST /kiosk/session/identity": answer });
    await w.tap("[data-testid=by-number]");
    await w.tap("[data-testid=kind-passport]");
    await w.tap("[data-testid=country-JPN]");
    await w.type("TK1234567");
    await w.tap(".actions .next");
    const female = w.page.findAll(".choice")[0]!;
    await female.trigger("pointerdown");
    await female.trigger("click");
    expect(w.heading()).toBe("证件上的出生日期");
    for (const [selector, words] of [["decade", "1990 年代"], ["cell", "1995 年"], ["cell", "2 月"], ["cell", "28 日"]] as const) {
      await w.page.findAll(`.${selector}`).find((b) => b.text() === words)!.trigger("click");
    }
    await w.tap(".actions .next");
    expect(w.sent.at(-1)!.body).toEqual({ kind: "passport", number: "TK1234567", country: "JPN", sex: "female", birth_date: "1995-02-28" });
    expect([w.heading(), w.page.find("[role=alert]").exists()]).toEqual(["证件上的出生日期", true]);
  });

  it("can be hidden from whoever stands behind", async () => {
    const w = await open();
    await w.tap("[data-testid=by-number]");
    await w.tap("[data-testid=kind-taiwan_travel_permit]");
    await w.type("1234");
    await w.tap(".toggle");
    expect(w.page.get("output").text()).toBe("••••");
  });

  it("begins with the letter chosen beside the keys", async () => {
    const w = await open();
    await w.tap("[data-testid=by-number]");
    await w.tap("[data-testid=kind-hkmacau_travel_permit]");
    await w.type("1");
    expect(w.page.get("output").text()).toBe("H1");
    await w.page.findAll("[role=radio]")[1]!.trigger("click");
    expect(w.page.get("output").text()).toBe("M1");
  });
});

it("a scanned code goes to the program and is seen nowhere", async () => {
  const w = await open({ "POST /kiosk/session/code": problem(422, "code.other_system") });
  await w.tap("[data-testid=by-number]");
  await w.tap("[data-testid=kind-passport]");
  await w.tap("[data-testid=country-JPN]");
  const pad = w.page.get(".keypad").element;
  [..."LX1.B.SECRET", "Enter"].forEach((key, i) => {
    const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
    Object.defineProperty(event, "timeStamp", { value: 1_000 + i * 8 });
    pad.dispatchEvent(event);
  });
  await flushPromises();
  expect(w.sent.at(-1)).toMatchObject({ key: "POST /kiosk/session/code", body: { text: "LX1.B.SECRET" } });
  await flushPromises();
  expect([w.page.get("[role=alert]").text(), w.page.text()]).toEqual([expect.stringContaining("code.other_system"), expect.not.stringContaining("SECRET")]);
});

describe("numbers typed too often", () => {
  it("give way to card and code before anybody types one, with the time", async () => {
    routeFetch({ ...around, "GET /kiosk/session": sessionAt("identify") });
    const { page } = await mountStep(Identify, sessionAt("identify", { typed_from: "2026-11-23T02:01:01Z" }));
    await page.get("[data-testid=by-number]").trigger("click");
    expect(page.get("[data-testid=typed-wait]").text()).toContain("10:01");
    await page.get("[data-testid=typed-again]").trigger("click"); // the time has come: the program no longer says to wait
    await flushPromises();
    expect(page.find("[data-testid=typed-wait]").exists()).toBe(false);
    expect(page.find("[data-testid=kind-resident_id]").exists()).toBe(true);
  });

  it("lead on to the reader", async () => {
    const { page } = await mountStep(Identify, sessionAt("identify", { typed_from: "2026-11-23T02:01:01Z" }));
    await page.get("[data-testid=by-number]").trigger("click");
    await page.get(".actions .next").trigger("click");
    expect(page.get("h1").text()).toBe("请把证件平放在读卡区");
  });

  it("stop the one that is too many, and keep what was typed", async () => {
    const w = await open({ "POST /kiosk/session/identity": problem(429, "identity.too_many", { from: "2026-11-23T02:01:01Z" }), "GET /kiosk/session": sessionAt("identify") });
    await w.tap("[data-testid=by-number]");
    await w.tap("[data-testid=kind-resident_id]");
    await w.type("11010519491231002X");
    await w.tap(".actions .next");
    expect(w.page.get("[data-testid=typed-wait]").text()).toContain("10:01");
    await w.tap("[data-testid=typed-again]");
    expect(w.page.get("output").text()).toContain("002X");
  });
});

describe("a typed number that goes no further", () => {
  it("asks for the card, the code where there is no reader, or staff, and says nothing of why", async () => {
    const sent = routeFetch({ ...around, "POST /kiosk/staff-call": { raised_at: "2026-11-23T01:41:00Z", sent: true } });
    const { page, announce } = await mountStep(Proof, sessionAt("proof", { donor: { document_kind: "resident_id", document_masked: "1***********2", sex: "male", source: "typed" } }));
    expect([page.get("h1").text(), page.find("[data-testid=print]").exists()]).toEqual(["请把证件放上读卡区", false]);
    announce("reader", { state: "absent", code: "reader.none" });
    await flushPromises();
    expect(page.get("h1").text()).toContain("二维码");
    await page.get("[data-testid=proof-call]").trigger("click");
    await flushPromises();
    expect(sent.some((s) => s.key === "POST /kiosk/staff-call")).toBe(true);
  });
});
