import { flushPromises } from "@vue/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { problem, routeFetch, type Sent } from "../../../../tests/fetchRouter";
import { around, mountStep, sessionAt } from "../../../../tests/mountStep";
import type { Answer, Question } from "./position";
import Questionnaire from "./Questionnaire.vue";

const t = (zh: string) => ({ zh, en: `${zh} in English` });
const yesNo = (link_id: string, over: Partial<Question> = {}): Question => ({ link_id, section: t("近况"), text: t(`问题 ${link_id}`), help: t("说明"), type: "boolean", required: true, ...over });
const kinds = yesNo("kinds", {
  type: "choice",
  repeats: true,
  options: [
    { code: "cold", text: t("感冒药") },
    { code: "other", text: t("其他") },
    { code: "none", text: t("都没有"), exclusive: true },
  ],
});

/** A form as the program keeps it: "kinds" is asked once "medicine" is yes. */
function form() {
  const given = new Map<string, Answer>();
  const items = () => {
    const asked = [yesNo("well"), yesNo("medicine"), ...(given.get("medicine")?.yes ? [kinds] : []), yesNo("last")];
    return asked.map((q) => ({ ...q, answer: given.get(q.link_id) }));
  };
  const session = () => sessionAt("questionnaire", { questionnaire: { title: t("问卷"), items: items(), answered: given.size } });
  const take = ({ key, body }: Sent) => {
    const id = key.split("/").at(-1)!;
    if (Object.keys(body as Answer).length) given.set(id, body as Answer);
    else given.delete(id);
    return session();
  };
  const answers: Record<string, unknown> = { ...around };
  for (const id of ["well", "medicine", "kinds", "last"]) answers[`PUT /kiosk/session/answers/${id}`] = take;
  return { given, session, answers };
}

async function open(f = form()) {
  const sent = routeFetch(f.answers);
  const { page, session } = await mountStep(Questionnaire, f.session());
  const heading = () => page.get("h1").text();
  const progress = () => page.get("[data-testid=progress]").text();
  const tap = async (what: ReturnType<typeof page.get>) => {
    await what.trigger("pointerdown");
    await what.trigger("click");
    await vi.advanceTimersByTimeAsync(1);
    await flushPromises();
  };
  const choice = (words: string) => page.findAll(".choice").find((c) => c.text().includes(words))!;
  const settle = async () => (await vi.advanceTimersByTimeAsync(600), flushPromises());
  const onward = () => tap(page.get(".actions .next"));
  return { ...f, page, session, sent, heading, progress, tap, choice, settle, onward };
}

beforeEach(() => void vi.useFakeTimers({ shouldAdvanceTime: true }));
afterEach(() => void vi.useRealTimers());

