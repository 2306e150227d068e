// Points are spent: looked for by everybody, found by letters, asked in words, the
// voucher printed, given back; without a line only a request, which the center decides.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { openBrowser } from "../browser.mjs";
import { modes, until } from "./glass.mjs";
import { onGlass as makeTest } from "./onglass.mjs";
import { cast } from "./person.mjs";
import { layDown as layCardDown } from "./steps.mjs";
import { say } from "./words.mjs";
import { openWorld } from "./world.mjs";

let browser, world, people;
before(async () => {
  [browser, world] = await Promise.all([openBrowser(), openWorld({ donors: 200 })]);
  people = cast(world);
});
after(async () => {
  await browser?.close();
  await world?.close();
});

const onGlass = makeTest(
  () => ({ browser, world }),
  async (glass) => {
    await glass.ask("DELETE", "/kiosk/demo/cards").catch(() => undefined);
    await glass.ask("DELETE", "/kiosk/session").catch(() => undefined);
  },
);

const heading = (page, name) => page.getByRole("heading", { name, level: 1 });
const layDown = async (glass) => layCardDown(glass.ask, (await people.card(glass, /May not give whole blood/)).id);
const account = async (glass) => (await glass.ask("GET", "/kiosk/session")).account?.account;

/** The card of somebody with so many points, and their balance: found before the glass is touched. */
async function cardWith(glass, points) {
  for (const { id } of await glass.ask("GET", "/kiosk/demo/cards")) {
    await glass.ask("POST", "/kiosk/session", { language: "zh-CN", aim: "gifts" });
    await layCardDown(glass.ask, id);
    const { account: shown } = await until(async () => {
      const view = (await glass.ask("GET", "/kiosk/session")).account;
      return view && view.state !== "asking" && view;
    }, "the account, or that there is none");
    await glass.ask("DELETE", "/kiosk/demo/cards");
    await glass.ask("DELETE", "/kiosk/session");
    if (shown?.points.balance >= points) return { id, balance: shown.points.balance, redemptions: shown.redemptions };
  }
  return assert.fail(`somebody with ${points} points`);
}

/** Something that `points` are enough for: to pick up here, or a code that is bought. */
async function affordable(glass, points, codes = false) {
  const found = await glass.ask("GET", `/kiosk/gifts?max_points=${points}&here=${!codes}&limit=100`);
  const gift = found.gifts.find((g) => Boolean(g.codes) === codes && g.left > 5);
  assert.ok(gift, `a gift for ${points} points`);
  return gift;
}

/** Goes to a gift's page, shelf and pages by touch. Each page is there when its first gift is, and not before. */
async function open(glass, page, gift) {
  const { gifts } = await glass.ask("GET", `/kiosk/gifts?category=${gift.category}&limit=100`);
  const size = glass.mode.elder ? 4 : 6;
  const at = Math.floor(gifts.findIndex((g) => g.id === gift.id) / size);
  await glass.tap(`shelf-${gift.category}`);
  for (let n = 0; ; n++) {
    await page.locator(".gifts li:first-child").getByTestId(`gift-${gifts[n * size].id}`).waitFor();
    if (n === at) break;
    await glass.tap("page-after");
  }
  await glass.tap(page.locator(".gifts").getByTestId(`gift-${gift.id}`));
}

/** What is typed, the word that is offered for it, and the first gift of that name. */
const typed = { "zh-CN": ["DYP", "电影票", "film-ticket"], en: ["TEAP", "teapot", "glass-teapot"] };

/** Composes Chinese in the field as an input method of the system does: what is being composed is not looked for yet. */
async function compose(page, hint, letters, words) {
  const input = await page.context().newCDPSession(page);
  const field = page.getByTestId("search-text");
  await field.fill("");
  await field.focus();
  const nothing = page.getByTestId("words").getByText(hint);
  await nothing.waitFor();
  await input.send("Input.imeSetComposition", { text: letters, selectionStart: letters.length, selectionEnd: letters.length });
  assert.equal(await field.inputValue(), letters);
  assert.ok(await nothing.isVisible(), "what is being composed is not looked for");
  await input.send("Input.insertText", { text: words });
  assert.equal(await field.inputValue(), words);
  await input.detach();
}

