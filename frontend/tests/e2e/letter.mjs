// A claim that comes by letter, for the donor's spouse and by an agent, signed on the screen:
// what it goes through until it is withdrawn, and what is told to whom it is not for.
import assert from "node:assert/strict";
import { asks, openPage } from "./deskpage.mjs";
import { note } from "./figures.mjs";
import { until } from "./glass.mjs";
import { wordsOf } from "./words.mjs";

/** Documents the rules ask for beside the commitment: of the donor, a relative, an agent. */
const asked = 8;

export async function walkLetter({ browser, world, desk, scan, ago }) {
  const t = wordsOf("zh-CN");
  const seen = await openPage(browser, "zh-CN", desk.match[1]);
  const { page, look } = seen;
  const said = (what) => page.getByText(what).first().waitFor();
  const key = (name) => page.keyboard.press(name);
  const heading = (name) => page.getByRole("heading", { name }).waitFor();
  const offers = (step) => page.getByRole("button", { name: t(`claims.step.${step}`), exact: true }).count();
  const typed = async (...texts) => {
    for (const text of texts) {
      await page.keyboard.type(text);
      await key("Enter");
    }
  };
  const enter = async (who) => {
    await heading(t("desk.login.title"));
    // A refusal, for each code works once, puts the keyboard into the first field.
    await until(async () => {
      await page.getByRole("button", { name: t(`desk.login.demo.${who}`), exact: true }).press("Enter");
      return page.getByRole("heading", { name: t("claims.title") }).waitFor({ timeout: 5_000 }).then(() => true, () => false);
    }, `${who} is logged in`, 70);
    await page.locator("table, .empty").first().waitFor();
  };
  const leave = () => page.getByRole("button", { name: t("desk.logout") }).press("Enter");
  const open = async (number) => {
    const row = page.locator("tbody tr", { hasText: number });
    await row.waitFor();
    while ((await row.getAttribute("aria-selected")) !== "true") await key("ArrowDown");
    await key("Enter");
    await heading(number);
  };
  /** Takes a step that is asked for, with a note. */
  const act = async (name, step, status) => {
    await page.locator(".acts").getByText(t(`claims.step.${step}`)).waitFor();
    await key(name);
    await said(t("claims.act.sends"));
    if (step === "reject") await key("1");
    await page.locator("dialog textarea").fill(`TEST: ${step}`);
    await look(`letter-${step}`);
    await key("Control+Enter");
    await said(t("claims.said.step", { status }));
  };
  /** Another post for somebody, by the administrator. */
  const post = async (login, role) => {
    const ask = asks(page);
    await heading(t("desk.login.title"));
    await until(() => ask("POST", "/desk/demo-login", { login: "demo.admin" }).then(() => true, () => false), "the administrator is logged in", 70);
    const who = (await ask("GET", "/staff/members")).find((m) => m.login === login);
    await ask("PUT", `/staff/members/${who.id}`, { name: who.name, role });
    await ask("POST", "/desk/logout", {});
  };
  try {
    const [donor, spouse, agent] = (await world.people()).map((p) => p.number);
    await enter("second");
    await key("m");
    await heading(t("claims.new.mail"));
    await until(() => page.evaluate(() => document.activeElement?.tagName === "INPUT"), "the first field has the keyboard");
    await typed("TEST POST", "TEST-TRACK-1", "王𬭎", donor, "13800000000", "TEST-0002", "2", "测试配偶", spouse);
    await page.getByLabel(t("claims.field.hasAgent")).press("Space");
    await page.locator('[data-at="agent.name"] input').focus();
    await typed("测试代办人", agent, "13900000000", "测试市第一人民医院", ago(20), ago(10), "3", "2", "300", ago(15), "TEST-LETTER", "0", "6200000000000000002", "TEST BANK");
    await page.locator('[data-at="commitment.way"] select').press("2");
    const pad = page.locator('[data-at="commitment.strokes"] svg').first();
    await pad.scrollIntoViewIfNeeded();
    const box = await pad.boundingBox();
    await page.mouse.move(box.x + 60, box.y + 60);
    await page.mouse.down();
    for (let i = 1; i < 12; i++) await page.mouse.move(box.x + 60 + 24 * i, box.y + 60 + 40 * (i % 3));
    await page.mouse.up();
    await said(t("claims.documents.count", { n: 0, of: asked }));
    await look("letter-typed");
    await scan(Array.from({ length: asked }, (_, i) => `材料 ${i + 1}`), "letter");
    await page.locator("#work").focus();
    await key("F6");
    await said(t("claims.said.pages", { n: asked }));
    await key("Control+Enter");
    await said(t("claims.said.submitted"));
    await said("TEST-TRACK-1");
    await said(t("claims.documents.count", { n: asked, of: asked })); // what is signed here needs no page
    const number = await page.getByRole("heading", { level: 1 }).textContent();

    // A reviewer who took it in does not review it, and reads so in either language.
    await said(t("claims.barred.had.capture"));
    await said(t("claims.barred.who.review"));
    assert.equal(await offers("take"), 0, "who took the claim in is not offered to review it");
    await look("letter-barred");
    await page.getByText("English", { exact: true }).click();
    await said(wordsOf("en")("claims.barred.who.review"));
    await key("Control+=");
    await key("Control+=");
    await until(() => page.evaluate(() => document.documentElement.style.fontSize === "130%"), "the text is larger");
    await look("letter-barred-large-en");
    await page.getByText("中文", { exact: true }).click();
    await key("Control+-");
    await key("Control+-");
    await leave();

    // Another reviewer rejects it for a reason, thinks again, and sends it back.
    await enter("reviewer");
    await open(number);
    await page.locator(".acts").getByText(t("claims.step.take")).waitFor();
    assert.equal(await page.getByText(t("claims.barred.had.capture")).count(), 0, "nothing bars who had no part in it");
    await key("t");
    await said(t("claims.said.taken"));
    await act("x", "reject", "不予报销");
    await look("letter-rejected");
    await act("o", "reopen", "审核中");
    await act("r", "return", "退回补充");
    await said(t("claims.barred.had.review"));
    assert.equal(await page.getByRole("button", { name: t("claims.keys.edit") }).count(), 0, "who reviewed it does not change it");
    await look("letter-returned");
    await leave();

    // The applicant changes their mind, and says so to any clerk of the district.
    await enter("clerk");
    await open(number);
    await act("w", "withdraw", "已撤回");
    await said(t("claims.ended.withdrawn"));
    assert.equal(await page.locator(".notice", { hasText: "TEST: withdraw" }).count(), 1, "why it was withdrawn stands on top");
    await look("letter-withdrawn");
    await leave();

    // People change posts: who reviewed a claim pays nothing of it, as one of finance either.
    await post("demo.second", "finance");
    await enter("second");
    await key("2"); // what is being paid: the claims of the tests before, which they approved
    await page.locator("tbody tr").first().waitFor();
    await key("Enter");
    await said(t("claims.barred.had.review"));
    await said(t("claims.barred.who.pay"));
    for (const step of ["release", "confirm", "fail"]) assert.equal(await offers(step), 0, `who reviewed it is not offered to ${step}`);
    await look("barred-pay");
    assert.deepEqual(seen.trouble, []);
    assert.deepEqual(seen.found, []);
  } catch (error) {
    console.log([...seen.found, ...seen.trouble].join("\n"));
    await seen.picture("failed-letter");
    throw error;
  } finally {
    note({ looks: seen.looks, found: seen.found });
    await page.evaluate(() => window.go.app.Bridge.Fetch("POST", "/desk/logout", {}, "")).catch(() => undefined);
    await seen.close();
  }
}
