import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { html } from "./html.mjs";
import { serve } from "./worker.mjs";

const folder = mkdtempSync(join(tmpdir(), "lianxin-bench-"));
const file = join(folder, "page.html"); // a file may load fonts that are files
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
const page = await browser.newPage();

await serve(
  async () => {
    writeFileSync(file, await html());
    await page.goto(`file://${file}`);
    return page.pdf({ preferCSSPageSize: true });
  },
  async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  },
);
