// What does not go on by itself: a line a hospital has waived, at the reviewer and at the
// clerk; money that came back, from where it had arrived and while its claim is elsewhere;
// and a batch of which somebody has had another part. Real center, desk, database.
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { openBrowser } from "../browser.mjs";
import { handsOf } from "./deskhands.mjs";
import { addStaff, asks, openPage, startDesk } from "./deskpage.mjs";
import { asStaff, fileClaims, today } from "./filed.mjs";
import { note } from "./figures.mjs";
import { until } from "./glass.mjs";
import { wordsOf } from "./words.mjs";
import { openWorld } from "./world.mjs";

const perLanguage = 2;
let browser, world, desk, statements, filed;
before(async () => {
  [browser, world] = await Promise.all([openBrowser(), openWorld()]);
  await addStaff(world);
  statements = join(world.folder, "statements");
  await mkdir(statements);
  desk = await startDesk(world, "--statements", statements);
  filed = await fileClaims({ browser, world, desk, released: 2 * perLanguage, review: 2 });
  for (const id of filed.review) await world.waive(id);
});
after(async () => {
  await browser?.close();
  await desk?.stop();
  await world?.close();
});

/** A walk at the desk in one language; what it saw is judged at its end. */
async function walk(language, name, steps) {
  const t = wordsOf(language);
  const seen = await openPage(browser, language, desk.match[1]);
  try {
    await steps({ t, page: seen.page, look: seen.look, ask: asks(seen.page), ...handsOf(seen.page, t) });
    assert.deepEqual(seen.trouble, []);
    assert.deepEqual(seen.found, []);
  } catch (error) {
    console.log([...seen.found, ...seen.trouble].join("\n"));
    await seen.picture(`failed-${name}`);
    throw error;
  } finally {
    note({ looks: seen.looks, found: seen.found });
    await seen.page.evaluate(() => window.go.app.Bridge.Fetch("POST", "/desk/logout", {}, "")).catch(() => undefined);
    await seen.close();
  }
}

