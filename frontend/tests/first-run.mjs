// Walks the first administrator through the page a real center serves: every
// step and every fault, in both languages, on a desk and on a phone. No axe
// finding, no console error; the account that was made can log in.
//
//   node tests/first-run.mjs build/bin/lianxin-center
//
// Keeps a picture of each state in build/out/screens.
import { generateKeyPairSync } from "node:crypto";
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { findings, openBrowser, settle } from "./browser.mjs";
import { codeOf, password, startCenter } from "./center.mjs";

const out = fileURLToPath(new URL("../../build/out/screens/", import.meta.url));
mkdirSync(out, { recursive: true });

const found = [];
let pictures = 0;

async function look(page, id) {
  await settle(page);
  await page.screenshot({ path: `${out}first-run-${id}.png`, fullPage: true });
  pictures++;
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  const lines = await findings(page);
  if (wide > 0) lines.push(`${wide} px wider than the window`);
  found.push(...lines.map((line) => `${id}: ${line}`));
}

async function open(browser, link, { locale, phone, expectFault = false }) {
  const context = await browser.newContext({ viewport: phone ? { width: 390, height: 844 } : { width: 1366, height: 900 }, locale, hasTouch: phone, isMobile: phone, reducedMotion: "reduce" });
  const page = await context.newPage();
  page.on("pageerror", (error) => found.push(`page error: ${error.message}`));
  // A refusal of the center is reported by the browser as an error of its own.
  page.on("console", (m) => ["error", "warning"].includes(m.type()) && !(expectFault && /Failed to load resource/.test(m.text())) && found.push(`console: ${m.text()}`));
  if (link) await come(page, link);
  return { page, context };
}

/** Opens a link and waits for the page to say what it is. */
async function come(page, link) {
  await page.goto(link);
  await page.locator("h1").first().waitFor();
}

const must = (ok, what) => ok || found.push(`not so: ${what}`);
const words = {
  "zh-CN": { next: "下一步", finish: "建立账号", login: "登录名", name: "姓名", password: "密码", again: "再输入一次密码", code: "应用现在显示的 6 位数字", back: "返回" },
  en: { next: "Next", finish: "Make the account", login: "Login name", name: "Name", password: "Password", again: "The same password again", code: "The 6 digits the app shows now", back: "Back" },
};

async function walk(browser, locale, phone) {
  const w = words[locale];
  const tag = `${locale === "en" ? "en" : "zh"}${phone ? "-phone" : ""}`;
  const center = await startCenter();
  const { page, context } = await open(browser, center.link, { locale, phone, expectFault: true });
  const field = (label) => page.getByLabel(label, { exact: true });
  const press = (label) => page.getByRole("button", { name: label, exact: true }).first().click();
  must(!page.url().includes("#"), "the token is out of the address");
  must((await page.locator("html").getAttribute("lang")) === locale, `the page speaks ${locale}`);
  await look(page, `account.${tag}`);
  await press(w.next);
  await page.getByRole("alert").first().waitFor();
  await look(page, `account-empty.${tag}`);
  await field(w.name).fill(locale === "en" ? "Test Person" : "测试长");
  await field(w.login).fill("13800000000");
  await field(w.password).fill("password1234");
  await field(w.again).fill("password1234");
  await press(w.next);
  await page.locator("[aria-invalid]").first().waitFor();
  await look(page, `account-login.${tag}`);
  await field(w.login).fill("boss.test");
  await press(w.next);
  await page.getByText(locale === "en" ? "easy to guess" : "容易被猜到").waitFor();
  await look(page, `account-common.${tag}`);
  await field(w.password).fill(password);
  await field(w.again).fill(password);
  await page.keyboard.press("Enter");
  await page.locator("code.secret").waitFor();
  await look(page, `factor.${tag}`);
  must(new RegExp(locale === "en" ? "phone" : "手机").test(await page.evaluate(() => document.activeElement.textContent)), "the new step's heading has the focus");
  await press(w.finish);
  await page.getByRole("alert").waitFor();
  await field(w.code).fill("000000");
  await press(w.finish);
  await page.getByText(locale === "en" ? "clock is right" : "时间是否准确").waitFor();
  await look(page, `factor-wrong.${tag}`);
  await page.reload();
  await field(w.name).fill("测试长");
  await field(w.login).fill("boss.test");
  await field(w.password).fill(password);
  await field(w.again).fill(password);
  await press(w.next);
  await page.locator("code.secret").waitFor();
  await press(w.back);
  must((await field(w.login).inputValue()) === "boss.test", "going back keeps what was typed");
  await press(w.next);
  await page.locator("code.secret").waitFor();
  const secret = await page.locator("code.secret").textContent();
  await field(w.code).fill(codeOf(secret));
  await press(w.finish);
  await page.getByText("user reset boss.test").waitFor();
  await look(page, `done.${tag}`);
  must((await page.evaluate(() => sessionStorage.length)) === 0, "the tab has forgotten the token");
  await page.goto("about:blank");
  await come(page, center.link);
  await field(w.name).fill("别人");
  await field(w.login).fill("other.test");
  await field(w.password).fill(password);
  await field(w.again).fill(password);
  await press(w.next);
  await page.getByText("user list").waitFor();
  await look(page, `end-used.${tag}`);
  await canLogIn(center.at, secret);
  must(!center.log.join("").includes(center.link.split("#")[1]), "no log holds the token");
  await context.close();
  center.stop();
}