for (const mode of Object.values(modes)) {
  onGlass("a gift is looked for, redeemed, printed and given back", mode, async (glass, page, t) => {
    await glass.tap("own-points");
    await glass.tap("look-at-gifts");
    await heading(page, t("gifts.title")).waitFor();
    await page.getByTestId("shelf-culture").waitFor();
    await glass.look("gifts-public");
    await glass.tap("gifts-by-card");
    await layDown(glass);
    const { balance } = (await until(() => account(glass), "the account")).points;
    assert.ok(balance >= 20, `${balance} points`);
    await page.getByText(t("gifts.balance", { n: balance })).waitFor();

    const [letters, word, first] = typed[mode.language];
    await glass.tap("search");
    await glass.look("gifts-search-empty");
    for (const letter of letters) await glass.tap(page.getByRole("button", { name: letter, exact: true }));
    await page.getByTestId(`word-${word}`).waitFor();
    await glass.look("gifts-search-words");
    await glass.tap(`word-${word}`);
    await page.locator(".gifts li:first-child").getByTestId(`gift-${first}`).waitFor();
    assert.equal((await page.getByTestId("search-text").inputValue()).trim(), word);
    await glass.look("gifts-search");
    if (mode.language === "zh-CN") {
      await compose(page, t("gifts.words.hint"), "bao wen b", "保温杯");
      await page.locator(".gifts li:first-child").getByTestId("gift-thermos-350").waitFor();
    }
    await glass.tap("search-done");
    await page.getByTestId("search").waitFor();
    await glass.tap("all-shelves");

    const gift = await affordable(glass, 20);
    await open(glass, page, gift);
    await heading(page, say(mode.language, gift.name)).waitFor();
    await page.locator(".gift-page .where").waitFor();
    await glass.look("gift");
    await glass.tap("choose");
    await heading(page, t("gifts.state.held", { points: gift.points, gift: say(mode.language, gift.name) })).waitFor();
    await glass.look("gift-held");
    await glass.next();
    await page.getByTestId("voucher").waitFor();
    await glass.tap("print-voucher");
    await page.locator('[data-testid=voucher-paper][data-state="printed"]').waitFor();
    await glass.look("gift-voucher");
    await glass.next();
    await page.getByTestId("redemption-confirmed").waitFor();
    await glass.back();
    await page.getByTestId("all-shelves").or(page.getByTestId("shelf-culture")).first().waitFor();
    await glass.back();

    await until(async () => (await account(glass))?.points.balance === balance - gift.points, "the points are gone");
    await page.locator(".one[data-status=confirmed]").first().waitFor();
    await glass.look("own-redeemed");
    await glass.tap(page.getByTestId(`cancel-${gift.id}`).first());
    await glass.tap("cancel-now");
    await page.getByText(t("gifts.cancelled")).waitFor();
    await until(async () => (await account(glass)).points.balance === balance, "the points are back");
  });
}

onGlass("a code is handed out once: seen, it cannot be given back, and stays to be read", modes.elder, async (glass, page, t) => {
  const { id, balance } = await cardWith(glass, 60); // for a code, and for what the others here redeem
  await page.goto(world.address);
  await glass.welcome();
  await glass.tap("own-points");
  await glass.tap("look-at-gifts");
  await glass.tap("gifts-by-card");
  await layCardDown(glass.ask, id);
  await until(() => account(glass), "the account");
  const gift = await affordable(glass, 40, true);
  await open(glass, page, gift);
  await glass.tap("choose");
  await heading(page, t("gifts.state.held", { points: gift.points, gift: say("zh-CN", gift.name) })).waitFor();
  await glass.look("code-held");
  await glass.next();
  await page.getByTestId("redemption-confirmed").waitFor();
  await glass.look("code-confirmed");
  await glass.tap("show");
  const number = page.getByTestId("voucher").locator(".number");
  await number.waitFor();
  const code = await number.textContent();
  assert.match(code, /^DEMO(-[0-9]{4}){3}$/);
  await glass.look("code-voucher");
  await glass.tap("print-voucher");
  await page.locator('[data-testid=voucher-paper][data-state="printed"]').waitFor();
  await glass.next();
  await page.getByTestId("redemption-confirmed").waitFor();
  await glass.back();
  await page.getByTestId("all-shelves").or(page.getByTestId("shelf-culture")).first().waitFor();
  await glass.back();

  await page.locator(".one[data-status=picked_up]").getByTestId(`show-${gift.id}`).waitFor();
  assert.equal(await page.getByTestId(`cancel-${gift.id}`).count(), 0, "what was seen cannot be given back");
  assert.equal((await account(glass)).points.balance, balance - gift.points);
  await glass.look("own-code");
  await glass.tap(`show-${gift.id}`);
  await number.waitFor();
  assert.equal(await number.textContent(), code, "the same code");
});

