// Runs the end-to-end tests and sums up: npm run e2e [-- FILE…]. Keeps pictures of
// all screens when files are named, or with LIANXIN_PICTURES=1.
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { forget, summary } from "./figures.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const wanted = process.argv.slice(2);
/** The longest ones, which are not to be what the others wait for in the end. */
const first = ["checkin.test.mjs", "away.test.mjs"];
const files = readdirSync(here)
  .filter((file) => file.endsWith(".test.mjs") && (!wanted.length || wanted.some((part) => file.includes(part))))
  .sort((a, b) => first.includes(b) - first.includes(a));
forget();
const began = Date.now();
const tests = spawn(process.execPath, ["--test", "--test-concurrency=2", "--test-reporter=spec", ...files.map((file) => here + file)], {
  stdio: "inherit",
  env: { ...process.env, ...(wanted.length && { LIANXIN_PICTURES: "1" }) },
});
const code = await new Promise((done) => tests.once("exit", done));
const [lastly, ...measured] = summary().reverse();
for (const line of measured.reverse()) console.log(line);
console.log(`${Math.round((Date.now() - began) / 1_000)} s: ${lastly}`);
process.exit(code ?? 1);
