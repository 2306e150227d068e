// A reception's day at the desk, by the keyboard alone, in both languages: real center,
// real kiosk, real desk. Everything waits for what is seen.
import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { openBrowser } from "../browser.mjs";
import { addStaff, codesOf, openPage, password, secret, startDesk } from "./deskpage.mjs";
import { note } from "./figures.mjs";
import { modes, openGlass, until } from "./glass.mjs";
import { cast, stranger } from "./person.mjs";
import { steps } from "./steps.mjs";
import { wordsOf } from "./words.mjs";
import { openWorld, out, site } from "./world.mjs";

const freshCode = codesOf(secret);
let browser, world, desk, people, glass;
before(async () => {
  [browser, world] = await Promise.all([openBrowser(), openWorld({ donors: 200 })]);
  people = cast(world);
  await addStaff(world);
  desk = await startDesk(world);
  glass = await openGlass(browser, world, { mode: modes.zh });
});
after(async () => {
  await glass?.close();
  await browser?.close();
  await desk?.stop();
  await world?.close();
});

/** Somebody checks in at the kiosk and leaves every question to staff; answers their ticket. */
async function comes() {
  const who = await people.booked();
  const session = await steps.done(glass.ask, who);
  await glass.ask("DELETE", "/kiosk/session");
  return { ticket: session.done.ticket, at: Date.now() };
}

/** What the waiting room says while a browser keeps it silent. */
const anyKey = "按任意键打开声音";

/** Listens to a page from now on; answers in which state its sound was as each note began. */
async function heard(page) {
  await page.evaluate(() => {
    window.notes = [];
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (...at) {
      window.notes.push(this.context.state);
      return start.apply(this, at);
    };
  });
  return () => page.evaluate(() => window.notes);
}

