// Somebody walks away, or the page is loaded anew, or the language is changed:
// at every step, against the real program.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openBrowser } from "../browser.mjs";
import { note } from "./figures.mjs";
import { modes, openGlass, until } from "./glass.mjs";
import { walker } from "./journey.mjs";
import { cast } from "./person.mjs";
import { steps } from "./steps.mjs";
import { wordsOf } from "./words.mjs";
import { openWorld } from "./world.mjs";

let browser, world, people, held;
before(async () => {
  [browser, world] = await Promise.all([openBrowser(), openWorld()]);
  people = cast(world);
});
after(async () => {
  await browser?.close();
  await world?.close();
});

/** Opens the glass with somebody at a step of their check-in. */
async function at(step, options) {
  const glass = await openGlass(browser, world, options);
  try {
    held ??= await people.card(glass, /May not give whole blood/);
    const who = ["deferred", "proof", "gifts"].includes(step) ? held : await people.booked("--fresh");
    const there = await steps[step](glass.ask, who);
    assert.equal(there.step, step);
    await glass.page.reload();
    await glass.page.locator(".step-frame h1").waitFor();
    return { glass, page: glass.page, who, session: there };
  } catch (error) {
    await done(glass); // or the next test would meet this person's check-in
    throw error;
  }
}
async function done(glass) {
  await glass.ask("DELETE", "/kiosk/session").catch(() => undefined);
  note(glass);
  await glass.close();
}

/** Everything a page could keep of a person, in one text. */
const traces = (page) =>
  page.evaluate(async () => {
    const stores = [localStorage, sessionStorage].map((store) => JSON.stringify({ ...store }));
    return [document.documentElement.outerHTML, ...stores, JSON.stringify(await indexedDB.databases()), location.href, document.cookie, JSON.stringify(history.state)].join("\n");
  });
function assertForgotten(text, { who, session }) {
  const secrets = [who.name, who.number, who.code, session.donor?.name_masked, session.donor?.document_masked, session.done?.ticket].filter(Boolean);
  for (const secret of secrets) assert.ok(!text.includes(secret), "the page still holds something personal");
}

for (const step of Object.keys(steps)) {
  test(`walking away at ${step}: a visible countdown, then nothing personal is left`, async () => {
    const person = await at(step, { clock: true });
    const { glass, page, session } = person;
    const t = wordsOf("zh-CN");
    try {
      await page.clock.runFor((session.idle_seconds - session.warn_seconds + 2) * 1_000);
      const asked = page.getByRole("alertdialog", { name: t("frame.idle.title") });
      await asked.waitFor();
      await glass.look(`countdown-${step}`);
      await page.clock.runFor(session.warn_seconds * 1_000);
      await page.locator("button.check-in").waitFor();
      await asked.waitFor({ state: "detached" });
      assertForgotten(await traces(page), person);
      // The page has forgotten already; its word to the program may still be under way.
      await until(() => glass.ask("GET", "/kiosk/session").then(() => false, (error) => /checkin\.no_session/.test(error)), "the program has forgotten");
      assert.deepEqual([...glass.trouble, ...glass.found], []);
    } finally {
      await done(glass);
    }
  });

  test(`language, size and staff at ${step}`, async () => {
    const { glass, page } = await at(step);
    const [zh, en] = [wordsOf("zh-CN"), wordsOf("en")];
    try {
      const heading = page.locator(".step-frame h1");
      const before = await heading.innerText();
      await glass.tap(page.getByRole("radio", { name: "English" }));
      await until(async () => (await heading.innerText()) !== before, "the heading in English");
      await until(async () => (await glass.ask("GET", "/kiosk/session")).language === "en", "the program knows the language");
      await glass.tap(page.getByRole("button", { name: en("frame.elder") }));
      assert.equal(await page.locator("html").getAttribute("data-elder"), "true");
      await glass.look(`elder-en-${step}`);
      await glass.tap(page.getByRole("button", { name: en("frame.callStaff") }));
      await page.getByText(en("frame.call.sent")).waitFor();
      await glass.tap(page.getByRole("button", { name: en("frame.call.cancel") }));
      await page.getByRole("button", { name: en("frame.callStaff") }).waitFor();
      await glass.tap(page.getByRole("radio", { name: "中文" }));
      await until(async () => (await heading.innerText()) === before, "the heading in Chinese again");
      await page.getByRole("button", { name: zh("frame.callStaff") }).waitFor();
      assert.deepEqual([...glass.trouble, ...glass.found], []);
    } finally {
      await done(glass);
    }
  });
}

test("the program wipes by its own clock, also when no page is there to do it", async () => {
  const { glass, page, session } = await at("done");
  try {
    await page.goto("about:blank");
    const began = Date.now();
    const other = await openGlass(browser, world, { waiting: true });
    await until(() => other.ask("GET", "/kiosk/session").then(() => false, (error) => /no_session/.test(error.message)), "the session is gone", session.idle_seconds + 10);
    assert.ok(Date.now() - began > (session.idle_seconds - 15) * 1_000, "not before its time");
    await other.close();
  } finally {
    note(glass);
    await glass.close();
  }
});

test("a page loaded anew in the middle of the questions goes on there, answers kept", async () => {
  const { glass, page } = await at("questionnaire", { mode: modes.zh });
  const w = walker(glass);
  try {
    for (let n = 0; n < 6; n++) await w.answer(await w.question());
    const there = await w.question();
    const answered = (await w.form()).answered;
    await page.reload();
    await page.locator(".step-frame h1").waitFor();
    assert.equal((await w.question()).link_id, there.link_id);
    assert.equal((await w.form()).answered, answered);
    await glass.back();
    await until(async () => (await w.question()).link_id !== there.link_id, "the question before");
    assert.ok((await page.locator("[aria-checked=true], [aria-pressed=true]").count()) >= 1, "its answer is still there");
    assert.deepEqual(glass.trouble, []);
  } finally {
    await done(glass);
  }
});
