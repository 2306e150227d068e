// What donors began at the kiosk is ended at the desk, by the keyboard alone: a gift is
// handed over once, what is said not to be right on file gets its answer, and two files are
// found to be one person's.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openBrowser } from "../browser.mjs";
import { addStaff, openPage, startDesk } from "./deskpage.mjs";
import { note } from "./figures.mjs";
import { modes, openGlass, until } from "./glass.mjs";
import { layDown } from "./steps.mjs";
import { say, wordsOf } from "./words.mjs";
import { openWorld, site } from "./world.mjs";

let browser, world, desk, glass, spoilt;
before(async () => {
  [browser, world] = await Promise.all([openBrowser(), openWorld({ donors: 200 })]);
  await addStaff(world);
  desk = await startDesk(world);
  glass = await openGlass(browser, world, { mode: modes.zh });
  spoilt = await spoil();
});
after(async () => {
  await glass?.close();
  await browser?.close();
  await desk?.stop();
  await world?.close();
});

/** Waits until the session is as wanted. */
const session = (wanted, what) =>
  until(async () => {
    const now = await glass.ask("GET", "/kiosk/session");
    return wanted(now) && now;
  }, what);

/** Goes through the people with cards until somebody who has enough points does at the kiosk what they came for. */
async function withPoints(points, visit) {
  for (const { id } of await glass.ask("GET", "/kiosk/demo/cards")) {
    await glass.ask("POST", "/kiosk/session", { language: "zh-CN", aim: "account" });
    await layDown(glass.ask, id);
    const { account } = await session((now) => now.account && now.account.state !== "asking", "the account, or that there is none");
    await glass.ask("DELETE", "/kiosk/demo/cards");
    const result = account.account?.points.balance >= points ? await visit() : undefined;
    await glass.ask("DELETE", "/kiosk/session");
    if (result) return result;
  }
  return assert.fail(`somebody with ${points} points`);
}

/** Redeems a gift for 20 points, to be picked up here or at another site; answers gift and voucher. */
async function redeem(elsewhere = false) {
  await glass.ask("POST", "/kiosk/session/gifts");
  const { gifts } = await glass.ask("GET", "/kiosk/gifts?max_points=20&here=true&limit=100");
  const gift = gifts.find((g) => !g.codes && g.left > 5);
  const { places } = await glass.ask("GET", `/kiosk/gifts/${gift.id}`);
  const at = elsewhere ? places.find((p) => !p.here && p.available).id : site;
  await glass.ask("POST", "/kiosk/session/gifts/choose", { gift_id: gift.id, site_id: at, points: gift.points });
  await session((now) => now.redemption?.state === "held", "the gift is held");
  await glass.ask("POST", "/kiosk/session/gifts/confirm");
  const { voucher } = await session((now) => now.voucher?.state === "shown", "the voucher");
  return { gift, number: voucher.number, text: voucher.qr, id: voucher.redemption_id, place: voucher.site };
}

/** Somebody redeems a gift and says that a donation is missing. */
const atTheKiosk = () =>
  withPoints(20, async () => {
    await glass.ask("POST", "/kiosk/session/corrections", { subject: "missing", about: new Date(Date.now() - 400 * 86_400_000).toISOString().slice(0, 10) });
    return redeem();
  });

/** Vouchers a desk must not hand anything over for, by what became of them. Nobody uses them up: both languages see the same. */
async function spoil() {
  const cancelled = await withPoints(20, async () => {
    const one = await redeem();
    await glass.ask("POST", `/kiosk/session/redemptions/${one.id}/cancel`);
    await session((now) => now.cancelled?.state === "done", "it is given back");
    return one;
  });
  const elsewhere = await withPoints(20, () => redeem(true));
  const lapsed = await withPoints(20, () => redeem());
  await world.endVoucher(lapsed.number);
  return { cancelled, elsewhere, lapsed };
}

