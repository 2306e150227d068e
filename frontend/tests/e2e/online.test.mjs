// A donor claims from a phone of their own, by the API the phone page will use; the office
// sees it come in, sends it back, and sees what was supplied. Real center, desk, database,
// and the code as the center's console shows it.
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { after, before, test } from "node:test";
import { openBrowser } from "../browser.mjs";
import { handsOf } from "./deskhands.mjs";
import { addStaff, openPage, startDesk } from "./deskpage.mjs";
import { daysAgo, district, today } from "./filed.mjs";
import { note } from "./figures.mjs";
import { until } from "./glass.mjs";
import { wordsOf } from "./words.mjs";
import { openWorld } from "./world.mjs";

let browser, world, desk, painter, phone;
before(async () => {
  [browser, world] = await Promise.all([openBrowser(), openWorld({ donors: 200 })]);
  await addStaff(world);
  [desk, painter] = [await startDesk(world), await browser.newPage({ viewport: { width: 320, height: 240 } })];
  phone = await logIn();
});
after(async () => {
  await browser?.close();
  await desk?.stop();
  await world?.close();
});

async function ask(method, path, body, token) {
  const answer = await fetch(world.at + path, { method, headers: { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) }, body: body && JSON.stringify(body) });
  const out = await answer.json();
  assert.ok(answer.ok, `${method} ${path} answers ${answer.status} ${JSON.stringify(out)}`);
  return out;
}

/** Logs the donor in whom the center names to try with, and answers how they ask. */
async function logIn() {
  const said = (pattern) => world.center.said.map((line) => pattern.exec(line)).findLast(Boolean);
  const [, document, din] = await until(async () => said(/document (\S+), 献血编号 donation number (.+)$/), "the center names somebody to try with");
  const { request } = await ask("POST", "/donor/codes", { document_kind: "resident_id", document_number: document, din: din.replaceAll(" ", ""), language: "zh-CN" });
  const [, code] = await until(async () => said(/登录验证码是 (\d{8})/), "the code is on the center's console");
  const key = generateKeyPairSync("ed25519").publicKey.export({ type: "spki", format: "der" }).subarray(-32);
  const { access_token } = await ask("POST", "/donor/login", { request, code, public_key: key.toString("base64") });
  return (method, path, body) => ask(method, `/donor/claims${path}`, body, access_token);
}

/** Hands a picture in, each another one. */
async function show(claim, id, kind, title) {
  await painter.setContent(`<h1>${kind} ${title}</h1>`.repeat(3));
  const picture = await painter.screenshot({ type: "jpeg" });
  return phone("PUT", `/${claim}/attachments/${id}`, { kind, content: picture.toString("base64") });
}

/** A whole claim of what blood cost the donor. */
async function file(id, n) {
  const content = { channel: "online", relation: "self", donor: { phone: "13800000000", certificate: `TEST-${n}` }, hospital: { name: "测试市第一人民医院", admitted: daysAgo(20), left: daysAgo(10) },
    lines: [{ invoice: `ONLINE-${n}`, component: "red_cells", quantity: "1", on: daysAgo(15 - n), amount_fen: 42_000 }], insurance_fen: 0,
    payee: { kind: "bank_account", account: `620000000000000${2000 + n}`, bank: "TEST BANK" }, commitment: { way: "scanned", on: today() } };
  let claim = await phone("POST", "", { id, district, content });
  content.payee.holder = claim.content.donor.name; // as the center has it on record
  claim = await phone("PUT", `/${id}`, { version: claim.version, content });
  for (const kind of claim.documents) claim = await show(id, kind, kind, n);
  assert.deepEqual(claim.missing, [], "nothing is missing");
  return phone("POST", `/${id}/submit`, { version: claim.version });
}

for (const [n, language] of ["zh-CN", "en"].entries()) {
  test(`a claim from a phone, ${language}`, async () => {
    const t = wordsOf(language);
    const seen = await openPage(browser, language, desk.match[1]);
    const { page, look } = seen;
    const { key, said, enter, open, dialog, gone } = handsOf(page, t);
    try {
      const id = `online-${n}`;
      const { number } = await file(id, n);
      await enter("reviewer");
      await open(number);
      const history = page.getByRole("region", { name: t("claims.history") });
      await history.getByText(t("claims.donor")).first().waitFor();
      await look("online-submitted");
      await key("t");
      await said(t("claims.said.taken"));
      await key("r");
      await dialog.getByRole("checkbox").first().waitFor();
      await dialog.locator("textarea").fill(language === "en" ? "The invoice cannot be read, please photograph it again." : "发票看不清，请重新拍照。");
      await look("online-return");
      await key("Control+Enter");
      await gone();

      // The phone reads why, supplies it, and it is back with the office.
      let claim = await phone("GET", `/${id}`);
      assert.equal(claim.status, "returned");
      assert.ok(claim.note.length > 5, "the phone reads why");
      assert.ok(!JSON.stringify(claim).includes("演示"), "and nobody's name");
      claim = await show(id, "again", "invoice", 7 + n);
      await phone("POST", `/${id}/submit`, { version: claim.version });
      await key("Escape");
      await open(number);
      await history.locator("li").first().getByText(t("claims.donor")).waitFor();
      await look("online-again");
      await key("t");
      await said(t("claims.said.taken"));
      await key("a");
      await dialog.waitFor();
      await key("Control+Enter");
      await gone();
      claim = await phone("GET", `/${id}`);
      assert.deepEqual([claim.status, claim.approved_fen > 0, claim.steps], ["approved", true, []]);
      assert.deepEqual([seen.trouble, seen.found], [[], []]);
    } catch (error) {
      console.log([...seen.found, ...seen.trouble].join("\n"));
      await seen.picture(`failed-online`);
      throw error;
    } finally {
      note({ looks: seen.looks, found: seen.found });
      await page.evaluate(() => window.go.app.Bridge.Fetch("POST", "/desk/logout", {}, "")).catch(() => undefined);
      await seen.close();
    }
  });
}
