// One result for somebody without their card: two numbers, a code to the phone, a
// slip, and the page on which anybody checks that slip. The center, its console, the
// printer and both browsers are real.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { findings, openBrowser, settle } from "../browser.mjs";
import { modes, until } from "./glass.mjs";
import { onGlass as makeTest } from "./onglass.mjs";
import { openWorld } from "./world.mjs";

let browser, world, trial;
before(async () => {
  [browser, world] = await Promise.all([openBrowser(), openWorld({ donors: 200 })]);
  trial = await until(async () => said(/document (\S+), 献血编号 donation number (.+)$/), "the center names somebody to try with", 30);
});
after(async () => {
  await browser?.close();
  await world?.close();
});

/** The last line of the center's console that fits. */
const said = (pattern) => world.center.said.map((line) => pattern.exec(line)).findLast(Boolean);

async function typeKeys(glass, page, text) {
  for (const key of text) await glass.tap(page.getByRole("button", { name: key, exact: true }));
}

/** From the welcome screen to where a code is asked for. */
async function askForCode(glass, page, t, din) {
  await glass.tap(page.getByTestId("own-results"));
  await glass.tap(page.getByTestId("by-din"));
  await glass.tap(page.getByTestId("kind-resident_id"));
  await typeKeys(glass, page, trial[1]);
  await glass.tap(page.getByRole("button", { name: t("frame.next"), exact: true }));
  await glass.look("result-number");
  await typeKeys(glass, page, din);
  await glass.tap(page.getByRole("button", { name: t("account.din.send") }));
}

const onGlass = makeTest(
  () => ({ browser, world }),
  async (glass) => void (await glass.ask("DELETE", "/kiosk/session").catch(() => undefined)),
);

for (const mode of Object.values(modes)) {
  onGlass("a result by two numbers and a code", mode, async (glass, page, t) => {
    const din = trial[2].replaceAll(" ", "");
    // A slip of the finger is found by the check character, before anything is asked.
    await askForCode(glass, page, t, `${din.slice(0, 12)}${(Number(din[12]) + 1) % 10}${din[13]}`);
    await page.getByText(t("fault.din.any.title")).waitFor();
    await glass.look("result-number-wrong");
    for (let i = 0; i < 2; i++) await glass.tap(page.getByRole("button", { name: t("ui.erase") }));
    await typeKeys(glass, page, din.slice(12));
    const before = world.center.said.length;
    await glass.tap(page.getByRole("button", { name: t("account.din.send") }));
    await page.getByText(t("account.code.text")).waitFor();
    await glass.look("result-code");
    await typeKeys(glass, page, "000000");
    await glass.tap(page.getByRole("button", { name: t("account.code.open") }));
    await page.getByTestId("code-wrong").waitFor();
    const code = await until(async () => world.center.said.slice(before).map((line) => /text message .*?(\d{6})/.exec(line)).findLast(Boolean)?.[1], "the code is on the center's console", 30);
    await typeKeys(glass, page, code);
    await glass.tap(page.getByRole("button", { name: t("account.code.open") }));
    await page.locator(".donation").waitFor();
    assert.equal(await page.locator(".donation").count(), 1, "one donation and no other");
    await glass.look("result-shown");
    await glass.tap(page.getByTestId(/^print-/).first());
    assert.equal(await page.getByTestId("paper-certificate").count(), 0, "no certificate without a card");
    await glass.tap(page.getByTestId("paper-result_slip"));
    await page.locator("[data-testid=paper-state][data-state=printed]").waitFor();
    await glass.look("result-printed");
    assert.ok((await world.printed()) > 0, "a slip lies in the printer"); // the same one in the same language
    await page.keyboard.press("Escape");
    await glass.tap(page.getByRole("button", { name: t("account.finish") }));
    await page.locator("button.check-in").waitFor();
  });
}

test("anybody checks the slip, and learns nothing else", async () => {
  const newest = (await readdir(world.papers)).filter((name) => name.endsWith(".pdf")).sort().at(-1);
  const { stdout } = await promisify(execFile)("pdftotext", [join(world.papers, newest), "-"]);
  const code = /((?:[0-9A-HJKMNP-TV-Z]{4} ){5}[0-9A-HJKMNP-TV-Z]{4})/.exec(stdout)?.[1].replaceAll(" ", "");
  assert.ok(code, `a code on the slip: ${stdout}`);
  const page = await browser.newPage({ viewport: { width: 390, height: 844 }, locale: "zh-CN" });
  const center = /http\S+/.exec(said(/serves at/)?.input ?? "")[0];
  await page.goto(`${center}/verify#${code}`);
  await page.locator("[data-testid=said][data-genuine=true]").waitFor();
  await settle(page);
  assert.deepEqual(await findings(page), []);
  await page.screenshot({ path: "../build/out/screens/verify-genuine.png", fullPage: true });
  await page.locator("input[maxlength='8']").fill("0000");
  await page.getByRole("button", { name: "核验" }).click();
  await page.locator("[data-testid=said][data-genuine=false]").waitFor();
  await page.getByRole("radio", { name: "English" }).click();
  await settle(page);
  assert.deepEqual(await findings(page), []);
  await page.screenshot({ path: "../build/out/screens/verify-not.png", fullPage: true });
  await page.close();
});
