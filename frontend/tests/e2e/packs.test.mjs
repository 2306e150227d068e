// Rules and a questionnaire change at the desk: files with a mistake, put
// right, published and taken back; a draft written on, answered on the picture of a kiosk,
// published, and asked by the kiosk; and what the log says, kept in a file.
import assert from "node:assert/strict";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { openBrowser } from "../browser.mjs";
import { addStaff, codesOf, openPage, password, secret, startDesk } from "./deskpage.mjs";
import { note } from "./figures.mjs";
import { until } from "./glass.mjs";
import { run } from "./process.mjs";
import { wordsOf } from "./words.mjs";
import { openWorld, out } from "./world.mjs";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const rules = join(root, "backend/policy/packs/donor-selection");
let browser, world, desk, chosen, freshCode;
before(async () => {
  [browser, world] = await Promise.all([openBrowser(), openWorld({ donors: 200 })]);
  await addStaff(world);
  freshCode = codesOf(secret, Date.now());
  chosen = join(world.folder, "chosen");
  process.env.LIANXIN_DIALOG = chosen; // what the system's own dialogs answer: nobody sees them here
  desk = await startDesk(world);
});
after(async () => {
  await browser?.close();
  await desk?.stop();
  await world?.close();
});

/** Lays the rules as another version into what the dialog chooses, with changes by file. */
async function lay(version, changes = {}) {
  await rm(chosen, { recursive: true, force: true });
  await mkdir(chosen);
  for (const name of await readdir(rules)) {
    let text = await readFile(join(rules, name), "utf8");
    if (name === "pack.yaml") text = text.replace('version: "2026.1"', `version: "${version}"`);
    for (const [before, after] of changes[name] ?? []) text = text.replace(before, after);
    await writeFile(join(chosen, name), text);
  }
}

