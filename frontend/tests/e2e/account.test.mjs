// What is one's own: results, donations, points, for whoever lays their card on
// the reader; with the center there, gone and back, in three modes.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { openBrowser } from "../browser.mjs";
import { modes, until } from "./glass.mjs";
import { onGlass as makeTest } from "./onglass.mjs";
import { cast } from "./person.mjs";
import { layDown as layCardDown } from "./steps.mjs";
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
const layDown = async (glass, story) => layCardDown(glass.ask, (await people.card(glass, story)).id);

for (const mode of Object.values(modes)) {
  onGlass("results, donations and points of who lays their card down", mode, async (glass, page, t) => {
    await glass.tap(page.getByTestId("own-results"));
    await page.getByText(t("account.cardsOnly")).waitFor();
    assert.equal(await page.getByTestId("by-number").count(), 0, "no way to type a number");
    await glass.look("own-card");
    await layDown(glass, /May not give whole blood/);
    await heading(page, t("account.title.results")).waitFor();
    const donations = page.locator(".donation");
    assert.ok((await donations.count()) >= 1);
    await glass.look("own-results");
    await glass.tap(page.getByRole("radio", { name: t("account.title.donations") }));
    await page.getByText(t("account.next"), { exact: true }).waitFor();
    await glass.look("own-donations");
    const papers = await world.printed();
    await glass.tap("year-cards");
    await page.getByTestId("year-card").waitFor();
    await glass.tap("print-year-card");
    await page.locator('[data-testid=year-card-state][data-state="printed"]').waitFor();
    assert.ok((await world.printed()) > papers, "a card lies in the tray");
    await glass.look("own-card-of-years-printed");
    await glass.tap(page.getByRole("dialog").getByRole("button", { name: t("ui.close") }).last());
    await glass.tap(page.getByRole("radio", { name: t("account.title.points") }));
    const { balance } = (await glass.ask("GET", "/kiosk/session")).account.account.points;
    assert.ok(balance >= 20 && balance % 20 === 0, `${balance} points`);
    await page.locator(".figure").getByText(String(balance)).waitFor();
    await glass.look("own-points");
    await glass.tap(page.getByRole("button", { name: t("account.finish") }));
    await page.locator("button.check-in").waitFor();
    // The page shows the welcome screen while its word to the program is under way.
    await until(() => glass.ask("GET", "/kiosk/session").then(() => false, () => true), "nobody's session is left");
  });
}

onGlass("the center is gone, then back", modes.zh ?? Object.values(modes)[0], async (glass, page, t) => {
  await world.stopCenter();
  try {
    await glass.tap(page.getByTestId("own-points"));
    await layDown(glass, /May not give whole blood/);
    await heading(page, t("account.failed")).waitFor();
    await page.getByText(t("fault.account.offline.title")).waitFor();
    await glass.look("own-offline");
  } finally {
    await world.startCenter();
  }
  await until(async () => (await glass.ask("GET", "/kiosk/state")).online, "the kiosk has found the center again", 90);
  await glass.tap(page.getByTestId("account-again"));
  await heading(page, t("account.title.points")).waitFor();
});