/** The account is real: the next code lets its owner in, once. */
async function canLogIn(at, secret) {
  const key = generateKeyPairSync("ed25519").publicKey.export({ format: "der", type: "spki" }).subarray(-32);
  const body = JSON.stringify({ login: "boss.test", password, code: codeOf(secret, Date.now() + 30_000), public_key: key.toString("base64") });
  const send = () => fetch(`${at}/staff/login`, { method: "POST", headers: { "content-type": "application/json" }, body });
  const first = await send();
  must(first.status === 200, `the new administrator can log in (${first.status})`);
  const session = await first.json();
  const me = await fetch(`${at}/staff/me`, { headers: { authorization: `Bearer ${session.access_token}` } });
  must(me.status === 200 && (await me.json()).role === "admin", "the token speaks for an administrator");
  must((await send()).status === 401, "the same code lets nobody in again");
}

/** What a center seldom answers is answered here in its place. */
async function faults(browser, locale) {
  const center = await startCenter();
  const w = words[locale];
  for (const [id, status, code] of [
    ["expired", 403, "staff.link_expired"],
    ["wrong", 403, "staff.link_wrong"],
    ["set-up", 409, "staff.already_set_up"],
    ["internal", 500, "internal"],
    ["unreachable", 0, ""],
    ["no-token", 0, ""],
  ]) {
    const { page, context } = await open(browser, id === "no-token" ? center.link.split("#")[0] : center.link, { locale, phone: false, expectFault: true });
    if (id !== "no-token") {
      await page.route("**/first-run/account", (route) =>
        status ? route.fulfill({ status, contentType: "application/problem+json", body: JSON.stringify({ code, status }) }) : route.abort(),
      );
      await page.getByLabel(w.name, { exact: true }).fill("测试长");
      await page.getByLabel(w.login, { exact: true }).fill("boss.test");
      await page.getByLabel(w.password, { exact: true }).fill(password);
      await page.getByLabel(w.again, { exact: true }).fill(password);
      await page.getByRole("button", { name: w.next, exact: true }).first().click();
    }
    await page.locator(".end, .notice").first().waitFor();
    await look(page, `${id}.${locale === "en" ? "en" : "zh"}`);
    await context.close();
  }
  await withoutEncryption(browser, locale, center);
  center.stop();
}

/** From another machine, without TLS: the page says so, and works all the same. */
async function withoutEncryption(browser, locale, center) {
  const w = words[locale];
  const { page, context } = await open(browser, undefined, { locale, phone: false });
  await page.route("http://center.example.invalid/**", async (route) => {
    const asked = route.request();
    const answer = await fetch(center.at + new URL(asked.url()).pathname, { method: asked.method(), headers: asked.headers(), body: asked.postData() ?? undefined });
    await route.fulfill({ status: answer.status, headers: Object.fromEntries(answer.headers), body: Buffer.from(await answer.arrayBuffer()) });
  });
  await come(page, `http://center.example.invalid/first-run#${center.link.split("#")[1]}`);
  must(await page.locator(".notice").isVisible(), "a page without encryption says so");
  await page.getByLabel(w.name, { exact: true }).fill("测试长");
  await page.getByLabel(w.login, { exact: true }).fill("boss.test");
  await page.getByLabel(w.password, { exact: true }).fill(password);
  await page.getByLabel(w.again, { exact: true }).fill(password);
  await page.getByRole("button", { name: w.next, exact: true }).first().click();
  await page.locator("code.secret").waitFor();
  await look(page, `open.${locale === "en" ? "en" : "zh"}`);
  await context.close();
}

const browser = await openBrowser();
// Each language beside the other: every walk has a center of its own.
await Promise.all(
  ["zh-CN", "en"].map(async (locale) => {
    for (const phone of [false, true]) await walk(browser, locale, phone).catch((error) => found.push(`walk ${locale} ${phone}: ${error.message}`));
    await faults(browser, locale).catch((error) => found.push(`faults ${locale}: ${error.message}`));
  }),
);
await browser.close();
for (const line of found) console.error(line);
console.log(`${pictures} states of the first-run page, ${found.length} findings, pictures in ${out}`);
process.exit(found.length || pictures === 0 ? 1 : 0);
