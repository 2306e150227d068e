// A real browser on the built pages, with a bridge whose answers a test gives.
// Every call must be expected: an unmatched one fails the run.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export async function openBrowser() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
}

/**
 * Opens a page in a window of the kiosk's size. `answers` maps "METHOD /path"
 * to a body or to a function of the call that returns one; a body with
 * `problem: true` is answered as a problem document with its `status`.
 */
export async function openPage(browser, answers, { reducedMotion = "reduce", size = { width: 1080, height: 1920 } } = {}) {
  const context = await browser.newContext({ viewport: size, reducedMotion, timezoneId: "Asia/Shanghai", locale: "zh-CN" });
  const page = await context.newPage();
  const trouble = [];
  const calls = [];
  page.on("pageerror", (error) => trouble.push(`page error: ${error.message}`));
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && trouble.push(`console: ${message.text()}`));

  await page.exposeFunction("answerCall", async (method, path, headers, body) => {
    const key = `${method} ${path}`;
    calls.push({ key, headers, body });
    const known = answers[key] ?? answers[`${method} ${path.split("?")[0]}`];
    if (known === undefined) {
      trouble.push(`unexpected call: ${key}`);
      return { status: 500, headers: { "content-type": "application/problem+json" }, body: '{"code":"internal"}', base64: false };
    }
    const answer = typeof known === "function" ? await known({ method, path, headers, body }) : known;
    if (answer === null) return { status: 204, headers: {}, body: "", base64: false };
    const type = answer.problem ? "application/problem+json" : "application/json";
    return { status: answer.problem ? answer.status : 200, headers: { "content-type": type }, body: JSON.stringify(answer), base64: false };
  });
  await page.addInitScript(() => {
    const listeners = new Set();
    window.beats = 0;
    window.go = { app: { Bridge: { Fetch: (...call) => window.answerCall(...call), Heartbeat: async () => void window.beats++ } } };
    window.runtime = { EventsOn: (_, listener) => (listeners.add(listener), () => listeners.delete(listener)) };
    window.announce = (topic, data) => listeners.forEach((listener) => listener({ topic, data }));
  });
  return { page, calls, trouble, close: () => context.close() };
}

/** Waits until fonts are there and nothing moves. */
export async function settle(page) {
  await page.evaluate(() => document.fonts.ready);
  await page.evaluate(() => Promise.all(document.getAnimations().filter((a) => a.playState === "running" && a.effect?.getTiming().iterations !== Infinity).map((a) => a.finished.catch(() => undefined))));
}

/** Runs axe over the page; returns its findings as lines. */
export async function findings(page) {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() =>
    window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }),
  );
  return violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(" ")} — ${n.failureSummary?.split("\n")[1]?.trim() ?? v.help}`));
}
