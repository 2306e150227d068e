// Finance's day, by the keyboard: what was approved leaves in a bank's file that a second
// person lets go, a statement says what became of it, a month is locked; and the
// administrator lets a hospital in. Real center, real desk, real database, real files.
import assert from "node:assert/strict";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { openBrowser } from "../browser.mjs";
import { codeOf, password } from "../center.mjs";
import { addStaff, codesOf, openPage, startDesk } from "./deskpage.mjs";
import { note } from "./figures.mjs";
import { district, fileClaims, today } from "./filed.mjs";
import { until } from "./glass.mjs";
import { run, start } from "./process.mjs";
import { wordsOf } from "./words.mjs";
import { openWorld } from "./world.mjs";

const center = join(fileURLToPath(new URL("../../../", import.meta.url)), "build/bin/lianxin-center");
const perLanguage = 5; // together above what one person sends
const monthAgo = (n) => {
  const [y, m] = today().split("-").map(Number);
  return new Date(Date.UTC(y, m - 1 - n, 1)).toISOString().slice(0, 7);
};

let browser, world, desk, freshCode, folders;
let patients; // whom a hospital may ask for less
before(async () => {
  [browser, world] = await Promise.all([openBrowser(), openWorld()]);
  await firstAdministrator();
  await addStaff(world);
  folders = { save: join(world.folder, "saved"), statements: join(world.folder, "statements") };
  for (const folder of Object.values(folders)) await mkdir(folder);
  process.env.LIANXIN_DIALOG = folders.save; // what the system's own dialogs answer: nobody sees them here
  desk = await startDesk(world, "--statements", folders.statements);
  await fileAll();
});
after(async () => {
  await browser?.close();
  await desk?.stop();
  await world?.close();
});

