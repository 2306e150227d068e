// The page as a test sees it: a real browser on the kiosk's page, every finger's
// touch counted, every screen looked at by axe and measured, a picture of each.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { findings, settle } from "../browser.mjs";
import { measure } from "../measure.mjs";
import { out } from "./world.mjs";

const pictures = join(out, "screens/e2e");
mkdirSync(pictures, { recursive: true });
const pictured = process.env.LIANXIN_PICTURES === "1";

export const modes = {
  zh: { id: "zh", language: "zh-CN", elder: false },
  en: { id: "en", language: "en", elder: false },
  elder: { id: "elder", language: "zh-CN", elder: true },
};

/** Opens the kiosk's page on the glass. `clock` lets the test turn the page's time. */
export async function openGlass(browser, world, { mode = modes.zh, clock = false, waiting = false } = {}) {
  const context = await browser.newContext({ viewport: { width: 1080, height: 1920 }, hasTouch: true, reducedMotion: "reduce", timezoneId: "Asia/Shanghai", locale: "zh-CN" });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  const trouble = [];
  // The development runtime fails to draw an overlay of its own; see docs/testing.md.
  page.on("pageerror", (error) => error.stack?.includes("/wails/") || trouble.push(`page error: ${error.message}`));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type()) && !message.location().url.includes("/wails/")) trouble.push(`console: ${message.text()}`);
  });
  if (clock) await page.clock.install();
  const glass = { page, mode, trouble, taps: 0, looks: 0, found: [], close: () => context.close() };

  /** Asks the program the way the page does. */
  glass.ask = (method, path, body) =>
    page.evaluate(
      async ([method, path, body]) => {
        const answer = await window.go.app.Bridge.Fetch(method, path, { "Content-Type": "application/json" }, body ?? "");
        if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.body}`);
        return answer.body ? JSON.parse(answer.body) : null;
      },
      [method, path, body && JSON.stringify(body)],
    );
  glass.tap = async (target) => {
    await (typeof target === "string" ? page.getByTestId(target) : target).click();
    glass.taps++;
  };
  glass.next = () => glass.tap(page.locator(".actions .next"));
  glass.back = () => glass.tap(page.locator(".actions > button").first());
  glass.title = () => page.locator("h1").first();

  glass.picture = (name) => page.screenshot({ path: join(pictures, `${name.replaceAll(/[^\w-]/g, "")}.${mode.id}.png`), animations: "disabled" });
  /** Looks closely at the screen as it is; keeps a picture of findings, or when asked to. */
  glass.look = async (name) => {
    await settle(page);
    const lines = [...(await findings(page)), ...(await measure(page, mode.elder))];
    if (pictured || lines.length) await glass.picture(name);
    glass.looks++;
    glass.found.push(...lines.map((line) => `${name}.${mode.id}: ${line}`));
  };
  /** Back at the welcome screen, in the mode of the person who comes. */
  glass.welcome = async () => {
    await page.locator("button.check-in").waitFor();
    if (mode.language === "en") await page.getByRole("radio", { name: "English" }).click();
    if (mode.elder) await page.getByRole("button", { name: /长辈版|Large text/ }).click();
  };
  await page.goto(world.address);
  // Somebody's check-in may be going on; then there is no welcome screen.
  await (waiting ? page.getByRole("contentinfo").waitFor() : glass.welcome());
  return glass;
}

/** Waits until a check of the test holds; for what no screen tells. */
export async function until(check, what, seconds = 30) {
  const end = Date.now() + seconds * 1_000;
  for (;;) {
    const answer = await check();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`it never came about: ${what}`);
    await new Promise((again) => setTimeout(again, 50));
  }
}
