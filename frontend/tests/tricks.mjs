// Tries what people try to get out of a kiosk, on every screen in a real browser:
// keys, mice, fingers, things dropped, words shown unescaped. The tables of tricks and
// of screens are those of the real window (app/trick_test.go). Each trick on one screen,
// or with `everywhere` every trick on all of them and on more; `tricks.mjs everywhere SCREEN…`.
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { preview } from "vite";
import { openBrowser, openPage } from "./browser.mjs";
import { screens, stand } from "./screen.mjs";

const read = (name) => JSON.parse(readFileSync(new URL(`../../app/testdata/${name}.json`, import.meta.url), "utf8"));
const table = read("tricks");
/** What one knows a screen of the list by, as a selector. */
const signs = new Map(read("screens").map(({ id, shows }) => [id, shows]));
const words = process.argv.slice(2);
const everywhere = words.includes("everywhere");
const wanted = words.filter((word) => word !== "everywhere");
const size = { width: 1080, height: 1920 };

/** The table has the names of xdotool(1). */
const names = { ctrl: "Control", alt: "Alt", shift: "Shift", super: "Meta", plus: "+", minus: "-", equal: "=", period: ".", semicolon: ";", space: "Space", Return: "Enter", Page_Up: "PageUp", Page_Down: "PageDown", Left: "ArrowLeft", Right: "ArrowRight", Up: "ArrowUp", Down: "ArrowDown", Menu: "ContextMenu", Print: "PrintScreen", Sys_Req: "PrintScreen", BackSpace: "Backspace", KP_Add: "NumpadAdd", KP_Subtract: "NumpadSubtract", KP_0: "Numpad0", Scroll_Lock: "ScrollLock", Num_Lock: "NumLock" };
const keyOf = (combination) => combination.split("+").map((name) => names[name] ?? name).join("+");

const spots = { text: "main h1, main p, h1, p", button: "main button, button", picture: "main svg, svg, img", corner: ".corner" };
async function spot(page, at) {
  if (Array.isArray(at)) return { x: at[0] * size.width, y: at[1] * size.height };
  const box = at && (await page.locator(spots[at]).first().boundingBox({ timeout: 500 }).catch(() => null));
  return box ? { x: box.x + box.width / 2, y: box.y + box.height / 2 } : { x: size.width / 2, y: size.height / 2 };
}

async function point(page, devtools, { button = "left", at, to, clicks = 1, hold, wheel, keys = [] }) {
  const from = await spot(page, at);
  await page.mouse.move(from.x, from.y);
  for (const key of keys) await page.keyboard.down(names[key]);
  if (wheel) await page.mouse.wheel(0, wheel * 100);
  else if (["back", "forward"].includes(button)) {
    for (const type of ["mousePressed", "mouseReleased"]) await devtools.send("Input.dispatchMouseEvent", { type, ...from, button, clickCount: 1 });
  } else if (to || hold) {
    await page.mouse.down({ button });
    if (to) await page.mouse.move(to[0] * size.width, to[1] * size.height, { steps: 8 });
    else await new Promise((done) => setTimeout(done, hold)); // a long press is long
    await page.mouse.up({ button });
  } else for (let n = 1; n <= clicks; n++) await page.mouse.click(from.x, from.y, { button, clickCount: n });
  for (const key of keys) await page.keyboard.up(names[key]);
  await page.mouse.move(1, 1);
}

async function touch(devtools, { fingers, hold, times = 1 }) {
  const where = (share) => fingers.map(([[x1, y1], [x2, y2]], id) => ({ id, x: (x1 + (x2 - x1) * share) * size.width, y: (y1 + (y2 - y1) * share) * size.height }));
  for (let n = 0; n < times; n++) {
    await devtools.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: where(0) });
    if (hold) await new Promise((done) => setTimeout(done, hold)); // a long press is long
    for (const share of [0.25, 0.5, 0.75, 1]) await devtools.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: where(share) });
    await devtools.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  }
}

