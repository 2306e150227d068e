// What a kiosk does by itself, on the built pages in a real browser: forgets,
// warns, gives more time, hears the program, and lets nobody out.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { preview } from "vite";
import { openBrowser, openPage } from "./browser.mjs";
import { districts, session, sites, state } from "./fixtures.mjs";

const noSession = { problem: true, status: 404, code: "checkin.no_session" };
const built = await preview({ logLevel: "error", root: fileURLToPath(new URL("..", import.meta.url)), preview: { port: 0 } });
const address = built.resolvedUrls.local[0];
const browser = await openBrowser();

/** Opens the kiosk with a clock the test turns. */
async function open(t, answers, path = "", options = {}) {
  const opened = await openPage(browser, { "GET /kiosk/state": state(), "GET /kiosk/session": noSession, ...answers }, options);
  t.after(async () => {
    assert.deepEqual(opened.trouble, []);
    await opened.close();
  });
  await opened.page.clock.install();
  await opened.page.goto(address + path);
  await opened.page.getByRole("contentinfo").waitFor();
  return opened;
}
const sent = (calls, key) => calls.filter((c) => c.key === key);
const until = async (check, what) => {
  for (const end = Date.now() + 30_000; !(await check()); await new Promise((r) => setImmediate(r))) assert.ok(Date.now() < end, what);
};
const soon = (page, seconds) => page.evaluate((s) => new Date(Date.now() + s * 1_000).toISOString(), seconds);

test("a person who is away is asked, then everything is wiped", async (t) => {
  let expires;
  const { page, calls } = await open(t, { "GET /kiosk/session": () => session({ language: "en", expires_at: expires ?? new Date(Date.now() + 60_000).toISOString() }), "DELETE /kiosk/session": null });
  await until(() => page.url().endsWith("#/check-in"), "the running session is taken up");
  assert.equal(await page.locator("html").getAttribute("lang"), "en");
  expires = await soon(page, 60);
  await page.evaluate(() => window.announce("session", null));
  await page.clock.runFor(42_000);
  await page.getByRole("alertdialog", { name: "Are you still there?" }).waitFor();
  assert.equal(sent(calls, "DELETE /kiosk/session").length, 0);
  await page.clock.runFor(25_000);
  await until(() => sent(calls, "DELETE /kiosk/session").length === 1, "the program is told to wipe");
  await until(() => page.url().endsWith("#/"), "the welcome screen is back");
  assert.equal(await page.locator("html").getAttribute("lang"), "zh-CN");
  await page.getByText("上一位的信息已清除").waitFor();
});

test("more time is given to who asks, and to who is busy", async (t) => {
  const { page, calls } = await open(t, {
    "GET /kiosk/session": session({ expires_at: new Date(Date.now() + 30_000).toISOString() }),
    "POST /kiosk/session/touch": () => session({ expires_at: new Date(Date.now() + 90_000).toISOString() }),
  });
  await until(() => page.url().endsWith("#/check-in"), "the running session is taken up");
  await page.clock.runFor(14_000);
  const dialog = page.getByRole("alertdialog");
  await dialog.waitFor();
  await page.keyboard.press("Escape"); // must not wipe: it means "I am here"
  await until(() => sent(calls, "POST /kiosk/session/touch").length === 1, "the time begins anew");
  await dialog.waitFor({ state: "detached" });
  await page.clock.runFor(6_000);
  await page.mouse.click(500, 900);
  await until(() => sent(calls, "POST /kiosk/session/touch").length === 2, "a touch counts too");
  await page.mouse.click(500, 900);
  await page.clock.runFor(1_000);
  assert.equal(sent(calls, "POST /kiosk/session/touch").length, 2, "but not every touch is a call");
});

test("public pages return home, and the next person starts in Chinese and normal size", async (t) => {
  const { page } = await open(t, {}, "#/story");
  await page.getByRole("radio", { name: "English" }).click();
  await page.getByRole("button", { name: "Large text" }).click();
  await page.clock.runFor(80_000);
  await page.getByRole("alertdialog").waitFor();
  await page.clock.runFor(20_000);
  await until(() => page.url().endsWith("#/"), "the welcome screen is back");
  assert.equal(await page.locator("html").getAttribute("lang"), "zh-CN");
  assert.equal(await page.locator("html").getAttribute("data-elder"), "false");
});

test("checking in begins in the language of the person", async (t) => {
  const { page, calls } = await open(t, { "POST /kiosk/session": session({ language: "en" }), "PUT /kiosk/session/language": session() });
  await page.getByRole("radio", { name: "English" }).click();
  await page.getByRole("button", { name: /^Check in/ }).click();
  await until(() => sent(calls, "POST /kiosk/session").length === 1, "the session begins");
  const [start] = sent(calls, "POST /kiosk/session");
  assert.deepEqual(JSON.parse(start.body), { language: "en", aim: "check_in" });
  assert.match(start.headers["idempotency-key"], /^[0-9a-f-]{36}$/);
  await until(() => page.url().endsWith("#/check-in"), "the journey begins");
});