describe("the questionnaire", () => {
  it("saves a tap at once and goes on after it was seen", async () => {
    const w = await open();
    expect([w.heading(), w.progress()]).toEqual(["问题 well", "近况 · 第 1 题，共约 3 题"]);
    await w.tap(w.choice("是"));
    expect([w.given.get("well"), w.heading()]).toEqual([{ yes: true }, "问题 well"]);
    await w.settle();
    expect(w.heading()).toBe("问题 medicine");
  });

  it("keeps its place when an answer brings up a question, and drops that question when it is taken back", async () => {
    const w = await open();
    await w.onward();
    expect(w.heading()).toBe("问题 well"); // nothing said yet: the button explains itself and stays
    await w.tap(w.choice("否"));
    await w.settle();
    await w.tap(w.choice("是"));
    await w.settle();
    expect([w.heading(), w.progress()]).toEqual(["问题 kinds", "近况 · 第 3 题，共约 4 题"]);
    await w.tap(w.page.get(".actions .button"));
    expect(w.heading()).toBe("问题 medicine");
    await w.tap(w.choice("否"));
    await w.settle();
    expect([w.heading(), w.progress()]).toEqual(["问题 last", "近况 · 第 3 题，共约 3 题"]);
  });

  it("takes several choices one by one; “none of these” clears them and goes on", async () => {
    const f = form();
    f.given.set("well", { yes: true }).set("medicine", { yes: true });
    const w = await open(f);
    expect(w.heading()).toBe("问题 kinds");
    await w.tap(w.choice("其他"));
    await w.tap(w.choice("感冒药"));
    await w.settle();
    expect([f.given.get("kinds"), w.heading()]).toEqual([{ codes: ["cold", "other"] }, "问题 kinds"]);
    await w.tap(w.choice("都没有"));
    expect(f.given.get("kinds")).toEqual({ codes: ["none"] });
    await w.settle();
    expect(w.heading()).toBe("问题 last");
  });

  it("shows why saving failed, keeps what was tapped, and saves it by the same button", async () => {
    const f = form();
    const good = f.answers["PUT /kiosk/session/answers/well"];
    f.answers["PUT /kiosk/session/answers/well"] = problem(503, "store.busy");
    const w = await open(f);
    await w.tap(w.choice("否"));
    await w.settle();
    expect([w.heading(), w.page.get("[role=alert]").text(), w.choice("否").attributes("aria-checked")]).toEqual(["问题 well", expect.stringContaining("store.busy"), "true"]);
    f.answers["PUT /kiosk/session/answers/well"] = good;
    await w.onward();
    expect([f.given.get("well"), w.heading(), w.page.find("[role=alert]").exists()]).toEqual([{ yes: false }, "问题 medicine", false]);
  });

  it("sends quick taps in order, and the last one counts", async () => {
    const w = await open();
    await Promise.all([w.tap(w.choice("是")), w.tap(w.choice("否"))]);
    await w.settle();
    expect(w.sent.filter((s) => s.key.startsWith("PUT")).map((s) => s.body)).toEqual([{ yes: true }, { yes: false }]);
    expect([w.given.get("well"), w.heading()]).toEqual([{ yes: false }, "问题 medicine"]);
  });

  it("does not go on by itself when the arrow keys move between answers", async () => {
    const w = await open();
    await w.choice("是").trigger("keydown", { key: "ArrowRight" });
    await w.choice("否").trigger("click");
    await w.settle();
    expect([w.given.get("well"), w.heading()]).toEqual([{ yes: false }, "问题 well"]);
    await w.onward();
    expect(w.heading()).toBe("问题 medicine");
  });

  it("leaves a question to staff, and takes that back", async () => {
    const w = await open();
    await w.tap(w.page.get("[data-testid=tell-staff]"));
    await w.settle();
    expect([w.given.get("well"), w.heading()]).toEqual([{ staff: true }, "问题 medicine"]);
    await w.tap(w.page.get(".actions .button"));
    expect(w.page.get("[data-testid=tell-staff]").attributes("aria-pressed")).toBe("true");
    await w.tap(w.page.get("[data-testid=tell-staff]"));
    expect([w.given.has("well"), w.heading()]).toEqual([false, "问题 well"]);
  });

  it("ends in a list from which every answer can be changed before it is handed in", async () => {
    const f = form();
    f.given.set("well", { yes: true }).set("medicine", { yes: false }).set("last", { staff: true });
    f.answers["POST /kiosk/session/answers/submit"] = sessionAt("consent");
    const w = await open(f);
    expect(w.heading()).toBe("请看一遍您的回答");
    expect(w.page.get("[data-testid=review-last]").text()).toContain("当面告诉工作人员");
    await w.tap(w.page.get("[data-testid=review-well]"));
    await w.tap(w.choice("否"));
    await w.settle();
    expect([f.given.get("well"), w.heading()]).toEqual([{ yes: false }, "请看一遍您的回答"]);
    await w.tap(w.page.get("[data-testid=review-medicine]"));
    await w.tap(w.choice("是"));
    await w.settle();
    expect(w.heading()).toBe("问题 kinds"); // the change has opened a question
    await w.tap(w.choice("都没有"));
    await w.settle();
    await w.onward();
    expect(w.session.step).toBe("consent");
  });

  it("leaves the step only from its first question", async () => {
    const f = form();
    f.answers["POST /kiosk/session/back"] = sessionAt("gate");
    const w = await open(f);
    await w.tap(w.page.get(".actions .button"));
    expect(w.session.step).toBe("gate");
  });

  it("says when the answers came from a phone", async () => {
    const f = form();
    f.given.set("well", { yes: true }).set("medicine", { yes: false }).set("last", { yes: false });
    routeFetch(f.answers);
    const { page } = await mountStep(Questionnaire, { ...f.session(), questionnaire: { ...f.session().questionnaire!, from_pass: true } }, "en");
    expect(page.get("[data-testid=from-pass]").text()).toContain("your phone");
  });
});