for (const [nth, language] of ["zh-CN", "en"].entries()) {
  const english = language === "en";
  /** A size at which little fits, and the usual one again. */
  const small = async (hands, percent, do_) => {
    await hands.page.setViewportSize({ width: 1280, height: 720 });
    await hands.textOf(percent);
    await do_();
    await hands.textOf(100);
    await hands.page.setViewportSize({ width: 1440, height: 900 });
  };

  test(`a line a hospital has waived, ${language}`, () =>
    walk(language, "waived", async (hands) => {
      const { t, page, look, key, said, enter, leave, open, dialog, gone } = hands;
      const number = await asStaff(hands.ask)("demo.treasurer", async () => (await hands.ask("GET", `/claims/${filed.review[nth]}`)).number);
      const bars = page.locator("#waived");

      // Who reviews it reads line, hospital and case before they decide, and what to do.
      await enter("reviewer");
      await open(number);
      await bars.getByText(t("claims.waived.next.others")).waitFor();
      await key("t");
      await said(t("claims.said.taken"));
      await bars.getByText(t("claims.waived.next.review")).waitFor();
      assert.match(await bars.textContent(), /H110101-\d{4}-\d{5}/, "the hospital's case is named");
      assert.match(await bars.textContent(), english ? /line 1, Test Hospital Three/ : /第 1 行，测试第三医院/);
      const approve = page.getByRole("button", { name: t("claims.step.approve"), exact: true });
      assert.equal(await approve.getAttribute("aria-disabled"), "true", "it cannot be approved");
      assert.equal(await approve.getAttribute("aria-describedby"), "waived", "and says why");
      await said(t("claims.waived.isSame"));
      await said(t("claims.waived.mayBe")); // another day: a doubt beside it
      await look("waived");
      await page.locator("#work").evaluate((work) => work.scrollTo(0, work.scrollHeight));
      await key("a");
      await until(() => bars.evaluate((is) => is === document.activeElement && is.getBoundingClientRect().top > 0), "the key of the approval leads to why not");
      assert.equal(await dialog.count(), 0, "nothing is asked that would be refused");
      await small(hands, 150, () => look("waived-large"));

      // Returned, with the line in words for the applicant.
      await key("r");
      await said(t("claims.act.return.wanted"));
      assert.match(await dialog.locator("textarea").inputValue(), english ? /^Line 1 \(.+ 1, / : /^第 1 行（.+ 1，/);
      await look("waived-return");
      await key("Control+Enter");
      await gone();
      await said(t("claims.returned"));
      await look("waived-returned");
      await leave();

      // The clerk sees it at the claim, and at the line of its form.
      await enter("clerk");
      await open(number);
      await bars.getByText(t("claims.waived.next.change")).waitFor();
      await look("waived-clerk");
      await key("e");
      await said(t("fault.claim.waived.title"));
      await look("waived-form");
      await key("F8");
      await until(() => page.evaluate(() => !!document.activeElement?.closest('[data-at^="lines[0]"]')), "the key for what is missing leads to the line");
      await page.getByRole("button", { name: t("claims.bill.remove", { n: 1 }), exact: true }).press("Enter");
      await said(t("claims.missing.whole"));
      await key("Control+Enter");
      await said(t("claims.said.submitted"));
      assert.equal(await bars.count(), 0, "nothing bars what is left");
      await leave();
    }));

  test(`money that came back, ${language}`, () =>
    walk(language, "back", async (hands) => {
      const { t, page, look, key, said, enter, leave, heading, dialog, gone, row, choose } = hands;
      const toPayments = async () => {
        await key("Control+3");
        await heading(t("money.payments.title")).waitFor();
        await page.locator("#work").focus();
        await key("1");
        await page.locator("tbody tr, .empty").first().waitFor();
      };
      const send = async (words) => {
        await dialog.locator("textarea").fill(words);
        await key("Control+Enter");
        await gone();
      };
      /** Puts claims into a batch; on its page then. */
      const batchOf = async (...claims) => {
        for (const claim of claims) {
          await choose(row(claim));
          await key("m");
        }
        await key("n");
        await dialog.waitFor();
        await key("Control+Enter");
        await heading(/^P-/).waitFor();
        return (await page.getByRole("heading", { level: 1 }).textContent()).trim();
      };
      const letGo = async () => {
        await key("g");
        await dialog.getByText(t("money.payments.sendOnce")).waitFor();
        await key("Control+Enter");
      };
      const notice = (title) => page.locator(".notice", { hasText: title });
      const payments = page.getByRole("region", { name: t("claims.payment.title") });

      await enter("finance");
      await toPayments();
      const [first, second] = (await page.locator("tbody tr th").allTextContents()).slice(0, perLanguage).map((n) => n.trim());
      await batchOf(first, second);
      await letGo();
      await gone();
      await page.locator(".badge", { hasText: t("money.payments.batch.sent") }).first().waitFor();
      const numbers = await page.locator("tbody tr", { hasText: second }).locator("td.soft").allTextContents();

      // It had arrived; then somebody of finance hears that it is back, and says so.
      await choose(row(first));
      await key("c");
      await send("TEST: seen in the bank's portal");
      await choose(row(first));
      await key("Enter");
      await heading(first).waitFor();
      await payments.getByText(t("claims.payment.status.paid")).waitFor();
      await look("back-paid");
      await key("f");
      await dialog.getByText(t("claims.act.back.lead")).waitFor();
      await look("back-say");
      await send("TEST: the bank returned it, the account was closed");
      await said(t("claims.said.back"));
      await notice(t("claims.payment.was.returned")).getByText(t("claims.payment.next.again")).waitFor();
      await payments.getByText(t("claims.payment.status.returned")).waitFor();
      await look("back-came");
      await small(hands, 150, () => look("back-came-large"));

      // Released anew it waits for a batch, and the page leads there.
      await key("p");
      await notice(t("claims.payment.waits")).waitFor();
      await look("back-waits");
      await page.getByRole("button", { name: t("claims.payment.toPayments") }).press("Enter");
      await heading(t("money.payments.title")).waitFor();
      const again = await batchOf(first);
      await look("back-new-batch");
      await choose(row(first));
      await key("Enter");
      await heading(first).waitFor();
      await notice(t("claims.payment.queued")).waitFor();
      await look("back-queued");

      // The bank called: not paid. The claim goes back, and then the money is there after all.
      await page.getByRole("button", { name: t("claims.payment.toBatch") }).press("Enter");
      await heading(again).waitFor();
      await toPayments();
      await key("3");
      await choose(row(second));
      await key("Enter");
      await heading(second).waitFor();
      await notice(t("claims.payment.sent")).waitFor();
      await key("f");
      await send("TEST: the bank called");
      await notice(t("claims.payment.was.failed")).waitFor();
      await key("r");
      await said(t("claims.act.return.wanted"));
      await send("TEST: which account is it?");
      await notice(t("claims.payment.was.failed")).getByText(t("claims.payment.next.back")).waitFor();
      await writeFile(join(statements, `late-${nth}.csv`), `交易日期,流水号,支出,收入,对方账号,附言\n${today()},LATE-${nth},4500.00,,,代发 ${numbers[0].trim()}\n`);
      await key("Control+3");
      await page.getByRole("link", { name: t("money.statements.title"), exact: true }).press("Enter");
      await heading(t("money.statements.title")).waitFor();
      await page.locator("#work").focus();
      await key("F6");
      await said(t("money.statements.dry"));
      await key("Control+Enter");
      await said(t("money.statements.taken"));
      await look("back-statement");
      await choose(row(second));
      await key("Enter");
      await heading(second).waitFor();
      await notice(t("fault.payout.elsewhere.title")).waitFor();
      await look("back-elsewhere");
      await key("f");
      await dialog.getByText(t("claims.act.back.lead")).waitFor();
      await look("back-say-elsewhere");
      await send("TEST: the bank has got it back");
      await said(t("claims.said.back"));
      await notice(t("claims.payment.was.returned")).getByText(t("claims.payment.next.back")).waitFor();
      assert.equal(await page.getByRole("button", { name: t("claims.step.back"), exact: true }).count(), 0, "it is said once");
      await look("back-elsewhere-came");
      await leave();

      // Who reviewed the claim is of finance now: they make no batch of it, and let none go.
      const post = (role) =>
        asStaff(hands.ask)("demo.admin", async () => {
          const who = (await hands.ask("GET", "/staff/members")).find((m) => m.login === "demo.second");
          await hands.ask("PUT", `/staff/members/${who.id}`, { name: who.name, role });
        });
      await post("finance");
      await enter("second");
      await toPayments();
      await key("2");
      await choose(row(again));
      await key("Enter");
      await heading(again).waitFor();
      await letGo();
      await dialog.getByText(t("fault.payout.same_person.title", { claim: first })).waitFor();
      await look("back-batch-refused");
      await key("Escape");
      await gone();
      if (nth === 0) {
        await toPayments();
        await key("n");
        await dialog.waitFor();
        await key("Control+Enter");
        await look("back-make-refused");
        await key("Escape");
        await gone();
      }
      await leave();
      await page.getByRole("heading", { name: t("desk.login.title") }).waitFor();
      await post("reviewer");
    }));
}
