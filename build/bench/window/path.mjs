// Walks the kiosk's page in a browser once and prints where each tap goes, "x y" on a
// line: path.mjs ADDRESS. The windows that are measured are then tapped blind, because
// whoever reads a page through the accessibility bus changes what it costs.
import { createRequire } from "node:module";

const { chromium } = createRequire(new URL("../../../frontend/package.json", import.meta.url))("playwright-core");

const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const page = await browser.newPage({ viewport: { width: 1080, height: 1920 } });
await page.goto(process.argv[2]);
for (const words of ["附近献血点", "回到首页", "一分钟了解献血", "回到首页", "English", "中文", "长辈版", "长辈版", "我来签到", "回到首页"]) {
  const button = page.getByText(words).filter({ visible: true }).first();
  await button.waitFor();
  const { x, y, width, height } = await button.boundingBox();
  console.log(Math.round(x + width / 2), Math.round(y + height / 2));
  await button.click();
  await page.waitForTimeout(500); // it moves in
}
await browser.close();
