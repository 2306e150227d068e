// One person's way through a check-in, as they go it: what they see, what they
// tap. Everything waits for the screen, nothing waits for time.
import assert from "node:assert/strict";
import { until } from "./glass.mjs";
import { say, wordsOf } from "./words.mjs";

/** What a healthy person says where "no" or "none of these" is not it. */
const well = {
  "well-today": true,
  "weight-band": "50_or_more",
  "sleep-hours": "8",
  "last-meal": "within_4h",
  menses: "not_near",
  fainting: "never",
  "understand-truthful": true,
  "understand-not-a-test": true,
  "understand-withdraw": true,
};

/** Who walks: a glass, and the words of their language. `look` is called at every screen. */
export function walker(glass, { look = async () => undefined } = {}) {
  const { page, mode } = glass;
  const t = wordsOf(mode.language);
  const title = (text) => page.getByRole("heading", { level: 1, name: text, exact: true });
  const w = { glass, t, look, title };

  w.begin = async () => {
    await glass.tap(page.locator("button.check-in"));
    await page.locator(".step-frame").waitFor();
  };
  /** Lays a made-up card on the simulated reader. */
  w.card = async (id) => {
    await page.locator('.stage[data-state="ready"]').waitFor();
    await glass.ask("POST", `/kiosk/demo/cards/${id}`);
  };
  w.liftCard = () => glass.ask("DELETE", "/kiosk/demo/cards");
  /**
   * Scans as a scanner does: a key every two milliseconds, then Enter. Each says
   * when it was pressed, or a busy machine would make a slow typist of a scanner.
   */
  w.scan = async (text) => {
    const keys = await page.context().newCDPSession(page);
    const keysOf = [...[...text].map((char) => ({ key: char, text: char })), { key: "Enter", code: "Enter", windowsVirtualKeyCode: 13, text: "\r" }];
    const began = Date.now();
    await Promise.all(
      keysOf.flatMap((key, i) => {
        const timestamp = (began + 2 * i) / 1_000;
        return [keys.send("Input.dispatchKeyEvent", { type: "keyDown", ...key, timestamp }), keys.send("Input.dispatchKeyEvent", { type: "keyUp", ...key, text: undefined, timestamp })];
      }),
    );
    await keys.detach();
  };
  w.type = async (number, confirm = true) => {
    await glass.tap("by-number");
    await glass.tap("kind-resident_id");
    const pad = page.getByRole("group", { name: t("checkin.typed.number") });
    for (const key of number) await glass.tap(pad.getByRole("button", { name: key, exact: true }));
    if (confirm) await glass.next();
  };
  w.booking = () => page.getByTestId("usable-booking");
  w.gate = () => title(t("checkin.gate.title"));
  w.useBooking = async () => {
    await w.booking().waitFor();
    await look("booking");
    await glass.next();
    await w.gate().waitFor();
    await look("gate");
    await glass.next();
  };
  w.walkIn = async (product, figure) => {
    const group = page.getByTestId(`choose-${product}`);
    await group.waitFor();
    await look("walk-in");
    await glass.tap(group.getByRole("radio").filter({ hasText: figure }).first());
    await glass.next();
  };

  w.form = async () => (await glass.ask("GET", "/kiosk/session")).questionnaire;
  const shownTitle = () => page.locator(".journey h1").innerText();
  /** The question on the glass, as the program knows it; null at the review. */
  w.question = async () => {
    const review = t("checkin.review.title", { n: 0 });
    return until(async () => {
      const heading = await shownTitle();
      if (heading === review) return { review: true };
      return (await w.form())?.items.find((q) => say(mode.language, q.text) === heading);
    }, "a question the program knows, or the review").then((q) => (q.review ? null : q));
  };
  /** Answers the question on the glass as a healthy person does and goes on. */
  w.answer = async (q) => {
    const said = well[q.link_id];
    const option = (text) => page.getByRole(q.repeats ? "checkbox" : "radio", { name: text, exact: true }).first();
    if (q.type === "boolean") await glass.tap(option(t(said ? "checkin.question.yes" : "checkin.question.no")));
    else if (q.options) {
      const chosen = q.options.find((o) => (said ? o.code === said : o.exclusive || o.code === "no" || o.code === "none"));
      assert.ok(chosen, `a healthy answer to ${q.link_id}`);
      await glass.tap(option(say(mode.language, chosen.text)));
    } else if (said) await glass.tap(page.getByRole("group", { name: say(mode.language, q.text) }).getByRole("button", { name: said, exact: true }));
    else await glass.tap("tell-staff");
    // A touch on an answer leads on by itself; where it does not, there is a button.
    const leads = q.type === "boolean" || !q.repeats || q.options.some((o) => o.exclusive);
    if (!leads) await glass.next();
    await page.waitForFunction((text) => document.querySelector(".journey h1")?.textContent?.trim() !== text, say(mode.language, q.text));
  };
  /** Answers all questions; returns how many there were. */
  w.questions = async () => {
    let count = 0;
    for (let q = await w.question(); q; q = await w.question()) {
      await look(`question-${String(++count).padStart(2, "0")}-${q.link_id}`);
      await w.answer(q);
    }
    await title(t("checkin.review.title", { n: 0 })).waitFor();
    await look("review");
    await glass.next();
    return count;
  };
  w.consentIsRead = async () => {
    const region = page.getByRole("region");
    await region.waitFor();
    await look("consent");
    const onward = page.getByRole("button", { name: t("ui.pageDown") });
    while (await onward.isVisible()) {
      const rests = region.evaluate((el) => new Promise((done) => el.addEventListener("scrollend", done, { once: true })));
      await glass.tap(onward);
      await rests;
    }
    await glass.next();
  };
  w.sign = async () => {
    const pad = page.getByTestId("signature").locator("svg.pad, svg").first();
    const box = await pad.boundingBox();
    await page.mouse.move(box.x + box.width * 0.2, box.y + box.height * 0.3);
    await page.mouse.down();
    for (let i = 1; i <= 12; i++) await page.mouse.move(box.x + box.width * (0.2 + i * 0.045), box.y + box.height * (0.3 + (i % 3) * 0.15));
    await page.mouse.up();
    glass.taps++;
    await look("signature");
    await glass.next();
  };
  w.consent = async () => {
    await w.consentIsRead();
    await w.sign();
  };
  /** The private choice; both look the same, n is the first or the second. */
  w.exclusion = async (n = 0) => {
    const answers = page.locator(".answers button");
    await answers.first().waitFor();
    await look("private-choice");
    await glass.tap(answers.nth(n));
  };
  w.ticket = async () => {
    const ticket = page.getByTestId("ticket");
    await ticket.waitFor();
    return (await ticket.innerText()).trim();
  };
  w.paper = (state) => page.locator(`[data-testid=paper][data-state=${state}]`).waitFor();
  w.finish = async () => {
    await glass.next();
    await page.locator("button.check-in").waitFor();
  };
  return w;
}
