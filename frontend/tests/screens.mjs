// Opens every public screen in Chinese, English and elder mode, at the kiosk's
// size, on the built pages: no axe finding, no console error, no unexpected
// call, nothing wider than the glass, no text or target below the least size.
// Keeps pictures in build/out/screens: of all that are named, else of those with a
// finding, or of all with LIANXIN_PICTURES=1. Two screens at a time.
import { mkdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { createServer, preview } from "vite";
import { findings, openBrowser, openPage } from "./browser.mjs";
import { measure } from "./measure.mjs";
import { screens } from "./screen.mjs";

const out = fileURLToPath(new URL("../../build/out/screens/", import.meta.url));
const only = process.argv.slice(2);
const pictures = only.length > 0 || process.env.LIANXIN_PICTURES === "1";
const size = { width: 1080, height: 1920 };
mkdirSync(out, { recursive: true });

const quiet = { logLevel: "error", root: fileURLToPath(new URL("..", import.meta.url)) };
const built = await preview({ ...quiet, preview: { port: 0 } });
const gallery = await createServer({ ...quiet, server: { port: 0, hmr: false } });
await gallery.listen();
const kioskAt = built.resolvedUrls.local[0];
const galleryAt = gallery.resolvedUrls.local[0];

/** Screens with a layout of their own that fill the glass. */
const filled = ["proof-card", "proof-code", "typed-wait", "consent-pass", "repeat-elsewhere", "staff-coming", "revoked"];
const modes = [
  { id: "zh", language: "zh-CN", elder: false },
  { id: "en", language: "en", elder: false },
  { id: "elder", language: "zh-CN", elder: true },
  // The widest words in the largest size: only where a layout is its own.
  { id: "elder-en", language: "en", elder: true, only: ["welcome", "sites", "sites-map", "site-detail", "story-4", "staff-call", "disk-full", "operator", "operator-letter", "gallery", "gifts", "gifts-words", ...filled] },
  // An office PC, and a glass that is less tall: the root is 16 px and 21 px there.
  { id: "wide", language: "zh-CN", elder: false, size: { width: 1920, height: 1080 }, scale: 16 / 24, only: ["welcome", "welcome-faults", "sites", "story-4", "starting", "operator-letter", ...filled] },
  { id: "low", language: "zh-CN", elder: true, size: { width: 1080, height: 1350 }, scale: 20 / 30, only: ["welcome", "welcome-faults", "story-4", "site-detail", "operator-letter", "redeem-voucher-code", ...filled] },
];

/** Chooses language and size the way a person does. */
async function prepare(page, mode) {
  if (mode.language === "en") await page.getByRole("radio", { name: "English" }).click();
  if (mode.elder) await page.getByRole("button", { name: /长辈版|Large text/ }).click();
}

/** Brings the page of a lane to a screen and returns what is wrong with it. */
async function visit({ page, trouble, anew, quiet }, screen, mode) {
  await anew(screen.answers);
  await page.setViewportSize(mode.size ?? size);
  if (screen.gallery) {
    await page.goto(`${galleryAt}gallery.html?language=${mode.language}&elder=${mode.elder}${screen.query ?? ""}`);
  } else {
    await page.goto(`${kioskAt}${screen.path ?? ""}`);
    await quiet();
    if (screen.id !== "more-time") await prepare(page, mode);
  }
  await quiet();
  await screen.go?.(page);
  await quiet();
  const found = [...trouble, ...(await findings(page)), ...(await measure(page, mode.elder, mode.scale))];
  if (pictures || found.length) await page.screenshot({ path: `${out}${screen.id}.${mode.id}.png`, fullPage: screen.gallery ?? false });
  return found;
}

const shown = screens.filter((s) => (only.length ? only.some((part) => s.id.startsWith(part)) : !s.walked));
// Its time runs while one changes the language, so it is looked at in one mode.
const visits = shown.flatMap((screen) => modes.filter((m) => (screen.id === "more-time" ? m.id === "zh" : !m.only || m.only.includes(screen.id))).map((mode) => ({ screen, mode })));
const browser = await openBrowser();
const all = [];
let next = 0;

/** How many screens a page shows: it keeps what it has shown in memory. */
const most = 40;

/** Visits one screen after the other; after one that failed it goes on with a page nothing happened to. */
async function lane() {
  let opened;
  for (let at = next++, n = 1; at < visits.length; at = next++, n++) {
    const { screen, mode } = visits[at];
    if (n % most === 0) opened = await opened?.close();
    opened ??= await openPage(browser, {}, { size });
    const found = await visit(opened, screen, mode).catch(async (error) => {
      await opened.page.screenshot({ path: `${out}${screen.id}.${mode.id}.png` }).catch(() => undefined);
      opened = await opened.close();
      return [error.message];
    });
    all.push(...found.map((line) => `${screen.id}.${mode.id}: ${line}`));
  }
}
await Promise.all(Array.from({ length: Math.min(availableParallelism(), 4) }, lane));
await browser.close();
await built.close();
await gallery.close();

for (const line of all) console.error(line);
console.log(`${visits.length} screens, ${all.length} findings${pictures || all.length ? `, pictures in ${out}` : ""}`);
process.exit(all.length || visits.length === 0 ? 1 : 0);