test("the screen follows the program: offline and back", async (t) => {
  let now = state();
  const { page } = await open(t, { "GET /kiosk/state": () => now });
  const offline = page.getByText("离线可用");
  await page.getByRole("button", { name: /我来签到/ }).waitFor();
  assert.equal(await offline.count(), 0);
  now = state({ online: false });
  await page.evaluate(() => window.announce("state", null));
  await offline.waitFor();
  assert.match(await page.getByRole("status").first().innerText(), /数据截至 09:40/);
  now = state();
  await page.evaluate(() => window.announce("state", null));
  await offline.waitFor({ state: "detached" });
  now = state({ phase: "revoked" });
  await page.clock.runFor(16_000); // without a word it asks by itself
  await page.getByRole("heading", { name: "这台自助机已停用" }).waitFor();
});

test("a district touched on the picture lists its sites, touched again all of them", async (t) => {
  const { page } = await open(t, { "GET /kiosk/sites": sites, "GET /kiosk/districts": districts }, "#/sites");
  await page.getByRole("radio", { name: "地图" }).click();
  const cards = page.getByRole("list", { name: "附近献血点" }).getByRole("button");
  await until(async () => (await cards.count()) === sites.length, "every site is listed");
  const haidian = page.getByRole("button", { name: /^海淀区/ });
  await haidian.focus();
  await page.keyboard.press("Enter");
  await page.getByText("海淀区，共 2 个献血点").waitFor();
  assert.equal(await haidian.getAttribute("aria-pressed"), "true");
  assert.equal(await cards.count(), 2);
  await page.keyboard.press("Space");
  await until(async () => (await cards.count()) === sites.length, "every site is listed again");
});

const moving = (page) => page.evaluate(() => document.getAnimations().filter((a) => a.playState === "running" && a.effect?.target?.closest?.(".picture")).length);

test("the picture story plays by itself and waits for slow readers", async (t) => {
  const { page } = await open(t, {}, "#/story", { reducedMotion: "no-preference" });
  await page.getByRole("heading", { name: /登记/ }).waitFor();
  assert.ok((await moving(page)) > 0, "the drawing moves");
  await page.clock.runFor(10_500);
  await page.getByRole("heading", { name: /健康征询/ }).waitFor();
  await page.getByRole("button", { name: "暂停" }).click();
  await page.clock.runFor(30_000);
  await page.getByRole("heading", { name: /健康征询/ }).waitFor();
  await until(async () => (await moving(page)) === 0, "nothing moves while it waits");
  await page.getByRole("button", { name: "下一幅" }).click();
  await page.getByRole("heading", { name: /快速检查/ }).waitFor();
});

test("the picture story stands still for who wants less motion", async (t) => {
  const { page } = await open(t, {}, "#/story");
  await page.getByRole("button", { name: "播放" }).waitFor();
  await page.clock.runFor(15_000);
  await page.getByRole("heading", { name: /登记/ }).waitFor();
  assert.equal(await moving(page), 0);
});

test("a filter asks the program, and each answer is kept", async (t) => {
  const some = sites.filter((s) => s.offers.length > 1);
  const { page, calls } = await open(t, { "GET /kiosk/sites": sites, "GET /kiosk/sites?product=apheresis_platelets": some, "GET /kiosk/districts": districts }, "#/sites");
  const cards = page.getByRole("list", { name: "附近献血点" }).getByRole("button");
  await page.getByRole("radio", { name: "成分血" }).click();
  await until(async () => (await cards.count()) === some.length, "the filter holds");
  await page.getByRole("radio", { name: "全部" }).click();
  await until(async () => (await cards.count()) === sites.length, "all are back");
  assert.deepEqual(calls.map((c) => c.key).filter((k) => k.includes("/sites")), ["GET /kiosk/sites", "GET /kiosk/sites?product=apheresis_platelets"]);
});

test("nobody gets out by key, menu or dragging", async (t) => {
  const { page } = await open(t, {});
  const refused = await page.evaluate(() =>
    [
      new MouseEvent("contextmenu", { bubbles: true, cancelable: true }),
      new Event("selectstart", { bubbles: true, cancelable: true }),
      new DragEvent("drop", { bubbles: true, cancelable: true }),
      new KeyboardEvent("keydown", { key: "r", ctrlKey: true, bubbles: true, cancelable: true }),
      new KeyboardEvent("keydown", { key: "F12", bubbles: true, cancelable: true }),
      new WheelEvent("wheel", { ctrlKey: true, bubbles: true, cancelable: true }),
    ].map((event) => !document.body.dispatchEvent(event)),
  );
  assert.deepEqual(refused, Array(6).fill(true));
  assert.equal(await page.evaluate(() => getComputedStyle(document.body).userSelect), "none");
  assert.equal(await page.locator("a").count(), 0);
});

test("the page tells that it lives", async (t) => {
  const { page } = await open(t, {});
  // By the page's clock, which goes on by itself as well: a busy machine is late with a call.
  const life = () => page.evaluate(() => ({ beats: window.beats, at: Date.now() }));
  const before = await life();
  await page.clock.runFor(6_100);
  const after = await life();
  const due = (after.at - before.at) / 2_000;
  assert.ok(Math.abs(after.beats - before.beats - due) <= 1, `${after.beats - before.beats} beats, ${due} were due`);
});

test("a corner touched in passing opens nothing", async (t) => {
  const { page } = await open(t, {});
  const box = await page.locator(".corner").boundingBox();
  await page.mouse.move(box.x + 20, box.y + 20);
  await page.mouse.down();
  await page.clock.runFor(500); // of three seconds; the clock goes on by itself as well
  await page.mouse.up();
  await page.clock.runFor(2_000);
  assert.equal(await page.getByRole("dialog").count(), 0);
});

test.after(async () => {
  await browser.close();
  await built.close();
});
