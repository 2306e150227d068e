// Prints when a running Chromium painted its page first, in milliseconds since 1970:
// firstpaint.mjs PORT of its DevTools.
import { createRequire } from "node:module";

const { chromium } = createRequire(new URL("../../../frontend/package.json", import.meta.url))("playwright-core");

const browser = await chromium.connectOverCDP(`http://127.0.0.1:${process.argv[2]}`);
const page = browser.contexts()[0].pages()[0];
await page.waitForFunction(() => document.getElementById("app")?.childElementCount > 0);
console.log(
  await page.evaluate(
    () =>
      new Promise((found) => {
        const tell = (list) => list.getEntries().forEach((e) => e.name === "first-contentful-paint" && found(performance.timeOrigin + e.startTime));
        new PerformanceObserver(tell).observe({ type: "paint", buffered: true });
      }),
  ),
);
await browser.close(); // lets go of it; it was not started here
