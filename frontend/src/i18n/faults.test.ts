import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { wordedCode } from "./faults";

// Every place that makes a fault: the two constructors, over as many lines as
// they take, and the tables and variables that hold a code until one is made.
const made = /(?:fault\.(?:New|Wrap)\((?:[^"()]|\((?:[^()]|\([^()]*\))*\))*|\b[cC]ode(?:\s*:?=|:)\s*)"([a-z_]+\.[a-z_0-9]+)"/g;

const root = join(__dirname, "../../..");
const codes = new Set<string>();
for (const part of ["backend", "app"]) {
  for (const file of readdirSync(join(root, part), { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".go") || file.endsWith("_test.go") || /test\//.test(file)) continue;
    for (const [, code] of readFileSync(join(root, part, file), "utf8").matchAll(made)) codes.add(code!);
  }
}

describe("every fault the program can answer", () => {
  it("was found in its source, however it is made", () => {
    expect(codes.size).toBeGreaterThan(150);
    for (const code of ["center.stopping", "pack.mismatch", "pack.questionnaire", "reader.silent", "reader.card_lifted", "printer.busy", "sync.unreachable"]) expect(codes).toContain(code);
  });

  it("has words better than “something went wrong”", () => {
    expect([...codes].filter((code) => wordedCode(code) === "internal" && code !== "internal").sort()).toEqual([]);
  });

  it("and everything a claim says is missing has words of its own", () => {
    const source = readFileSync(join(root, "backend/claim/missing.go"), "utf8");
    const missing = [...source.matchAll(/"(claim\.[a-z_]+)"/g)].map(([, code]) => code!);
    const kinds = [...readFileSync(join(root, "backend/claim/document.go"), "utf8").matchAll(/^\t\w+\s+DocumentKind = "([a-z-]+)"/gm)];
    for (const [, kind] of kinds) missing.push(`claim.paper_${kind!.replaceAll("-", "_")}`);
    expect(missing.length).toBeGreaterThan(40);
    expect([...new Set(missing)].filter((code) => wordedCode(code) !== code)).toEqual([]);
  });
});