for (const [n, language] of ["zh-CN"].entries()) {
  test(`rules and a questionnaire change, ${language}`, async () => {
    const t = wordsOf(language);
    const say = (key, params) => t(`administration.${key}`, params);
    const seen = await openPage(browser, language, desk.match[1]);
    const { page, look } = seen;
    const key = (...names) => names.reduce((before, name) => before.then(() => page.keyboard.press(name)), Promise.resolve());
    const dialog = page.getByRole("dialog");
    const glass = page.frameLocator("iframe");
    /** The same page in the other language, and in text one and a half times as large. */
    const lookLarger = async (name) => {
      const bar = page.locator("header.top");
      await bar.getByText("English", { exact: true }).click();
      for (let n = 0; n < 3; n++) await key("Control+=");
      await until(() => page.evaluate(() => document.documentElement.lang === "en" && document.documentElement.style.fontSize === "150%"), "larger, in English");
      assert.ok(await page.evaluate(() => [...document.querySelectorAll("iframe")].every((f) => f.getBoundingClientRect().right <= innerWidth)), "the picture of the kiosk is whole");
      await look(`${name}-larger-en`);
      for (let n = 0; n < 3; n++) await key("Control+-");
      await bar.getByText("中文", { exact: true }).click();
      await until(() => page.evaluate(() => document.documentElement.lang === "zh-CN"), "as it was");
    };
    /** Who works on the glass works at the desk: it hears of them, and of its keys. */
    const worksOnGlass = async () => {
      await page.evaluate(() => {
        const [of, told] = [window.go.app.Bridge, (window.told = [])];
        const fetch = of.Fetch;
        of.Fetch = (method, path, ...more) => (told.push(path), fetch(method, path, ...more));
      });
      await glass.locator("h1").click();
      await until(() => page.evaluate(() => window.told.includes("/desk/activity")), "a tap on the glass keeps the desk open");
      assert.equal(await page.evaluate(() => document.activeElement?.tagName), "IFRAME");
      await key("Control+=");
      await until(() => page.evaluate(() => document.documentElement.style.fontSize === "115%"), "the keys of the desk work on the glass");
      await key("Control+-");
    };
    const row = (name) => page.locator("tbody tr", { has: page.getByRole("rowheader", { name }) });
    const badge = (state) => page.locator(".badge", { hasText: say(`packs.state.${state}`) });
    const version = `2031.${n + 1}`;
    /** The kiosk says itself that it has the version, when it has checked it; the page asks every ten seconds. */
    const atKiosk = () => page.locator("dl > div", { has: page.getByText(say("packs.hasIt"), { exact: true }) }).locator("dd", { hasText: "大厅1号机" }).waitFor({ timeout: 90_000 });
    try {
      await until(() => page.evaluate(() => document.activeElement?.tagName === "INPUT"), "the first field has the keyboard");
      await page.keyboard.type("demo.admin");
      await key("Tab");
      await page.keyboard.type(password);
      await key("Tab");
      await page.keyboard.type(await freshCode());
      await key("Enter");
      await page.getByRole("link", { name: say("packs.title"), exact: true }).click();
      await row("donor-selection").waitFor();
      await look("packs");
      await lookLarger("packs");

      // A file with a mistake: the line, what was expected, what came.
      await lay(version, { "temporary.yaml": [["defer: 15 days", "defer: 16 days"]] });
      await key("n");
      await page.getByText(say("packs.drop")).waitFor();
      await look("packs-new");
      await key("F7");
      await page.getByText(say("packs.wrong.pack.example_failed")).first().waitFor();
      assert.match(await page.locator("tbody tr").first().textContent(), /temporary\.yaml:\d+/);
      await look("packs-wrong");

      // Put right it is published, and taken back before its day.
      await lay(version);
      await key("F7");
      await page.getByText(say("packs.differences"), { exact: true }).waitFor();
      await look("packs-passed");
      await lookLarger("packs-passed");
      await key("F2");
      await dialog.getByText(say("packs.publish.never")).waitFor();
      await look("packs-publish");
      await key("Control+Enter");
      await badge("upcoming").waitFor();
      await atKiosk();
      await look("pack");
      await key("x");
      await look("packs-withdraw");
      await key("Control+Enter");
      await badge("withdrawn").waitFor();
      await key("Escape");

      // The next version of the questionnaire, on the picture of a kiosk.
      await row("donor-selection").first().waitFor();
      await key("q");
      await page.getByRole("button", { name: say("questionnaire.begin") }).click();
      await row(language === "en" ? /feel(ing)? well/ : /身体/).first().click();
      await glass.locator("h1").waitFor();
      await look("questionnaire");
      await lookLarger("questionnaire");
      await worksOnGlass();
      const zh = page.getByLabel(say("questionnaire.text.zh")), en = page.getByLabel(say("questionnaire.text.en"));
      await zh.fill("");
      await en.fill(`Do you feel well today (${language})?`);
      await key("Tab");
      await page.getByText(say("questionnaire.problem.text_missing")).waitFor();
      await look("questionnaire-wrong");
      await zh.fill(`您今天感觉还好吗（${language}）？`);
      await key("Tab");
      await glass.getByRole("heading", { name: `您今天感觉还好吗（${language}）？` }).waitFor();
      await page.getByRole("button", { name: "English", exact: true }).click();
      await glass.getByRole("heading", { name: `Do you feel well today (${language})?` }).waitFor();
      await page.getByRole("button", { name: say("questionnaire.elder"), exact: true }).click();
      await look("questionnaire-elder");
      const asked = async () => Number(await glass.getByRole("progressbar").getAttribute("aria-valuemax"));
      const before = await asked();
      await glass.getByText("No", { exact: true }).click();
      await until(async () => (await asked()) === before + 1, "an answer opens a question");
      await page.getByRole("button", { name: say("questionnaire.switchOff"), exact: true }).click();
      await page.getByText(say("questionnaire.notAsked")).waitFor();
      await page.locator("li", { hasText: /./ }).filter({ hasText: language === "en" ? "every donor" : "每位献血者" }).waitFor();
      await look("questionnaire-off");
      await page.getByRole("button", { name: say("questionnaire.on"), exact: true }).click();
      await page.getByText(say("questionnaire.sound")).waitFor();
      await page.getByLabel(say("packs.col.from"), { exact: true }).fill(new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10));
      await key("F2");
      await dialog.waitFor();
      await look("questionnaire-publish");
      await key("Control+Enter");
      await badge("in_force").waitFor();
      await atKiosk();
      await look("questionnaire-published");

      // All of it is in the log, which is kept in a file that is verified by itself.
      await page.getByRole("link", { name: say("audit.title"), exact: true }).click();
      await page.locator("tbody tr", { hasText: say("audit.action.pack.publish") }).first().waitFor();
      await page.locator("tbody tr", { hasText: say("audit.action.questionnaire.change") }).first().waitFor();
      await look("packs-audit");
      await rm(chosen, { recursive: true, force: true });
      await mkdir(chosen);
      await key("x");
      await dialog.getByLabel(say("audit.export.format")).selectOption(language === "en" ? "csv" : "ndjson");
      await key("Control+Enter");
      await dialog.locator(".end").waitFor();
      await look("audit-export");
      const [file, ...others] = await readdir(chosen);
      assert.deepEqual([/^lianxin-audit-.*\.(csv|ndjson)$/.test(file), others], [true, []]);
      const end = await dialog.locator(".end").textContent();
      assert.ok((await run(join(root, "build/bin/lianxin-center"), ["audit", "verify", join(chosen, file)])).includes(end.split(":")[1]));
      assert.deepEqual(seen.trouble, []);
      assert.deepEqual(seen.found, []);
    } catch (error) {
      await page.screenshot({ path: join(out, `screens/e2e/failed-packs.${language}.png`) });
      throw error;
    } finally {
      note({ looks: seen.looks, found: seen.found, figure: [] });
      await page.evaluate(() => window.go.app.Bridge.Fetch("POST", "/desk/logout", {}, ""));
      await seen.close();
    }
  });
}
