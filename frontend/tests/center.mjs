// A real center for the pages it serves to staff, and what an authenticator app shows.
import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { freePort } from "./e2e/process.mjs";

const program = resolve(process.argv[2] ?? fileURLToPath(new URL("../../build/bin/lianxin-center", import.meta.url)));

export const password = "purple-anvil-91-coast";

/** Starts a center on a folder that is empty, or that prepare fills; answers its first-run link. */
export async function startCenter(prepare = () => {}) {
  const data = mkdtempSync(join(tmpdir(), "first-run-"));
  prepare(program, data);
  const port = await freePort();
  const at = `http://localhost:${port}`;
  const running = spawn(program, ["serve", "--data", data, "--demo", "--listen", `localhost:${port}`, "--url", at], { stdio: ["ignore", "pipe", "pipe"] });
  const log = [];
  running.stderr.on("data", (part) => log.push(part.toString()));
  for await (const line of createInterface({ input: running.stdout })) {
    const link = /http\S+\/first-run#\S+/.exec(line)?.[0];
    if (link) return { at, link, log, stop: () => (running.kill(), rmSync(data, { recursive: true, force: true })) };
  }
  throw new Error(`the center ended without a link:\n${log.join("")}`);
}

/** What an authenticator app shows for a key (RFC 6238). */
export function codeOf(secret, now = Date.now()) {
  const bits = [...secret.replaceAll(" ", "")].map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(now / 30_000)));
  const mac = createHmac("sha1", key).update(counter).digest();
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}
