// An administrator's day at the desk, in both languages: a kiosk whose printer fails, another
// that is let in and revoked, somebody hired and switched off, and what the log says of it.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { openBrowser } from "../browser.mjs";
import { codeOf, password } from "../center.mjs";
import { codesOf, openPage, startDesk } from "./deskpage.mjs";
import { note } from "./figures.mjs";
import { until } from "./glass.mjs";
import { start } from "./process.mjs";
import { wordsOf } from "./words.mjs";
import { openWorld, out, pin, site } from "./world.mjs";

const root = fileURLToPath(new URL("../../../", import.meta.url));
let browser, world, desk, freshCode;
before(async () => {
  [browser, world] = await Promise.all([openBrowser(), openWorld({ donors: 200 })]);
  const token = world.center.said.map((line) => /\/first-run#(\S+)/.exec(line)?.[1]).find(Boolean);
  const ask = async (path, body) => {
    const answer = await fetch(world.at + path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    assert.ok(answer.ok, `${path} answers ${answer.status}`);
    return answer.json();
  };
  const account = { token, login: "boss.test", name: "测试王𬭎", password };
  const { secret } = await ask("/first-run/account", account);
  await ask("/first-run", { ...account, secret, code: codeOf(secret) });
  freshCode = codesOf(secret, Date.now());
  desk = await startDesk(world);
});
after(async () => {
  await browser?.close();
  await desk?.stop();
  await world?.close();
});

/** A kiosk that has been given a code and shows its fingerprint. */
async function newKiosk(address, code) {
  const invitation = join(world.folder, `invitation-${code}`);
  await writeFile(invitation, JSON.stringify({ handshake_version: 1, url: address, token: code.replaceAll("-", "").replaceAll(" ", "") }));
  return start(join(root, "build/scripts/dev-kiosk.sh"), ["--data", join(world.folder, `kiosk-${code}`), "--pin", pin, "--log-stderr", "--invitation", invitation], /^ready (http\S+)/);
}

for (const language of ["zh-CN", "en"]) {
  test(`a day of an administrator, ${language}`, async () => {
    const t = wordsOf(language);
    const say = (key, params) => t(`administration.${key}`, params);
    const seen = await openPage(browser, language, desk.match[1]);
    const { page, look } = seen;
    const key = (...names) => names.reduce((before, name) => before.then(() => page.keyboard.press(name)), Promise.resolve());
    const type = (text) => page.keyboard.type(text);
    const button = (words) => page.getByRole("button", { name: words, exact: true });
    const dialog = page.getByRole("dialog");
    const row = (name) => page.locator("tbody tr", { has: page.getByRole("rowheader", { name }) });
    const name = language === "en" ? "Lobby 2, beside the lift on the left, a very long name" : "二层大厅电梯左侧 2 号机（名称很长的一台）";
    const hired = language === "en" ? { login: "clerk.en", name: "Alexandria Featherstonehaugh-Montgomery" } : { login: "clerk.zh", name: "欧阳𬭎䶮" };
    let other;
    try {
      await until(() => page.evaluate(() => document.activeElement?.tagName === "INPUT"), "the first field has the keyboard");
      await type("boss.test");
      await key("Tab");
      await type(password);
      await key("Tab");
      await type(await freshCode());
      await key("Enter");
      await page.getByRole("heading", { name: say("devices.title"), exact: true }).waitFor();

      // The fleet: a printer that fails shows within seconds, and is first.
      await world.breakPrinter();
      await key("v");
      await row("大厅1号机").getByText(say("devices.need.printer")).waitFor({ timeout: 60_000 });
      await look("admin-devices");
      await row("大厅1号机").click();
      await key("Enter");
      await page.getByText(say("devices.advice.printer")).waitFor();
      await look("admin-device");
      await world.mendPrinter();
      await key("Escape");

      // Another kiosk is let in, by its fingerprint on two screens.
      await page.getByRole("heading", { name: say("devices.title"), exact: true }).waitFor();
      await key("n");
      await dialog.getByLabel(say("devices.col.name")).fill(name);
      await look("admin-enrol");
      await key("Control+Enter");
      await dialog.locator(".typed").waitFor();
      const [address, code] = [await dialog.locator("dd").first().textContent(), await dialog.locator(".typed").textContent()];
      await look("admin-code");
      other = await newKiosk(address, code);
      await dialog.getByText(say("devices.compare")).waitFor({ timeout: 60_000 });
      await look("admin-fingerprint");
      await dialog.getByRole("button", { name: say("devices.approve") }).click();
      await dialog.getByText(say("devices.approved", { name })).waitFor();
      await key("Control+Enter");
      await row(name).click();
      await key("Enter");
      await page.getByRole("heading", { name }).waitFor();
      await key("x");
      await dialog.getByText(say("devices.revoke.back")).waitFor();
      await look("admin-revoke");
      await key("Control+Enter");
      await page.locator(".badge", { hasText: say("devices.revoked") }).waitFor();

      // Somebody is hired, at their own phone, gets another post, and is switched off.
      await page.getByRole("link", { name: say("people.title") }).click();
      await row("测试王𬭎").waitFor();
      assert.equal(await button(say("people.edit")).count(), 0, "nobody changes their own account");
      await key("n");
      await dialog.getByLabel(say("people.col.login")).fill("Boss.Test");
      await dialog.getByLabel(t("desk.login.password")).fill(password);
      await dialog.getByLabel(say("people.col.name")).fill(hired.name);
      await key("Control+Enter");
      await dialog.getByText(say("fault.staff.login_taken.title")).waitFor();
      await dialog.getByLabel(say("people.col.login")).fill(hired.login);
      await dialog.getByLabel(say("people.col.role")).selectOption("district_clerk");
      await dialog.getByLabel(say("district.110105")).check();
      await look("admin-hire");
      await key("Control+Enter");
      const secret = await dialog.locator(".secret").textContent();
      await look("admin-factor");
      await type(codeOf(secret));
      await key("Control+Enter");
      await page.getByText(say("people.added", { name: hired.name })).waitFor();
      await row(hired.name).click();
      await look("admin-people");
      await key("Enter");
      await dialog.getByLabel(say("people.col.role")).selectOption("reviewer");
      await key("Control+Enter");
      await page.getByText(say("people.changed", { name: hired.name })).waitFor();
      await key("x");
      await look("admin-off");
      await key("Control+Enter");
      await page.getByText(say("people.off.done", { name: hired.name })).waitFor();

      // A site closes for a day on which people have booked: how many is said before.
      await page.getByRole("link", { name: say("sites.title") }).click();
      await row(site).click();
      await look("admin-sites");
      await key("Enter");
      await page.getByLabel(say("sites.day.mon")).waitFor();
      await look("admin-site");
      await page.getByLabel(say("sites.day.mon")).fill("9-5");
      await key("F2");
      await page.getByText(say("sites.hoursWrong")).waitFor();
      await page.getByLabel(say("sites.day.mon")).fill("10:00-19:00");
      await button(say("sites.addException")).click();
      const last = page.locator(".exception").last();
      await last.getByLabel(say("sites.date")).fill(new Date(Date.now() + (language === "en" ? 32 : 8) * 3_600_000).toISOString().slice(0, 10));
      await key("F2");
      await page.getByText(say("sites.wrong.exceptions")).waitFor();
      await look("admin-site-wrong");
      await last.getByLabel(say("sites.note.zh")).fill("测试停电");
      await last.getByLabel(say("sites.note.en")).fill("Power cut (test)");
      await key("F2");
      await dialog.getByText(say("sites.why.closed")).first().waitFor();
      await look("admin-site-lost");
      await key("Control+Enter");
      await page.getByText(say("sites.saved")).waitFor();

      // What was done is written down, with who, from which login, before and after.
      await page.getByRole("link", { name: say("audit.title") }).click();
      await page.locator("tbody tr").first().waitFor();
      await page.getByLabel(say("audit.what"), { exact: true }).selectOption("staff.");
      await key("F3");
      const off = page.locator("tbody tr", { hasText: say("audit.action.staff.disable") }).first();
      await off.waitFor();
      assert.match(await off.textContent(), new RegExp(`测试王𬭎.*${say("audit.yes")}.*${say("audit.no")}`, "s"));
      await look("admin-audit");
      await key("c");
      await key("Control+Enter");
      await dialog.locator(".end").waitFor();
      await look("admin-verified");
      assert.match(await dialog.locator(".end").textContent(), /^\d+:[0-9a-f]{64}$/);
      await key("Escape");
      await page.getByLabel(say("audit.object")).fill("nobody-has-this");
      await key("F3");
      await page.getByText(say("audit.none")).waitFor();
      await look("admin-nothing-found");
      assert.deepEqual(seen.trouble, []);
      assert.deepEqual(seen.found, []);
    } catch (error) {
      await page.screenshot({ path: join(out, `screens/e2e/failed-administration.${language}.png`) });
      throw error;
    } finally {
      note({ looks: seen.looks, found: seen.found, figure: [] });
      await page.evaluate(() => window.go.app.Bridge.Fetch("POST", "/desk/logout", {}, ""));
      await other?.stop();
      await world.mendPrinter().catch(() => {}); // it stands when the test came so far
      await seen.close();
    }
  });
}
