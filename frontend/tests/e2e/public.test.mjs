// What everybody may do at the kiosk without saying who they are, and the
// staff's door, in three modes against the real program.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { openBrowser } from "../browser.mjs";
import { modes, until } from "./glass.mjs";
import { onGlass as makeTest } from "./onglass.mjs";
import { openWorld, pin } from "./world.mjs";

let browser, world;
before(async () => ([browser, world] = await Promise.all([openBrowser(), openWorld({ donors: 60 })])));
after(async () => {
  await browser?.close();
  await world?.close();
});

const onGlass = makeTest(() => ({ browser, world }));

for (const mode of Object.values(modes)) {
  onGlass("sites near the kiosk", mode, async (glass, page, t) => {
    await glass.look("welcome");
    await glass.tap(page.getByRole("button", { name: t("welcome.sites") }));
    const list = page.getByRole("list", { name: t("sites.title") }).getByRole("listitem");
    await list.first().waitFor();
    const all = await list.count();
    assert.ok(all >= 24, `${all} sites`);
    await list.first().getByText(t("sites.here")).waitFor(); // nearest first: this one
    await glass.look("sites");
    await glass.tap(page.getByRole("radio", { name: t("sites.apheresis_platelets") }));
    // While they are asked for there is none.
    await until(async () => ((n) => n >= 1 && n < all)(await list.count()), "only sites that take apheresis");
    await glass.look("sites-apheresis");
    await glass.tap(list.first().getByRole("button"));
    await page.getByRole("dialog").getByText(t("sites.hours")).waitFor();
    await glass.look("site-detail");
    await glass.tap(page.getByRole("button", { name: t("ui.close") }).first());
    await glass.tap(page.getByRole("radio", { name: t("sites.map") }));
    await page.getByRole("group", { name: t("sites.mapLabel") }).or(page.getByLabel(t("sites.mapLabel"))).first().waitFor();
    await glass.look("sites-map");
    await glass.tap(page.getByRole("button", { name: t("frame.home") }));
    await page.locator("button.check-in").waitFor();
  });

  onGlass("the donation in six pictures", mode, async (glass, page, t) => {
    await glass.tap(page.getByRole("button", { name: t("welcome.story") }));
    for (let n = 1; n <= 6; n++) {
      await page.getByRole("list", { name: t("story.progress", { n, of: 6 }) }).waitFor();
      await glass.look(`story-${n}`);
      if (n < 6) await glass.tap(page.getByRole("button", { name: t("story.next"), exact: true }));
    }
  });

  onGlass("calling staff and taking it back; the center hears of both", mode, async (glass, page, t) => {
    await glass.tap(page.getByRole("button", { name: t("frame.callStaff") }));
    await page.getByText(t("frame.call.sent")).waitFor();
    await glass.look("staff-call");
    await glass.tap(page.getByRole("button", { name: t("frame.call.goOn") }));
    await glass.tap(page.getByRole("button", { name: t("frame.staffCalled") }));
    await glass.tap(page.getByRole("button", { name: t("frame.call.cancel") }));
    await page.getByRole("button", { name: t("frame.callStaff") }).waitFor();
    await until(async () => (await glass.ask("GET", "/kiosk/state")).pending === 0, "the center has taken both");
    assert.equal((await glass.ask("GET", "/kiosk/state")).dead_letters, 0);
  });

  onGlass("the staff's door: corner, wrong PIN, right PIN, test page", mode, async (glass, page, t) => {
    const box = await page.locator(".corner").boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    const dialog = page.getByRole("dialog");
    await dialog.getByText(t("operator.pin")).first().waitFor();
    await page.mouse.up();
    await glass.look("operator-pin");
    const enter = async (digits) => {
      for (const digit of digits) await glass.tap(dialog.getByRole("button", { name: digit, exact: true }));
      await glass.tap(dialog.getByRole("button", { name: t("operator.enter"), exact: true }));
    };
    await enter("1111");
    await dialog.getByRole("alert").waitFor();
    assert.match(await dialog.getByRole("alert").innerText(), /operator\.pin/);
    await glass.look("operator-wrong-pin");
    await enter(pin);
    await dialog.getByText(t("operator.online")).waitFor();
    await glass.look("operator");
    await glass.tap(dialog.getByRole("button", { name: t("operator.testPage") }));
    await dialog.getByText(t("operator.testSent")).waitFor();
  });
}
