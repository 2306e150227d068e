// Opens every public screen in Chinese, English and elder mode, at the kiosk's
// size, on the built pages: no axe finding, no console error, no unexpected
// call, nothing wider than the glass, no text or target below the least size.
// Keeps a picture of each in build/out/screens.
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createServer, preview } from "vite";
import { findings, openBrowser, openPage, settle } from "./browser.mjs";
import { measure } from "./measure.mjs";
import { screens } from "./screen.mjs";

const out = fileURLToPath(new URL("../../build/out/screens/", import.meta.url));
const only = process.argv.slice(2);
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
  { id: "elder-en", language: "en", elder: true, only: ["welcome", "sites", "sites-map", "site-detail", "story-4", "staff-call", "disk-full", "operator", "operator-letter", "gallery", "gifts", ...filled] },
  // An office PC, and a glass that is less tall: the root is 16 px and 21 px there.
  { id: "wide", language: "zh-CN", elder: false, size: { width: 1920, height: 1080 }, scale: 16 / 24, only: ["welcome", "welcome-faults", "sites", "story-4", "starting", "operator-letter", ...filled] },
  { id: "low", language: "zh-CN", elder: true, size: { width: 1080, height: 1350 }, scale: 20 / 30, only: ["welcome", "welcome-faults", "story-4", "site-detail", "operator-letter", "redeem-voucher-code", ...filled] },
];

/** Chooses language and size the way a person does. */
async function prepare(page, mode) {
  if (mode.language === "en") await page.getByRole("radio", { name: "English" }).click();
  if (mode.elder) await page.getByRole("button", { name: /长辈版|Large text/ }).click();
}

async function visit(browser, screen, mode) {
  const { page, trouble, close } = await openPage(browser, screen.answers, { size: mode.size });
  if (screen.gallery) {
    await page.goto(`${galleryAt}gallery.html?language=${mode.language}&elder=${mode.elder}${screen.query ?? ""}`);
  } else {
    await page.goto(`${kioskAt}${screen.path ?? ""}`);
    if (screen.id !== "more-time") await prepare(page, mode);
    else if (mode.id !== "zh") return close().then(() => []);
  }
  await page.waitForLoadState("networkidle");
  await screen.go?.(page);
  await settle(page);
  await page.screenshot({ path: `${out}${screen.id}.${mode.id}.png`, fullPage: screen.gallery ?? false });
  const found = [...trouble, ...(await findings(page)), ...(await measure(page, mode.elder, mode.scale))];
  await close();
  return found.map((line) => `${screen.id}.${mode.id}: ${line}`);
}

const browser = await openBrowser();
const all = [];
let count = 0;
for (const screen of screens.filter((s) => !only.length || only.some((part) => s.id.startsWith(part)))) {
  for (const mode of modes.filter((m) => !m.only || m.only.includes(screen.id))) {
    count++;
    all.push(...(await visit(browser, screen, mode).catch((error) => [`${screen.id}.${mode.id}: ${error.message}`])));
  }
}
await browser.close();
await built.close();
await gallery.close();

for (const line of all) console.error(line);
console.log(`${count} screens, ${all.length} findings, pictures in ${out}`);
process.exit(all.length || count === 0 ? 1 : 0);
