import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const src = join(__dirname, "..");
const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((f) => /\.(ts|vue)$/.test(f) && !f.endsWith(".test.ts"));
const outside = files.filter((f) => !f.startsWith("client/"));

describe("the law of the house", () => {
  it("has files to judge", () => expect(outside.length).toBeGreaterThan(40));

  // Screens ask through the client; how a call travels is nobody else's business.
  it.each(outside)("%s knows no way to the network of its own", (file) => {
    const text = readFileSync(join(src, file), "utf8");
    expect(text).not.toMatch(/\bfetch\s*\(|XMLHttpRequest|EventSource|WebSocket|sendBeacon|\.go\.app|openapi-fetch|window\.runtime/);
  });

  // A strict policy forbids code and markup made at run time.
  it.each(files)("%s makes no code or markup at run time", (file) => {
    expect(readFileSync(join(src, file), "utf8")).not.toMatch(/v-html|innerHTML|\beval\(|new Function/);
  });

  // A name within the page itself, as a drawing uses for its parts, leads nowhere.
  it.each(files.filter((f) => f.startsWith("kiosk/")))("%s leads nowhere outside and keeps nothing", (file) => {
    expect(readFileSync(join(src, file), "utf8")).not.toMatch(/href=(?!"#)|window\.open|localStorage|sessionStorage|indexedDB|document\.cookie/);
  });
});