/** Each of them says why, and offers no way to hand it over. */
async function refused({ page, look }, t, language) {
  const says = {
    cancelled: () => t("handover.cancelled", { n: 20 }),
    elsewhere: ({ place }) => t("handover.elsewhere", { site: say(language, place) }),
    lapsed: () => t("handover.expired", { day: "|", n: 20 }).split("|")[1],
  };
  for (const [status, one] of Object.entries(spoilt)) {
    await page.keyboard.press("Escape");
    await page.keyboard.type(one.text);
    await page.keyboard.press("Enter");
    await page.locator(`[data-testid=desk-voucher][data-status=${status}]`).waitFor();
    await page.getByTestId("voucher-reason").getByText(says[status](one)).waitFor();
    assert.equal(await page.getByTestId("hand-over").count(), 0, `nothing is handed over for one that is ${status}`);
    await look(`handover-${status}`);
  }
}

/**
 * Two files are found to be one person's, the merge is undone, and they are two after all.
 * Each language decides a pair of its own: the sample has three.
 */
async function merges({ page, look }, language) {
  const t = wordsOf(language);
  const press = (name) => page.keyboard.press(name);
  const dialog = page.getByRole("dialog");
  const lines = page.locator("tbody tr");
  const said = (status) => page.locator("header .badge", { hasText: t(`merges.status.${status}`) }).waitFor();
  await press("Control+5");
  await page.getByRole("heading", { name: t("merges.title") }).waitFor();
  await lines.first().waitFor();
  const open = await lines.count();
  await look("merges");
  await page.locator("#work").focus();
  await press("Enter");
  await page.getByRole("rowheader", { name: t("merges.row.document") }).waitFor();
  await look("merge");
  const text = await page.locator("#work").innerText();
  assert.ok(!/110199\d{11}/.test(text) && !/1\d{10}/.test(text), "no whole document or phone is shown");

  await press("o");
  await dialog.waitFor();
  await press("ArrowDown"); // the second file is kept
  await page.getByRole("radio").last().and(page.locator(":checked")).waitFor();
  await look("merge-one-person");
  await press("Control+Enter");
  await dialog.waitFor({ state: "detached" });
  await said("merged");
  await page.getByText(t("merges.kept"), { exact: true }).waitFor();
  await look("merge-merged");

  await press("u");
  await dialog.waitFor();
  await press("Control+Enter"); // without a reason nothing is undone
  await dialog.waitFor();
  await page.keyboard.type(language === "en" ? "two people came" : "两位都来了");
  await look("merge-undo");
  await press("Control+Enter");
  await dialog.waitFor({ state: "detached" });
  await said("undone");
  await page.getByText(t("merges.undoneFor")).waitFor();
  await press("t");
  await dialog.waitFor();
  await look("merge-two-people");
  await press("Control+Enter");
  await dialog.waitFor({ state: "detached" });
  await said("not_the_same");

  await press("Escape");
  await until(async () => (await lines.count()) === open - 1, "one pair fewer is open");
  await press("v");
  await page.getByRole("columnheader", { name: t("merges.col.said") }).waitFor();
  await lines.first().getByText(t("merges.status.not_the_same")).waitFor();
  await look("merges-decided");
}

