// Walks a member of staff through the report on gifts that a real center serves from
// sample data: logging in, every part, one place, both files; in both languages, on a
// desk and on a phone. No axe finding, no console error.
//
//   node tests/gifts.mjs build/bin/lianxin-center
//
// Keeps a picture of each state in build/out/screens.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { findings, openBrowser, settle } from "./browser.mjs";
import { codeOf, password, startCenter } from "./center.mjs";

const out = fileURLToPath(new URL("../../build/out/screens/", import.meta.url));
mkdirSync(out, { recursive: true });
const found = [];
let pictures = 0;
const must = (ok, what) => ok || found.push(`not so: ${what}`);

/** Makes the text as large as it gets, looks, and makes it usual again. */
async function larger(page, tag) {
  const button = page.getByTestId("text-size");
  const at = (percent) => page.waitForFunction((want) => document.documentElement.style.fontSize === want, `${percent}%`);
  for (const percent of [115, 130, 150]) {
    await button.click();
    await at(percent);
  }
  await settle(page); // without motion a transition is short, but it begins at the size before
  const least = await page.evaluate(() => Math.min(...[...document.querySelectorAll(".chart text, table *, .report p")].map((e) => parseFloat(getComputedStyle(e).fontSize))));
  must(least >= 19, `in large text nothing is smaller than 19 px, it is ${least}`);
  await look(page, `report-large.${tag}`);
  await button.click();
  await at(100);
}

async function look(page, id) {
  await settle(page);
  await page.screenshot({ path: `${out}gifts-${id}.png`, fullPage: true });
  pictures++;
  // A phone's window grows with a page that is too wide for it: what counts is the glass.
  const wide = (await page.evaluate(() => document.documentElement.scrollWidth)) - page.viewportSize().width;
  if (wide > 0) found.push(`${id}: ${wide} px wider than the window`);
  found.push(...(await findings(page)).map((line) => `${id}: ${line}`));
}

/** The first administrator, made as the page of the first run makes them. */
async function makeAdmin(center) {
  const post = async (path, body) => (await fetch(center.at + path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) })).json();
  const account = { token: center.link.split("#")[1], login: "boss.test", name: "测试长", password };
  const { secret } = await post("/first-run/account", account);
  await post("/first-run", { ...account, secret, code: codeOf(secret) });
  return secret;
}

const words = {
  "zh-CN": { login: "登录名", password: "密码", code: "动态码", send: "登录并查看报告", wrong: "不对", title: "需要补货", workbook: "下载电子表格", paper: "下载 PDF", leave: "退出", show: "以表格查看每周数字" },
  en: { login: "Login name", password: "Password", code: "Code", send: "Log in and see the report", wrong: "is wrong", title: "To reorder", workbook: "Download spreadsheet", paper: "Download PDF", leave: "Log out", show: "The numbers of each week as a table" },
};

async function open(browser, at, { locale, phone }) {
  const context = await browser.newContext({ viewport: phone ? { width: 390, height: 844 } : { width: 1440, height: 900 }, locale, isMobile: phone, hasTouch: phone, reducedMotion: "reduce" });
  const page = await context.newPage();
  page.on("pageerror", (error) => found.push(`page error: ${error.message}`));
  // A refusal of the center is reported by the browser as an error of its own.
  page.on("console", (m) => ["error", "warning"].includes(m.type()) && !/Failed to load resource/.test(m.text()) && found.push(`console: ${m.text()}`));
  await page.goto(`${at}/gifts`, { waitUntil: "networkidle" });
  return { page, context };
}

/** Logs in with a code nobody has used: the app's of the next half minute, for each works once. */
async function enter(page, w, code) {
  const field = (label) => page.getByLabel(label, { exact: true });
  await field(w.login).fill("boss.test");
  await field(w.password).fill(password);
  await field(w.code).fill(code);
  await page.getByRole("button", { name: w.send }).first().click();
}

async function keeps(page, label, begins) {
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: label }).click()]);
  must(readFileSync(await file.path()).subarray(0, 4).toString("latin1").startsWith(begins), `${label} is a file of its kind`);
}

async function walk(browser, center, locale, phone, code) {
  const w = words[locale];
  const tag = `${locale === "en" ? "en" : "zh"}${phone ? "-phone" : ""}`;
  const { page, context } = await open(browser, center.at, { locale, phone });
  await look(page, `login.${tag}`);
  await enter(page, w, "000000");
  await page.getByText(w.wrong).waitFor();
  await look(page, `login-wrong.${tag}`);
  await enter(page, w, code);
  await page.getByRole("heading", { name: w.title }).waitFor();
  await page.locator(".chart svg").first().waitFor();
  must((await page.locator(".chart svg").count()) >= 1, "charts are drawn");
  must((await page.locator("tbody tr").count()) > 10, "tables have rows");
  await look(page, `report.${tag}`);
  await page.getByText(w.show).click();
  await larger(page, tag);
  await look(page, `report-weeks.${tag}`);
  await keeps(page, w.workbook, "PK");
  await keeps(page, w.paper, "%PDF");
  await page.locator("select").selectOption({ index: 1 });
  await page.waitForFunction(() => !document.querySelector(".report[aria-busy=true]"));
  await look(page, `report-place.${tag}`);
  await page.getByRole("button", { name: w.leave }).click();
  await page.getByRole("button", { name: w.send }).first().waitFor();
  must((await page.locator("table").count()) === 0, "nothing of the report is left");
  await context.close();
}

const seeded = (program, data) => {
  execFileSync(program, ["seed", "--demo", "--data", data, "--donors", "400"], { stdio: "ignore" });
};
const browser = await openBrowser();
for (const [locale, phone] of [["zh-CN", false], ["en", true]]) {
  const center = await startCenter(seeded);
  try {
    const secret = await makeAdmin(center);
    // The code that made the account is used up; the next half minute's is accepted already.
    await walk(browser, center, locale, phone, codeOf(secret, Date.now() + 30_000));
  } catch (error) {
    found.push(`walk ${locale} ${phone}: ${error.message}`);
  }
  center.stop();
}
await browser.close();
for (const line of found) console.error(line);
console.log(`${pictures} states of the page on gifts, ${found.length} findings, pictures in ${out}`);
process.exit(found.length || pictures === 0 ? 1 : 0);