onGlass("suggestions are switched off for good, and on again", modes.elder, async (glass, page, t) => {
  const toGifts = async () => {
    await glass.tap("own-points");
    await glass.tap("look-at-gifts");
    await glass.tap("gifts-by-card");
    await layDown(glass);
    await until(() => account(glass), "the account");
  };
  await toGifts();
  await page.getByTestId("suggested").waitFor();
  await glass.look("gifts-suggested");
  await glass.tap("suggestions-off");
  await page.getByText(t("gifts.suggestionsOff")).waitFor();
  await page.getByTestId("suggested").waitFor({ state: "detached" });
  await glass.look("gifts-suggestions-off");
  await until(async () => (await glass.ask("GET", "/kiosk/state")).pending === 0, "the center knows");

  await glass.ask("DELETE", "/kiosk/session");
  await glass.ask("DELETE", "/kiosk/demo/cards");
  await page.goto(world.address);
  await glass.welcome();
  await toGifts();
  await page.getByText(t("gifts.suggestionsOff")).waitFor();
  await glass.tap("suggestions-on");
  await page.getByTestId("suggestions-soon").waitFor();
  await glass.look("gifts-suggestions-soon");
  await until(async () => (await glass.ask("GET", "/kiosk/state")).pending === 0, "the center knows");
});

for (const mode of Object.values(modes)) {
  onGlass("without a line: the gifts are there, and a wish is a request that the center decides", mode, async (glass, page, t) => {
    const { id, redemptions } = await cardWith(glass, 20);
    let gift;
    const wishes = (all) => all.filter((r) => r.queued && r.gift_id === gift.id);
    await world.stopCenter();
    try {
      await until(async () => !(await glass.ask("GET", "/kiosk/state")).online, "the kiosk knows that the center is gone", 90);
      await glass.tap("own-points");
      await glass.tap("look-at-gifts");
      await page.getByTestId("gifts-offline").waitFor();
      gift = await affordable(glass, 20);
      await open(glass, page, gift);
      await glass.tap("gifts-by-card");
      await layCardDown(glass.ask, id);
      await heading(page, say(mode.language, gift.name)).waitFor(); // the gift one was looking at
      await glass.tap("choose");
      await page.getByTestId("redemption-failed").waitFor();
      await glass.look("gift-offline");
      await glass.tap("request");
      await page.getByTestId("redemption-requested").waitFor();
      await page.getByText(t("gifts.noPromise")).waitFor();
      await glass.look("gift-requested");
    } finally {
      await world.startCenter();
    }
    await until(async () => (await glass.ask("GET", "/kiosk/state")).pending === 0, "the request has gone to the center", 90);
    await glass.back();
    await page.getByTestId("all-shelves").or(page.getByTestId("shelf-culture")).first().waitFor();
    await glass.back();
    await glass.ask("POST", "/kiosk/session/continue"); // the account anew; asked for without end, the center would send the kiosk away
    const decided = await until(async () => {
      const now = wishes((await account(glass))?.redemptions ?? []);
      return now.length > wishes(redemptions).length && now;
    }, "the center's decision");
    assert.equal(decided[0].status, "confirmed"); // the newest first
    await page.locator(".one[data-status=confirmed]").first().waitFor();
    await glass.tap(page.getByTestId(`cancel-${gift.id}`).first()); // given back, for the next one's wish
    await glass.tap("cancel-now");
    await page.getByText(t("gifts.cancelled")).waitFor();
  });
}
