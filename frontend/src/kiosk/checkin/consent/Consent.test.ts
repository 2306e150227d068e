import { flushPromises } from "@vue/test-utils";
import { describe, expect, it } from "vitest";
import { problem, routeFetch } from "../../../../tests/fetchRouter";
import { around, mountStep, sessionAt } from "../../../../tests/mountStep";
import type { Language } from "@/i18n";
import Consent from "./Consent.vue";

const t = (zh: string) => ({ zh, en: zh });
const at = (version: string) => sessionAt("consent", { consent: { version, title: t("知情同意书"), sections: [{ title: t("一"), body: [t("第一段"), t("第二段")] }] } });

async function open(answers: Record<string, unknown>) {
  const sent = routeFetch({ ...around, ...answers });
  const { page, session } = await mountStep(Consent, at("2026.1"));
  const next = () => page.get(".actions .next");
  const tap = async (what: ReturnType<typeof page.get>) => (await what.trigger("click"), flushPromises());
  /** Lets the region report a size and a place, as a browser would. */
  const scrollTo = async (top: number) => {
    const region = page.get(".region");
    for (const [name, value] of [["scrollHeight", 2_000], ["clientHeight", 500], ["scrollTop", top]] as const) Object.defineProperty(region.element, name, { value, configurable: true });
    await region.trigger("scroll");
  };
  const speak = async (language: Language) => {
    (page.vm as unknown as { $i18n: { locale: Language } }).$i18n.locale = language;
    await flushPromises();
  };
  const sign = async () => {
    const pad = page.get(".pad");
    pad.element.getBoundingClientRect = () => ({ left: 0, top: 0, width: 1_000, height: 400 }) as DOMRect;
    const at = (type: string, i: number) => {
      const event = new PointerEvent(type, { clientX: 100 + i * 40, clientY: 150 + (i % 3) * 30, pointerId: 1, button: 0, bubbles: true });
      Object.defineProperty(event, "timeStamp", { value: 1_000 + i * 16 });
      pad.element.dispatchEvent(event);
    };
    at("pointerdown", 0);
    for (let i = 1; i < 14; i++) at("pointermove", i);
    at("pointerup", 13);
    await flushPromises();
  };
  return { page, session, sent, next, tap, scrollTo, speak, sign };
}

describe("the consent", () => {
  it("can be signed only after its end was on the glass", async () => {
    const w = await open({});
    expect(w.page.get("[data-testid=consent-version]").text()).toContain("2026.1");
    await w.scrollTo(900);
    expect(w.next().attributes("aria-disabled")).toBe("true");
    await w.tap(w.next());
    expect(w.page.find(".pad").exists()).toBe(false);
    await w.scrollTo(1_500);
    await w.scrollTo(0); // having seen it stays
    await w.tap(w.next());
    expect([w.page.find(".pad").exists(), w.next().attributes("aria-disabled")]).toEqual([true, "true"]);
  });

  it("goes with its version and the lines of the signature, in ten-thousandths of the pad's width", async () => {
    const w = await open({ "POST /kiosk/session/consent": sessionAt("exclusion") });
    await w.scrollTo(1_500);
    await w.tap(w.next());
    await w.sign();
    await w.tap(w.next());
    const { version, language, scrolled_in, strokes } = w.sent.at(-1)!.body as { version: string; language: string; scrolled_in: string; strokes: { x: number; y: number; t: number }[][] };
    expect([version, language, scrolled_in, strokes.length, strokes[0]![0], strokes[0]!.at(-1)]).toEqual(["2026.1", "zh-CN", "zh-CN", 1, { x: 1_000, y: 1_500, t: 0 }, { x: 6_200, y: 1_800, t: 208 }]);
    expect(w.session.step).toBe("exclusion");
  });

  it("that changed meanwhile must be read anew", async () => {
    const w = await open({ "POST /kiosk/session/consent": problem(409, "consent.text_changed"), "GET /kiosk/session": at("2026.2") });
    await w.scrollTo(1_500);
    await w.tap(w.next());
    await w.sign();
    await w.tap(w.next());
    await flushPromises();
    expect([w.page.find(".pad").exists(), w.page.get("[data-testid=consent-version]").text(), w.next().attributes("aria-disabled")]).toEqual([false, expect.stringContaining("2026.2"), "true"]);
  });

  it("must be read anew in the other language, from its beginning, before it can be signed in it", async () => {
    const w = await open({});
    await w.scrollTo(1_500);
    const region = w.page.get(".region").element;
    await w.tap(w.next());
    await w.sign();
    await w.speak("en");
    expect([w.page.find(".pad").exists(), w.next().attributes("aria-disabled"), w.page.find(".region").element === region]).toEqual([false, "true", false]);
    await w.scrollTo(1_500);
    await w.tap(w.next());
    expect(w.page.findAll(".pad path").length).toBe(1); // the line to sign on; nothing of the first signature
    await w.speak("zh-CN");
    expect([w.page.find(".pad").exists(), w.next().attributes("aria-disabled")]).toEqual([false, "true"]);
  });

  it("that is being read is begun again when the language changes", async () => {
    const w = await open({});
    await w.scrollTo(1_500);
    expect(w.next().attributes("aria-disabled")).toBeUndefined();
    const region = w.page.get(".region").element;
    await w.speak("en");
    expect([w.next().attributes("aria-disabled"), w.page.get(".region").element === region]).toEqual(["true", false]);
  });

  it("keeps the signature when sending failed, and says why until it is changed", async () => {
    const w = await open({ "POST /kiosk/session/consent": problem(422, "consent.signature_too_short") });
    await w.scrollTo(1_500);
    await w.tap(w.next());
    await w.sign();
    await w.tap(w.next());
    expect([w.page.findAll(".pad path").length, w.page.get("[role=alert]").text()]).toEqual([2, expect.stringContaining("consent.signature_too_short")]);
    await w.tap(w.page.findAll(".tools .button")[1]!);
    expect([w.page.findAll(".pad path").length, w.page.find("[role=alert]").exists()]).toEqual([1, false]);
  });
});

describe("answers given elsewhere", () => {
  it("are said with time and place before anybody signs, and may be given anew", async () => {
    routeFetch({ ...around, "POST /kiosk/session/answers/anew": sessionAt("questionnaire") });
    const text = { zh: "示例", en: "Sample" };
    const { page, session } = await mountStep(Consent, sessionAt("consent", { consent: { version: "1", title: text, sections: [{ title: text, body: [text] }], pass: { at: "2026-11-22T22:05:00Z", site: { zh: "示范献血屋", en: "Demo House" } } } }));
    expect(page.get("[data-testid=consent-pass]").text()).toContain("06:05 在示范献血屋");
    await page.get("[data-testid=answer-anew]").trigger("click");
    await flushPromises();
    expect(session.step).toBe("questionnaire");
  });
});
