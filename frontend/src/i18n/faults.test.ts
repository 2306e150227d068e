import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { wordedCode } from "./faults";

// What only the center, a command or a program's start can answer; no kiosk meets it.
const elsewhere = new Set(["audit", "center", "device", "list", "staff"]);

const backend = join(__dirname, "../../../backend");
const sources = readdirSync(backend, { recursive: true, encoding: "utf8" }).filter((f) => f.endsWith(".go") && !f.endsWith("_test.go") && !/test\//.test(f));
const codes = new Set(
  sources.flatMap((f) => [...readFileSync(join(backend, f), "utf8").matchAll(/fault\.(?:New|Wrap)\([^"\n]*"([a-z_]+\.[a-z_]+)"/g)].map((m) => m[1]!)),
);

describe("every fault the program can answer", () => {
  it("was found in its source", () => expect(codes.size).toBeGreaterThan(80));

  it("has words better than “something went wrong”", () => {
    const silent = [...codes].filter((code) => !elsewhere.has(code.split(".")[0]!) && wordedCode(code) === "internal");
    expect(silent).toEqual([]);
  });
});
