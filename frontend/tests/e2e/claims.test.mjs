// A claim's way through four people's hands, by the keyboard alone: real center, real
// desk, real database. What a typical claim takes is counted: keys, and seconds.
import assert from "node:assert/strict";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { openBrowser } from "../browser.mjs";
import { addStaff, openPage, password, startDesk } from "./deskpage.mjs";
import { note } from "./figures.mjs";
import { until } from "./glass.mjs";
import { walkLetter } from "./letter.mjs";
import { wordsOf } from "./words.mjs";
import { openWorld } from "./world.mjs";

let browser, world, desk, scanner, painter;
before(async () => {
  [browser, world] = await Promise.all([openBrowser(), openWorld({ donors: 200 })]);
  scanner = join(world.folder, "scanner");
  await mkdir(scanner);
  await addStaff(world);
  desk = await startDesk(world, "--scanner", scanner);
  painter = await browser.newPage({ viewport: { width: 620, height: 877 } });
});
after(async () => {
  await browser?.close();
  await desk?.stop();
  await world?.close();
});

/** Lays pages into the scanner's folder, each another one. */
async function scan(titles, who) {
  for (const [i, title] of titles.entries()) {
    const rows = Array.from({ length: 9 }, (_, n) => `<p>${title} · ${who} · ${(n + 1) * (i + 3) * 7919} ${"▁▂▃▄▅▆▇"[(n * (i + 2)) % 7].repeat(3 + ((n * i) % 9))}</p>`).join("");
    await painter.setContent(`<body style="font:20px serif;padding:${40 + i * 17}px;background:#${["fffef8", "f4fff6", "f5f8ff"][i % 3]}"><h1 style="border-bottom:${2 + i}px solid #555">${title}</h1>${rows}<div style="width:${120 + i * 40}px;height:${60 + i * 25}px;background:#${(i * 2 + 3).toString(16)}a8"></div></body>`);
    await writeFile(join(scanner, `scan-${i}.jpg`), await painter.screenshot({ type: "jpeg", quality: 80 }));
  }
}

/** Days before today as they are typed, such as 1103. */
const ago = (days) => new Date(Date.now() + 8 * 3_600_000 - days * 86_400_000).toISOString().slice(5, 10).replace("-", "");

/** Somebody whose donations pay for blood. */
const taken = new Set();
async function donor(page) {
  for (const who of await world.people()) {
    if (taken.has(who.number)) continue;
    taken.add(who.number);
    const day = new Date(Date.now() - 15 * 86_400_000).toISOString().slice(0, 10);
    const body = { donors: [{ kind: "resident_id", number: who.number, relation: "self" }], lines: [{ id: "1", component: "red_cells", fee: "blood", quantity: "2", on: day, amount_fen: 600_000 }] };
    const answer = await page.evaluate((text) => window.go.app.Bridge.Fetch("POST", "/relief/assessments", { "Content-Type": "application/json" }, text), JSON.stringify(body));
    if (JSON.parse(answer.body).assessment?.totals.payable_fen === 600_000) return who;
  }
  throw new Error("nobody has donations enough");
}

