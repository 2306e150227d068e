// A real browser on the built pages, with a bridge whose answers a test gives.
// Every call must be expected: an unmatched one fails the run.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** An answer that never comes. */
export const never = Symbol("never");

/** How long a page may wait for what it asked, in ms. */
const patience = 30_000;

export async function openBrowser() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
}

/**
 * Opens a page in a window of the kiosk's size. `answers` maps "METHOD /path"
 * to a body, to a function of the call that returns one, or to `never`; a body
 * with `problem: true` is answered as a problem document with its `status`.
 *
 * `quiet` waits until the page has all it asked for and has drawn it. `anew` empties
 * the page and gives it other answers: what is opened next has nothing of before but
 * its fonts and compiled scripts, which are most of what a new window takes.
 */
export async function openPage(browser, answers, { reducedMotion = "reduce", size = { width: 1080, height: 1920 } } = {}) {
  const context = await browser.newContext({ viewport: size, reducedMotion, timezoneId: "Asia/Shanghai", locale: "zh-CN" });
  const page = await context.newPage();
  const trouble = [];
  const calls = [];
  const awaited = awaitedBy(page);
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
    if (known === never) return new Promise(() => undefined);
    const answer = await awaited.call(key, typeof known === "function" ? known({ method, path, headers, body }) : known);
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
  const anew = async (others) => {
    await page.goto("about:blank");
    await page.mouse.move(-1, -1);
    [answers, trouble.length, calls.length] = [others, 0, 0];
    awaited.forget();
  };
  return { page, calls, trouble, anew, quiet: () => awaited.quiet(), close: () => context.close() };
}

/** Keeps account of what a page waits for: files from the network, answers of the program. */
function awaitedBy(page) {
  const open = new Map();
  let begun = 0;
  let changed = () => undefined;
  const begins = (key, name) => (begun++, open.set(key, name));
  const ends = (key) => (open.delete(key), changed());
  page.on("request", (request) => begins(request, request.url()));
  for (const event of ["requestfinished", "requestfailed"]) page.on(event, ends);
  const answered = async () => {
    while (open.size) {
      let late;
      await new Promise((done, fail) => {
        changed = done;
        late = setTimeout(() => fail(new Error(`still waiting for ${[...open.values()].join(", ")}`)), patience);
      }).finally(() => clearTimeout(late));
    }
  };
  return {
    call: async (name, answer) => {
      const key = Symbol(name);
      begins(key, name);
      return Promise.resolve(answer).finally(() => ends(key));
    },
    forget: () => open.clear(),
    /** What came may make the page ask for more: it is quiet when a whole turn asked for nothing. */
    quiet: async () => {
      for (let before = -1; before !== begun; ) {
        before = begun;
        await answered();
        await settle(page);
      }
    },
  };
}

/** Waits until fonts are there, nothing moves, and it is drawn. */
export async function settle(page) {
  await page.evaluate(async () => {
    const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    await drawn();
    await document.fonts.ready;
    await Promise.all(document.getAnimations().filter((a) => a.playState === "running" && a.effect?.getTiming().iterations !== Infinity).map((a) => a.finished.catch(() => undefined)));
    await drawn();
  });
}

/** Runs axe over the page; returns its findings as lines. */
export async function findings(page) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() =>
    // Only what is wrong is worked out in full: half the time.
    window.axe.run(document, { resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }),
  );
  return violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(" ")} — ${n.failureSummary?.split("\n")[1]?.trim() ?? v.help}`));
}
