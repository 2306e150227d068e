// A desk and its pages in a browser: the real program, driven by the keyboard.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findings, settle } from "../browser.mjs";
import { codeOf } from "../center.mjs";
import { until } from "./glass.mjs";
import { run, start } from "./process.mjs";
import { out } from "./world.mjs";

const root = fileURLToPath(new URL("../../../", import.meta.url));

const sample = readFileSync(join(root, "backend/sample/staff.go"), "utf8");
/** What all made-up staff log in with. */
export const [password, secret] = [...sample.matchAll(/Staff\w+ += "(.+)"/g)].map((m) => m[1]);

/** Adds the made-up staff to a world's center. */
export const addStaff = (world) => run(join(root, "build/bin/lianxin-center"), ["user", "demo", ...world.place]);

/** Starts a desk of a world's center. */
export const startDesk = (world, ...more) =>
  start(join(root, "build/scripts/dev-desk.sh"), ["--center", world.at, "--data", join(world.folder, "desk"), "--printer", `folder:${join(world.folder, "slips")}`, "--log-stderr", ...more], /^ready (http\S+)/);

/** Codes of an authenticator app nobody has used since a time: each works once. */
export function codesOf(secret, since = 0) {
  let used = Math.floor(since / 30_000);
  return async () => {
    const step = () => Math.floor(Date.now() / 30_000);
    await until(() => step() + 1 > used, "the next code of the app", 40);
    used = Math.max(step(), used + 1);
    return codeOf(secret, used * 30_000);
  };
}

/** The most that head and keys of a desk may take of a window's height, in percent: the rest is for the work. */
const frameTakes = 25;

/** Opens a page of the desk in a language; `look` judges and pictures what is to be seen. */
export async function openPage(browser, language, address) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: "reduce", timezoneId: "Asia/Shanghai", locale: language });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  const seen = { page, trouble: [], found: [], looks: 0, close: () => context.close() };
  page.on("pageerror", (error) => error.stack?.includes("/wails/") || seen.trouble.push(`page error: ${error.message}`));
  page.on("console", (m) => ["error", "warning"].includes(m.type()) && !m.location().url.includes("/wails/") && !/Failed to load resource/.test(m.text()) && seen.trouble.push(`console: ${m.text()}`));
  seen.picture = (name) => page.screenshot({ path: join(out, `screens/e2e/${name}.${language}.png`), animations: "disabled" });
  seen.look = async (name) => {
    await settle(page);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    const frame = await page.evaluate(() => Math.round((100 * [".shell > .top", ".shell > .bar"].reduce((sum, part) => sum + (document.querySelector(part)?.offsetHeight ?? 0), 0)) / innerHeight));
    const lines = [...(await findings(page)), ...(wide > 0 ? [`${wide} px wider than the window`] : []), ...(frame > frameTakes ? [`head and keys take ${frame} % of the height`] : [])];
    if (lines.length || process.env.LIANXIN_PICTURES) await seen.picture(`desk-${name}`);
    seen.looks++;
    seen.found.push(...lines.map((line) => `${name}.${language}: ${line}`));
  };
  await page.goto(address);
  return seen;
}

/** Asks as a page of the desk does. */
export const asks = (page) => async (method, path, body) => {
  const answer = await page.evaluate(([m, p, text]) => window.go.app.Bridge.Fetch(m, p, { "Content-Type": "application/json" }, text), [method, path, body ? JSON.stringify(body) : ""]);
  const out = answer.body ? JSON.parse(answer.body) : undefined;
  if (answer.status >= 300) throw new Error(`${method} ${path} answers ${answer.status} ${answer.body}`);
  return out;
};