for (const language of ["zh-CN", "en"]) {
  test(`a claim from the counter to finance, ${language}`, async () => {
    const t = wordsOf(language);
    const seen = await openPage(browser, language, desk.match[1]);
    const { page, look } = seen;
    const figures = [];
    let keys = 0;
    const key = async (...names) => {
      for (const name of names) await page.keyboard.press(name);
      keys += names.length;
    };
    const type = async (text) => {
      await page.keyboard.type(text);
      keys += [...text].length;
    };
    const said = (what) => page.getByText(what).first().waitFor();
    const enter = async (who) => {
      await page.getByRole("heading", { name: t("desk.login.title") }).waitFor();
      await until(async () => {
        if (await page.getByRole("heading", { name: t("claims.title") }).count()) return true;
        // A refusal, for each code works once, puts the keyboard into the first field.
        await page.getByRole("button", { name: t(`desk.login.demo.${who}`), exact: true }).focus();
        await page.keyboard.press("Enter");
        return page.getByRole("heading", { name: t("claims.title") }).waitFor({ timeout: 5_000 }).then(() => true, () => false);
      }, `${who} is logged in`, 70);
      await page.locator("table, .empty").first().waitFor();
    };
    const leave = async () => {
      await page.getByRole("button", { name: t("desk.logout") }).focus();
      await page.keyboard.press("Enter");
    };
    const row = (text) => page.locator("tbody tr", { hasText: text });
    const count = async (what) => page.locator(what).count();
    /** Types a whole claim, as a clerk does: each field, then Enter. */
    const file = async (who, invoice) => {
      const name = language === "en" ? "MAXIMILIANA-ALEXANDRA KONSTANTINOPOULOU-WANG" : "王𬭎";
      await key("n");
      await page.getByRole("heading", { name: t("claims.new.on_site") }).waitFor();
      await until(() => page.evaluate(() => document.activeElement?.tagName === "INPUT"), "the first field has the keyboard");
      for (const text of [name, who.number, "13800000000", "TEST-0001", "1", language === "en" ? "Test Hospital" : "测试市第一人民医院", ago(20), ago(10), "3", "2", "6000", ago(15), invoice, "0", "6200000000000000001", "TEST BANK"]) {
        await type(text);
        await key("Enter");
      }
      await until(async () => (await count(".documents .lacks")) > 0, "the list of documents");
      return page.locator(".documents .kind span:first-of-type").allTextContents();
    };
    try {
      await page.getByRole("heading", { name: t("desk.login.title") }).waitFor();
      await enter("clerk");
      await look("claims-empty");
      const who = await donor(page);
      const invoice = `TEST-${language}`;

      // The first field that is wrong says so, in the applicant's words.
      keys = 0;
      const began = Date.now();
      const asked = await file(who, invoice);
      await scan(asked, `1${language}`);
      await key("F6");
      await said(t("claims.said.pages", { n: asked.length }));
      await key("Control+Enter");
      await said(t("claims.said.submitted"));
      figures.push(`a typical claim by keyboard, ${asked.length} pages from the scanner: ${keys} keys, ${Math.round((Date.now() - began) / 1_000)} s (typed by a program)`);
      assert.deepEqual(await readdir(scanner), [], "no page is left in the scanner's folder");
      const number = await page.getByRole("heading", { level: 1 }).textContent();
      await until(async () => (await count(".documents img")) === asked.length, "every page has its picture");
      await look("claim-submitted");

      // Without a line: taken in all the same, with its pages, and sent when it is back.
      await key("Escape");
      await page.getByRole("heading", { name: t("claims.title") }).waitFor();
      await world.stopCenter();
      await page.locator(".line.off").waitFor();
      await file(await Promise.resolve(who), invoice);
      await look("form-missing");
      await key("Control+l");
      await page.getByRole("heading", { name: t("desk.locked.title") }).waitFor();
      assert.ok(!(await page.content()).includes(who.number), "nothing of anybody is in a locked desk's page");
      await page.getByLabel(t("desk.login.password")).focus();
      await page.keyboard.type(password);
      await page.keyboard.press("Enter");
      await until(() => page.evaluate((text) => [...document.querySelectorAll("input")].some((i) => i.value === text), who.number), "what was typed is there again");
      await scan(asked, `2${language}`);
      await page.locator("#work").focus();
      await key("F6");
      await said(t("claims.said.pages", { n: asked.length }));
      await look("form-whole");
      await key("Control+Enter");
      await said(t("claims.said.waits"));
      await key("Escape");
      await said(t("claims.kept.some", { n: 1 }));
      await key("0");
      await said(t("claims.kept.waiting"));
      await look("not-yet-sent");
      await world.startCenter();
      await said(t("claims.kept.none"));
      await key("2");
      await row(number.slice(0, 11)).nth(1).waitFor();
      await key("/");
      await type(invoice);
      await key("Enter");
      await until(async () => (await count("tbody tr")) === 2, "both are found by their invoice");
      await look("claims-list");

      // Text that can be read from further away, kept for this login.
      await key("Control+=", "Control+=");
      await until(() => page.evaluate(() => document.documentElement.style.fontSize === "130%"), "the text is larger");
      await look("larger-text");
      await key("Control+-", "Control+-");
      await leave();

      // The first reviewer: what waits longest is on top; one is returned, one approved.
      await enter("reviewer");
      await row(number).waitFor();
      await look("review-list");
      while (!(await row(number).getAttribute("aria-selected")).includes("true")) await key("ArrowDown");
      await key("Enter");
      await page.getByRole("heading", { name: number }).waitFor();
      await key("t");
      await said(t("claims.said.taken"));
      await said(t("claims.doubles.some", { n: 1 }));
      await page.getByRole("button", { name: t("claims.doubles.compare") }).focus();
      await key("Enter");
      await page.locator(".pair .twin").nth(1).waitFor();
      await look("review");
      await key("a");
      await said(t("claims.act.sends"));
      await look("approve");
      await key("Control+Enter");
      await said(t("claims.said.step", { status: language === "en" ? "Second review" : "待复审" }));
      await said(t("claims.barred.had.twice")); // and who may
      await said(t("claims.barred.who.twice"));
      assert.ok((await page.getByText(t("claims.barred.who.twice")).boundingBox()).y > 0, "it stands where one looks, however far down the page one was");
      assert.equal(await page.getByRole("button", { name: t("claims.step.approve"), exact: true }).count(), 0, "who approved first is not offered the second approval");
      await look("barred-second");
      await key("Escape");
      await page.locator("tbody tr").first().waitFor();
      const other = (await page.locator("tbody tr th").allTextContents()).find((n) => n.trim() !== number);
      while (!(await row(other).getAttribute("aria-selected")).includes("true")) await key("ArrowDown");
      await key("Enter", "t");
      await page.getByRole("heading", { name: other.trim() }).waitFor();
      await until(async () => {
        if (await page.getByText(t("claims.said.taken")).count()) return true;
        await page.keyboard.press("t");
        return false;
      }, "the other is taken");
      await key("r");
      await said(t("claims.act.return.wanted"));
      await key("Space");
      await page.locator("dialog textarea").focus();
      await type("TEST: the date cannot be read");
      await look("return");
      await key("Control+Enter");
      await said(t("claims.returned"));
      await leave();

      // The second, above the amount; then the money is finance's.
      await enter("second");
      await row(number).waitFor();
      while (!(await row(number).getAttribute("aria-selected")).includes("true")) await key("ArrowDown");
      await key("Enter");
      await page.getByRole("heading", { name: number }).waitFor();
      await key("a");
      await said(t("claims.act.sends"));
      await key("Control+Enter");
      await said(t("claims.said.step", { status: language === "en" ? "Approved" : "已批准" }));
      await look("approved");
      await leave();
      await enter("finance");
      await row(number).waitFor();
      await look("finance-list");
      while (!(await row(number).getAttribute("aria-selected")).includes("true")) await key("ArrowDown");
      await key("Enter");
      await page.getByRole("heading", { name: number }).waitFor();
      await key("p");
      await said(t("claims.said.step", { status: language === "en" ? "To pay" : "待支付" }));
      await look("released");
      await leave();

      // The clerk hears what is to be supplied, and hands it in again.
      await enter("clerk");
      await row(other.trim()).waitFor();
      await key("Enter");
      await page.getByRole("heading", { name: other.trim() }).waitFor();
      await said("TEST: the date cannot be read");
      await key("e");
      await until(() => page.evaluate(() => document.activeElement?.tagName === "INPUT"), "the form is there");
      await scan([asked[0]], `3${language}`);
      await key("F6");
      await said(t("claims.said.pages", { n: 1 }));
      await look("form-returned");
      await key("Control+Enter");
      await said(t("claims.said.submitted"));
      await leave();
      assert.deepEqual(seen.trouble, []);
      assert.deepEqual(seen.found, []);
    } catch (error) {
      console.log([...seen.found, ...seen.trouble].join("\n"));
      await seen.picture("failed-claims");
      throw error;
    } finally {
      note({ looks: seen.looks, found: seen.found, figure: figures.map((f) => `desk, ${language}: ${f}`) });
      await page.evaluate(() => window.go.app.Bridge.Fetch("POST", "/desk/logout", {}, "")).catch(() => undefined);
      await seen.close();
      if (!world.center) await world.startCenter();
    }
  });
}

test("a letter for a spouse, by an agent, rejected, looked at again, sent back and withdrawn", () => walkLetter({ browser, world, desk, scan, ago }));
