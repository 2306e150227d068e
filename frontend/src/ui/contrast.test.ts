import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const css = readFileSync(join(__dirname, "tokens.css"), "utf8");

function tokens(selector: string): Record<string, string> {
  const block = css.slice(css.indexOf(`${selector} {`)).split("}")[0]!;
  return Object.fromEntries([...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map((m) => [m[1]!, m[2]!]));
}
/** WCAG 2.2 relative luminance. */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16) / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}
function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light! + 0.05) / (dark! + 0.05);
}

const normal = tokens(":root");
const more = { ...normal, ...tokens(':root[data-contrast="more"]') };
const grounds = ["paper", "paper-sunken", "paper-raised"];
const text: [string, string[]][] = [
  ["ink", [...grounds, "glow-tint", "good-tint", "care-tint", "info-tint", "accent-tint"]],
  ["ink-soft", [...grounds, "good-tint", "care-tint", "info-tint", "glow-tint"]],
  ["ink-faint", [...grounds, "care-tint"]],
  ["accent", [...grounds, "glow-tint"]],
  ["accent-deep", [...grounds, "accent-tint", "glow-soft"]],
  ["good", [...grounds, "good-tint"]],
  ["care", ["paper-raised", "care-tint"]],
  ["info", ["paper-raised", "info-tint"]],
  ["on-accent", ["accent", "accent-deep", "good"]],
];
const marks: [string, string[]][] = [
  ["line-strong", grounds],
  ["focus", [...grounds, "accent-tint"]],
];

describe.each([["normal", normal], ["more", more]] as const)("contrast %s", (_, set) => {
  const pairs = (list: [string, string[]][]) => list.flatMap(([a, bs]) => bs.map((b) => [a, b] as const));
  it.each(pairs(text))("text %s on %s is at least 4.5", (a, b) => expect(contrast(set[a]!, set[b]!)).toBeGreaterThanOrEqual(4.5));
  it.each(pairs(marks))("mark %s on %s is at least 3", (a, b) => expect(contrast(set[a]!, set[b]!)).toBeGreaterThanOrEqual(3));
});

it("measures lengths in rem; only the root's size may look at the glass", () => {
  const lengths = css.replace(/\/\*[\s\S]*?\*\//g, "").split("\n").filter((l) => /\d(px|pt|cm)\b/.test(l) && !l.includes("font-size: clamp("));
  expect(lengths).toEqual([]);
});