async function firstAdministrator() {
  const token = world.center.said.map((line) => /\/first-run#(\S+)/.exec(line)?.[1]).find(Boolean);
  const send = async (path, body) => {
    const answer = await fetch(world.at + path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    assert.ok(answer.ok, `${path} answers ${answer.status}`);
    return answer.json();
  };
  const account = { token, login: "boss.test", name: "测试王𬭎", password };
  const { secret } = await send("/first-run/account", account);
  await send("/first-run", { ...account, secret, code: codeOf(secret) });
  freshCode = codesOf(secret, Date.now());
}

/** What is approved and released when finance's day begins, and what was advanced in months that are over. */
async function fileAll() {
  const filed = await fileClaims({ browser, world, desk, released: 2 * perLanguage, others: 2 });
  patients = filed.others;
  await world.advance(district, monthAgo(1), filed.released[0], 1_234_567);
  await world.advance(district, monthAgo(2), filed.released[0], 7_654_321);
}

for (const [nth, language] of ["zh-CN", "en"].entries()) {
  test(`finance's day, ${language}`, async () => {
    const t = wordsOf(language);
    const seen = await openPage(browser, language, desk.match[1]);
    const { page, look } = seen;
    const key = async (...names) => {
      for (const name of names) await page.keyboard.press(name);
    };
    const heading = (name) => page.getByRole("heading", { name, level: 1 });
    const said = (what) => page.getByText(what).first().waitFor();
    const dialog = page.getByRole("dialog");
    const gone = () => dialog.waitFor({ state: "detached" });
    const row = (text) => page.locator("tbody tr", { hasText: text });
    const section = async (name) => {
      await page.getByRole("link", { name: t(`money.${name}.title`), exact: true }).focus();
      await key("Enter");
      await heading(t(`money.${name}.title`)).waitFor();
      await page.locator("#work").focus();
    };
    const enter = async (who) => {
      await page.getByRole("heading", { name: t("desk.login.title") }).waitFor();
      await until(async () => {
        if (await page.getByRole("heading", { name: t("claims.title") }).count()) return true;
        await page.getByRole("button", { name: t(`desk.login.demo.${who}`), exact: true }).focus();
        await key("Enter");
        return page.getByRole("heading", { name: t("claims.title") }).waitFor({ timeout: 5_000 }).then(() => true, () => false);
      }, `${who} is logged in`, 70);
      await key("Control+3");
      await heading(t("money.payments.title")).waitFor();
    };
    const leave = async () => {
      await page.getByRole("button", { name: t("desk.logout") }).focus();
      await key("Enter");
    };
    /** Chooses a row by the arrow keys. */
    const choose = async (at) => {
      await page.locator("#work").focus();
      await until(async () => {
        if ((await at.first().getAttribute("aria-selected")) === "true") return true;
        await key("ArrowDown");
        return false;
      }, "the row is chosen");
    };
    const saved = async (name) => {
      await said(t("money.saved.saved", { name }));
      return readFile(join(folders.save, name));
    };
    try {
      // Five of what waits are marked; together they are above what one person may send.
      await enter("finance");
      await page.locator("tbody tr").nth(perLanguage - 1).waitFor();
      await look("money-waiting");
      await page.locator("#work").focus();
      for (let n = 0; n < perLanguage; n++) await key("m", "ArrowDown");
      await said(t("money.payments.marked", { n: perLanguage, sum: "22,500.00" }));
      await key("n");
      await dialog.getByText(t("money.payments.secondNeeded", { limit: "20,000.00" })).waitFor();
      await dialog.getByText(language === "en" ? "twenty-two thousand five hundred yuan" : "贰万贰仟伍佰元整").waitFor();
      await look("money-new-batch");
      await key("Control+Enter");
      await said(t("money.payments.held", { limit: "20,000.00" }));
      const number = await page.getByRole("heading", { level: 1 }).textContent();
      await look("money-held");
      assert.equal(await page.getByRole("button", { name: t("money.payments.send"), exact: true }).count(), 0, "who made it does not send it");
      await leave();

      // Another one lets it go, and the program saves the bank's file.
      await enter("treasurer");
      await key("2");
      await choose(row(number));
      await look("money-batches");
      await key("Enter");
      await heading(number).waitFor();
      await page.locator("tbody tr").nth(perLanguage - 1).waitFor();
      await key("g");
      await dialog.getByText(t("money.payments.sendOnce")).waitFor();
      await look("money-send");
      await key("Control+Enter");
      await gone();
      await page.locator(".badge", { hasText: t("money.payments.batch.sent") }).first().waitFor();
      await key("s");
      const file = new TextDecoder("gb18030").decode(await saved(`${number}.csv`));
      const numbers = await page.locator("tbody tr td.soft").allTextContents();
      for (const one of numbers) assert.ok(file.includes(one.trim()), `${one} is in the file`);
      await look("money-sent");

      // The bank calls: one was refused. It is said, and paid again.
      await page.locator("#work").focus();
      const claim = (await page.locator("tbody tr th").first().textContent()).trim();
      await choose(row(claim));
      await key("f");
      await dialog.locator("textarea").fill("TEST: the bank called");
      await look("money-fail");
      await key("Control+Enter");
      await gone();
      await said(t("money.payments.said.fail", { claim }));
      await page.getByRole("button", { name: t("money.payments.act.again"), exact: true }).waitFor();
      await key("p");
      await said(t("money.payments.said.again", { claim }));

      // A statement: looked at, then taken in; what does not agree is settled by hand.
      const rows = [1, 2].map((i) => `${today()},S-${nth}-${i},4500.00,,,代发 ${numbers[i].trim()}`);
      rows.push(`${today()},S-${nth}-3,4000.00,,,代发 ${numbers[3].trim()}`, `${today()},S-${nth}-4,,4500.00,,退汇 ${numbers[4].trim()}`, `${today()},S-${nth}-5,99.00,,123,水费`);
      await writeFile(join(folders.statements, `statement-${nth}.csv`), `交易日期,流水号,支出,收入,对方账号,附言\n${rows.join("\n")}\n`);
      await section("statements");
      await page.locator("table, .empty").first().waitFor();
      await look("money-statements");
      await key("F6");
      await said(t("money.statements.dry"));
      await said(t("money.statements.left", { n: 1 }));
      await look("money-look");
      await key("Control+Enter");
      await said(t("money.statements.taken"));
      await look("money-statement");
      const other = row(t("money.statements.todo.other_amount"));
      await choose(other);
      await key("c");
      await dialog.locator("textarea").fill("TEST: the bank's advice says 4,500");
      await key("Control+Enter");
      await gone();
      await key("Escape");
      await heading(t("money.statements.title")).waitFor();
      await page.locator("tbody tr").first().waitFor();
      await key("F6");
      await page.locator(".desk-facts").waitFor();
      await key("Control+Enter");
      await said(t("money.statements.already"));

      // A month that is over is locked in words; its statement is saved and printed.
      const back = nth + 1;
      await section("settlement");
      await page.locator("tbody td[aria-selected=true]").waitFor();
      for (let n = 0; n < back; n++) await key("ArrowLeft");
      await look("money-settlement");
      await key("k");
      await dialog.locator("input").fill("no");
      await key("Control+Enter");
      await dialog.getByText(t("money.settlement.wordWrong", { word: t("money.settlement.word") })).waitFor();
      await look("money-lock");
      await dialog.locator("input").fill(t("money.settlement.word"));
      await key("Control+Enter");
      await gone();
      await page.locator("tbody td[aria-selected=true] .lock").waitFor();
      await page.locator("#work").focus();
      await key("Enter");
      await page.getByText("SHA-256").waitFor();
      await key("p");
      const statement = `settlement-${district}-${monthAgo(back)}`;
      assert.equal((await saved(`${statement}.pdf`)).subarray(0, 5).toString(), "%PDF-");
      await key("x");
      assert.equal((await saved(`${statement}.xlsx`)).subarray(0, 2).toString(), "PK");
      await key("d");
      await said(t("money.settlement.prints.printed"));
      await look("money-district");
      await key("Control+=", "Control+=");
      await until(() => page.evaluate(() => document.documentElement.style.fontSize === "130%"), "the text is larger");
      await look("money-larger");
      await key("Control+-", "Control+-");

      // Without a line the page says so, and is whole again by itself.
      await key("Escape");
      await page.locator("tbody td[aria-selected=true]").waitFor();
      await world.stopCenter();
      await page.locator(".line.off").waitFor();
      await key("PageUp");
      await said(t("fault.desk.offline.title"));
      await look("money-offline");
      await world.startCenter();
      await page.getByText(t("fault.desk.offline.title")).waitFor({ state: "detached", timeout: 40_000 });
      await leave();
      await run(center, ["settlement", "report", ...world.place]); // ends with 1 unless the book agrees

      // The administrator lets a hospital's system in, sees its day, and ends its key.
      await page.getByRole("heading", { name: t("desk.login.title") }).waitFor();
      await page.getByLabel(t("desk.login.name"), { exact: true }).fill("boss.test");
      await page.getByLabel(t("desk.login.password")).fill(password);
      await page.getByLabel(t("desk.login.code"), { exact: true }).fill(await freshCode());
      await key("Enter");
      const words = (name, params) => t(`administration.hospitals.${name}`, params);
      await heading(t("administration.devices.title")).waitFor();
      await page.getByRole("link", { name: words("title"), exact: true }).focus();
      await key("Enter");
      await heading(words("title")).waitFor();
      await look("hospitals");
      await page.locator("#work").focus();
      await key("n");
      const [zh, en] = [["测试第一医院", "Test Hospital One"], ["测试第二医院", "Test Hospital Two"]][nth];
      const name = language === "en" ? en : zh;
      await dialog.getByLabel(words("id")).fill(`test-hospital-${nth}`);
      await dialog.getByLabel(words("nameZh")).fill(zh);
      await dialog.getByLabel(words("nameEn")).fill(en);
      await look("hospital-new");
      await key("Control+Enter");
      await heading(name).waitFor();
      await page.locator("#work").focus();
      await key("n");
      await dialog.getByText(words("keyLead")).waitFor();
      await key("Control+Enter");
      const token = (await dialog.locator(".typed").textContent()).replaceAll(/[-\s]/g, "");
      await look("hospital-key");
      const [payload, his] = [join(world.folder, `qr-${nth}.txt`), join(world.folder, `his-${nth}.json`)];
      await writeFile(payload, JSON.stringify({ handshake_version: 1, url: world.at, token }));
      const joining = await start(center, ["hospital", "join", "--client", his, "--wait", "60s", payload], /.+/);
      await dialog.getByText(t("administration.devices.compare")).waitFor({ timeout: 40_000 });
      await dialog.getByRole("button", { name: t("administration.devices.approve") }).click();
      await dialog.getByText(t("administration.devices.approved", { name: "HIS" })).waitFor();
      assert.equal(await joining.ended, 0, joining.said.join("\n"));
      await key("Control+Enter");
      await said(words("letIn"));
      const order = { number: `ZY-${nth}`, purpose: "treatment", consent: { form: "written", on: today() }, patient: { kind: "resident_id", number: patients[nth].number }, charges: [{ id: "1", component: "red_cells", fee: "blood", quantity: "1", on: today(), amount_fen: 22_000 }] };
      await writeFile(join(world.folder, "order.json"), JSON.stringify(order));
      await run(center, ["hospital", "reserve", "--client", his, join(world.folder, "order.json")]);
      await key("Escape");
      await row(name).first().waitFor();
      await choose(row(name));
      await key("Enter");
      await page.getByRole("rowheader", { name: /^H110101-/ }).waitFor();
      assert.ok(!(await page.content()).includes(order.number), "an administrator sees no number of the hospital's own");
      await look("hospital-day");
      await page.locator("#work").focus();
      await key("s");
      assert.match((await saved(`test-hospital-${nth}-${today()}.csv`)).toString(), /H110101-/);
      await key("x");
      await dialog.getByText(words("revokeLast")).waitFor();
      await look("hospital-revoke");
      await key("Control+Enter");
      await page.locator(".badge", { hasText: words("revoked") }).waitFor();
      assert.ok((await readdir(folders.save)).length >= 4);
      assert.deepEqual(seen.trouble, []);
      assert.deepEqual(seen.found, []);
    } catch (error) {
      console.log([...seen.found, ...seen.trouble].join("\n"));
      await seen.picture("failed-money");
      throw error;
    } finally {
      note({ looks: seen.looks, found: seen.found });
      await page.evaluate(() => window.go.app.Bridge.Fetch("POST", "/desk/logout", {}, "")).catch(() => undefined);
      await seen.close();
      if (!world.center) await world.startCenter();
    }
  });
}