for (const language of ["zh-CN", "en"]) {
  test(`a day at reception, ${language}`, async () => {
    const t = wordsOf(language);
    const seen = await openPage(browser, language, desk.match[1]);
    const room = await openPage(browser, language, `${world.at}/waiting-room#${site}`);
    const { page, look } = seen;
    const key = (...names) => names.reduce((before, name) => before.then(() => page.keyboard.press(name)), Promise.resolve());
    const type = (text) => page.keyboard.type(text);
    const row = (ticket) => page.locator("tbody tr", { has: page.getByRole("rowheader", { name: ticket, exact: true }) });
    const figures = [];
    try {
      await look("login");
      await type("demo.reception");
      await key("Tab");
      await type("not the password");
      await key("Tab");
      await type("000000");
      await key("Enter");
      await page.getByText(t("fault.staff.login_refused.title")).waitFor();
      await look("login-refused");
      await page.getByLabel(t("desk.login.password")).focus();
      await key("Control+a");
      await type(password);
      await key("Tab");
      await type(await freshCode());
      await key("Enter");
      await page.getByRole("heading", { name: t("reception.title") }).waitFor();

      // The site of the kiosk, chosen with the arrow keys.
      const select = page.getByTestId("desk-site");
      await until(async () => (await select.locator("option").count()) > 1, "the sites are there");
      await select.focus();
      while ((await select.inputValue()) !== site) await key("ArrowDown");
      await page.locator("#work").focus();

      const first = await comes();
      await row(first.ticket).waitFor();
      figures.push(`from the kiosk's answer to the desk's list: ${Date.now() - first.at} ms`);
      const second = await comes();
      await row(second.ticket).waitFor();
      await look("list");
      await room.look("waiting-room-empty");

      await key("n");
      await page.getByText(t("reception.called", { ticket: first.ticket, counter: "1" })).waitFor();
      const rang = Date.now();
      await room.page.locator(".ticket", { hasText: first.ticket }).waitFor();
      figures.push(`to the waiting room: ${Date.now() - rang} ms`);
      assert.equal(await room.page.locator(".room").getAttribute("data-rung"), "1");
      // A browser keeps it silent until somebody has pressed a key there, and the page says so.
      await room.page.getByText(anyKey).waitFor();
      await room.page.keyboard.press("Space");
      await room.page.getByText(anyKey).waitFor({ state: "detached" });
      await room.look("waiting-room");

      await key("Enter");
      await page.getByRole("heading", { name: t("reception.number", { ticket: first.ticket }) }).waitFor();
      await look("interview");
      const began = Date.now();
      await key("F8");
      await page.getByText(t("fault.reception.unmeasured.title")).or(page.getByText(/需要先询问|must be asked/)).first().waitFor();
      await look("interview-refused");
      for (let left = await page.locator(".question.flagged").count(); left > 0; left--) await key("F3");
      await page.getByText(t("reception.ask.done")).waitFor();
      const measured = { weight: "68", systolic: "118", diastolic: "76", pulse: "72", hemoglobin: "98" };
      for (const [of, value] of Object.entries(measured)) {
        await page.locator(`#q-${of}`).focus();
        await type(value);
      }
      await page.locator(".quantity.out").waitFor();
      await look("measured-out");
      await page.locator("#q-hemoglobin").focus();
      await key("Control+a");
      await type("138");
      await until(async () => (await page.locator(".quantity.out").count()) === 0, "all is within its limits");

      // Locked while half typed: nothing of anybody is in the page, and it comes back.
      await key("Control+l");
      await page.getByRole("heading", { name: t("desk.locked.title") }).waitFor();
      const left = await page.content();
      assert.ok(!left.includes(first.ticket) && !left.includes("110199"), "nothing of anybody is left in the page");
      await look("locked");
      await type(password);
      await key("Enter");
      await page.getByRole("heading", { name: t("reception.number", { ticket: first.ticket }) }).waitFor();
      await until(async () => (await page.locator("#q-hemoglobin").inputValue()) === "138", "what was typed is there again");
      await key("F8");
      await page.getByText(t("reception.outcome.proceeds")).waitFor();
      figures.push(`an interview by keyboard: ${Math.round((Date.now() - began) / 1_000)} s`);
      await look("proceeds");

      // The second may not give today: with a slip, and taken back again.
      await key("Escape");
      await page.getByRole("heading", { name: t("reception.title") }).waitFor();
      await row(second.ticket).waitFor();
      const notes = await heard(room.page);
      await key("n");
      await page.getByText(t("reception.called", { ticket: second.ticket, counter: "1" })).waitFor();
      await room.page.locator(".ticket", { hasText: second.ticket }).waitFor();
      assert.deepEqual(await notes(), ["running", "running"], "both notes of the bell were heard");
      await key("Enter");
      await page.getByRole("heading", { name: t("reception.number", { ticket: second.ticket }) }).waitFor();
      await key("F9");
      await page.getByLabel(t("reception.defer.search")).focus();
      await type(language === "en" ? "hemoglobin" : "血红蛋白");
      await until(async () => [1, 2, 3].includes(await page.locator("select[size] option").count()), "what was looked for is found");
      await page.getByLabel(t("reception.defer.until")).fill(new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10));
      await look("defer");
      await key("Control+Enter");
      await page.getByText(t("reception.print.printed")).waitFor();
      await look("deferred");
      assert.ok((await readdir(join(world.folder, "slips"))).some((name) => name.endsWith(".pdf")), "the slip is printed");
      await key("u");
      await page.getByLabel(t("reception.undo.reason")).focus();
      await type("TEST 1");
      await look("undo");
      await key("Enter");
      await page.getByRole("heading", { name: t("reception.undone") }).waitFor();
      await look("undone");

      // Somebody who cannot use the kiosk.
      await key("Escape");
      await page.getByRole("heading", { name: t("reception.title") }).waitFor();
      await key("r");
      await page.getByLabel(t("reception.register.number")).focus();
      await type(stranger(language === "en" ? "11019919920202071" : "11019919930303073"));
      await key("Tab");
      await type("TEST PERSON");
      await look("register");
      await key("Control+Enter");
      const byHand = language === "en" ? "002" : "001";
      await row(byHand).waitFor(); // the live list may know before the form has its answer
      await page.getByRole("dialog").waitFor({ state: "detached" });
      await page.locator("#work").focus();
      await key("l");
      await page.getByText(t("reception.hasLeft", { ticket: byHand })).waitFor();

      // Without a line the list stays, and the desk says so; with one it goes on.
      await world.stopCenter();
      await page.getByText(t("fault.desk.offline.title")).waitFor();
      await look("offline");
      await world.startCenter();
      await page.getByText(t("desk.line.on")).waitFor();
      await until(async () => (await page.getByText(t("fault.desk.offline.title")).count()) === 0, "the desk goes on");
      await page.getByRole("button", { name: t("desk.logout") }).focus();
      await key("Enter");
      await page.getByRole("heading", { name: t("desk.login.title") }).waitFor();
      assert.deepEqual(await page.locator("table").count(), 0);
      for (const one of [seen, room]) {
        assert.deepEqual(one.trouble, []);
        assert.deepEqual(one.found, []);
      }
    } catch (error) {
      await page.screenshot({ path: join(out, `screens/e2e/failed-desk.${language}.png`) });
      throw error;
    } finally {
      note({ looks: seen.looks + room.looks, found: [...seen.found, ...room.found], figure: figures.map((f) => `desk, ${language}: ${f}`) });
      await page.evaluate(() => window.go.app.Bridge.Fetch("POST", "/desk/logout", {}, ""));
      await room.close();
      await seen.close();
    }
  });
}