async function drop(devtools, offer) {
  const files = (offer["text/uri-list"] ?? "").split("\n").filter((line) => line.startsWith("file:///")).map((line) => line.slice(7));
  const data = { items: Object.entries(offer).map(([mimeType, text]) => ({ mimeType, data: text })), files, dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"]) await devtools.send("Input.dispatchDragEvent", { type, x: 540, y: 960, data });
}

const show = (page, html) =>
  page.evaluate((text) => {
    const box = document.body.appendChild(document.createElement("div"));
    box.innerHTML = text;
    box.querySelector("#trick")?.click();
    return new Promise((done) => setTimeout(() => done(box.remove()), 30));
  }, html);

async function attempt({ page, devtools }, trick) {
  if (trick.keys) for (const key of trick.keys) await page.keyboard.press(keyOf(key));
  else if (trick.pointer) await point(page, devtools, trick.pointer);
  else if (trick.touch) await touch(devtools, trick.touch);
  else if (trick.drop) await drop(devtools, trick.drop);
  else await show(page, trick.markup);
}

/** A page with whatever happens beside it. */
async function open(browser) {
  const opened = await openPage(browser, {}, { size });
  const { page } = opened;
  const beside = [];
  page.context().on("page", (other) => beside.push(`another page: ${other.url()}`));
  for (const event of ["dialog", "download", "filechooser", "crash"]) page.on(event, () => beside.push(`a ${event}`));
  page.on("pageerror", (error) => beside.push(`page error: ${error.message}`));
  return { ...opened, beside, devtools: await page.context().newCDPSession(page) };
}

/** Comes to a screen, which nothing happened to. */
async function come(opened, address, screen) {
  const { page, quiet, anew, beside } = opened;
  await anew(screen.answers);
  await page.goto(address + (screen.path ?? ""));
  await quiet();
  await screen.go?.(page);
  await quiet();
  if (signs.has(screen.id)) await page.locator(signs.get(screen.id)).first().waitFor({ state: "attached" });
  await page.evaluate(() => {
    window.marks = 0;
    addEventListener("keydown", (event) => event.key === "Pause" && window.marks++, true);
  });
  await stand(page); // on a busy machine a person's time would run out while tricks are tried
  beside.length = 0;
  return Object.assign(opened, { url: page.url(), looks: await look(page) });
}

/** What the page looks like, as far as elements and places go. */
const look = (page) =>
  page.evaluate(() => {
    document.activeElement?.blur();
    return [...document.querySelectorAll("body *")].filter((el) => !el.closest("svg")).map((el) => `${el.tagName}${el.className}${Math.round(el.getBoundingClientRect().top)}`).join();
  });

/** What is wrong after a trick; the page has to hear one more key. */
async function wrong({ page, beside, url }) {
  const found = [...beside];
  const marks = await page.evaluate(() => window.marks).catch(() => undefined);
  await page.keyboard.press("Pause");
  const now = await page.evaluate(() => ({ marks: window.marks, scale: visualViewport.scale, width: innerWidth, ratio: devicePixelRatio, selected: String(getSelection()), full: !!document.fullscreenElement, app: document.getElementById("app")?.childElementCount }));
  if (page.url() !== url) found.push(`the address is ${page.url()}`);
  if (now.marks !== marks + 1) found.push("it was loaded again, or hears no keys");
  if (now.scale !== 1 || now.width !== size.width || now.ratio !== 1) found.push(`zoomed: ${JSON.stringify(now)}`);
  if (now.selected) found.push(`selected: ${now.selected.slice(0, 40)}`);
  if (now.full) found.push("an element has the whole screen");
  if (!now.app) found.push("the page is empty");
  return found;
}

const built = await preview({ logLevel: "error", root: fileURLToPath(new URL("..", import.meta.url)), preview: { port: 0 } });
const browser = await openBrowser();
const tricks = table.filter((trick) => trick.browser !== false && (trick.keys || trick.pointer || trick.touch || trick.drop || trick.markup));
const ways = screens.filter((screen) => !screen.gallery);
const lost = [...signs.keys()].filter((id) => !ways.some((screen) => screen.id === id));
const shown = ways.filter((screen) => (wanted.length ? wanted.some((part) => screen.id.startsWith(part)) : everywhere || signs.has(screen.id)));
const failures = lost.map((id) => `${id}: there is no way to this screen of the list`);
const address = built.resolvedUrls.local[0];
let [tried, changed, next] = [0, 0, 0];

/** Tries one screen after the other; after a trick that worked, in a page nothing happened to. */
async function lane() {
  let opened;
  for (let i = next++; i < shown.length; i = next++) {
    opened = await come(opened ?? (await open(browser)), address, shown[i]);
    for (const trick of everywhere ? tricks : tricks.filter((_, n) => n % shown.length === i)) {
      tried++;
      const found = await attempt(opened, trick).then(() => wrong(opened), (error) => [error.message]);
      failures.push(...found.map((line) => `${trick.id} on ${shown[i].id}: ${line}`));
      // It may have pressed a button of the page: the next trick finds the screen as it was.
      if (!found.length && (await look(opened.page)) === opened.looks) continue;
      changed++;
      if (found.length) opened = await opened.close();
      opened = await come(opened ?? (await open(browser)), address, shown[i]);
    }
    if (everywhere) console.error(`${shown[i].id}: ${failures.length} left a page so far`); // an hour's run that is cut short says how far it came
  }
  await opened?.close();
}
await Promise.all(Array.from({ length: Math.min(availableParallelism(), 4) }, lane));
await browser.close();
await built.close();

for (const line of failures) console.error(line);
console.log(`${tried} tricks (${tricks.length} different ones) on ${shown.length} screens, ${failures.length} left the page; ${changed} changed something on it`);
process.exit(failures.length || tried < tricks.length ? 1 : 0);