for (const language of ["zh-CN", "en"]) {
  test(`a gift is handed over, a correction answered, and two files told to be one person's, ${language}`, async () => {
    const t = wordsOf(language);
    const { gift, number, text } = await atTheKiosk();
    const seen = await openPage(browser, language, desk.match[1]);
    const { page, look } = seen;
    const press = (name) => page.keyboard.press(name);
    const type = (what) => page.keyboard.type(what);
    const status = () => page.getByTestId("desk-voucher").getAttribute("data-status");
    try {
      await page.getByRole("button", { name: t("desk.login.demo.reception"), exact: true }).focus();
      await press("Enter");
      await page.getByRole("heading", { name: t("reception.title") }).waitFor({ timeout: 40_000 });

      const desks = page.getByTestId("desk-site");
      await until(async () => (await desks.locator("option").count()) > 1, "the sites are there");
      await desks.selectOption(site);

      await press("Control+3");
      await page.getByRole("heading", { name: t("handover.title") }).waitFor();
      await look("handover-empty");
      await type("NOT A VOUCHER");
      await press("Enter");
      await page.getByText(t("fault.redemption.other_code.title")).or(page.getByText(/\(code\.|code\./)).first().waitFor();
      await look("handover-refused");
      await press("Escape");
      await type(text); // as a scanner does: it types, and ends with Enter
      await press("Enter");
      await page.getByRole("heading", { name: say(language, gift.name) }).waitFor();
      assert.equal(await status(), "confirmed");
      await look("handover-found");
      await press("Enter");
      await page.getByText(t("handover.done", { gift: say(language, gift.name), number })).waitFor();
      assert.equal(await status(), "picked_up");
      await look("handover-done");
      await type(number); // again, by its number: nobody gets it twice
      await press("Enter");
      await until(async () => !(await page.getByRole("status").filter({ hasText: number }).count()), "what was done is said no more");
      await page.getByTestId("desk-voucher").waitFor();
      assert.equal(await status(), "picked_up");
      assert.equal(await page.getByTestId("hand-over").count(), 0, "it is handed over once");
      await page.getByTestId("voucher-reason").waitFor();
      await look("handover-twice");
      await refused(seen, t, language);

      await press("Control+4");
      await page.getByRole("heading", { name: t("corrections.title") }).waitFor();
      await page.locator("tbody tr").first().waitFor();
      const open = await page.locator("tbody tr").count();
      await look("corrections");
      await page.locator("#work").focus();
      await press("Enter");
      await page.getByRole("dialog").waitFor();
      await press("ArrowDown"); // the first answer, or from it to the next
      await look("correction-answer");
      await press("Control+Enter");
      await page.getByRole("dialog").waitFor({ state: "detached" });
      await until(async () => (await page.locator("tbody tr").count()) === open - 1, "one fewer is open");
      await look("correction-answered");
      await merges(seen, language);
      await until(async () => (await glass.ask("GET", "/kiosk/state")).pending === 0, "the kiosk has nothing left to send");
      assert.deepEqual(seen.trouble, []);
      assert.deepEqual(seen.found, []);
    } finally {
      note({ looks: seen.looks, found: seen.found });
      await page.evaluate(() => window.go.app.Bridge.Fetch("POST", "/desk/logout", {}, ""));
      await seen.close();
    }
  });
}

test("a donor is told in confidence: taken over, not reached, told in the right way, zh-CN", async () => {
  const t = wordsOf("zh-CN");
  const seen = await openPage(browser, "zh-CN", desk.match[1]);
  const { page, look } = seen;
  const press = (name) => page.keyboard.press(name);
  const choose = async (way, outcome) => {
    await press("t");
    await page.getByRole("dialog").waitFor();
    await page.getByLabel(t(`counsel.by.${way}`), { exact: true }).check();
    await page.getByLabel(t(`counsel.outcome.${outcome}`), { exact: true }).check();
    await press("Control+Enter");
  };
  try {
    await page.getByRole("button", { name: t("desk.login.demo.counsellor"), exact: true }).focus();
    await press("Enter");
    await page.getByRole("heading", { name: t("counsel.title") }).waitFor({ timeout: 40_000 });
    await page.locator("tbody tr").first().waitFor();
    await look("counsel");
    await page.locator("#work").focus();
    await press("Enter");
    await page.getByText(t("counsel.noAttempts")).waitFor();
    await look("counsel-case");
    await press("a");
    await page.getByText(t("counsel.status.assigned")).waitFor();
    await choose("phone", "no_answer");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.locator("ol li", { hasText: t("counsel.outcome.no_answer") }).waitFor();
    await press("g"); // too early: the rules ask for more tries
    await press("Control+Enter");
    await page.getByText(t("fault.counsel.too_few_tries.title")).waitFor();
    await look("counsel-too-few");
    await choose("face_to_face", "told");
    await page.getByText(t("counsel.ending.told"), { exact: true }).first().waitFor();
    await look("counsel-told");
    assert.ok(!/HIV|HBV|HCV|梅毒|syphilis|ALT/i.test(await page.locator("#work").innerText()), "nothing says why");
    assert.deepEqual(seen.trouble, []);
    assert.deepEqual(seen.found, []);
  } finally {
    note({ looks: seen.looks, found: seen.found });
    await page.evaluate(() => window.go.app.Bridge.Fetch("POST", "/desk/logout", {}, ""));
    await seen.close();
  }
});
