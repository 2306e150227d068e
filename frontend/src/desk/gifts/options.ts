import type { EChartsCoreOption } from "echarts/core";
import type { Schema } from "@/client";

/** The page's colours, as its style sheet says them: a chart's library reads none. */
export interface Palette {
  accent: string;
  pale: string;
  quiet: string;
  line: string;
  ink: string;
  /** The page's typeface, by which texts are measured. */
  font: string;
}

/** Reads the tokens a chart needs. */
export function paletteOf(page: HTMLElement): Palette {
  const style = getComputedStyle(page);
  const read = (name: string) => style.getPropertyValue(name).trim();
  return { accent: read("--accent"), pale: read("--accent-soft"), quiet: read("--line-strong"), line: read("--line"), ink: read("--ink-soft"), font: style.fontFamily };
}

/** What a chart says of its text: it is drawn in pixels, so that larger text has to be asked for. */
const still = (large: number, fontFamily: string) => ({ animation: false, textStyle: { fontFamily, fontSize: usual * large } });
/** The size of a chart's text when the page's is the usual one, px. */
const usual = 13;
// Drawn by the page's own elements, for styles in a text are refused by its policy.
const tip = { trigger: "axis", renderMode: "richText", confine: true };

/** Columns of the weeks that were, and paler those expected. */
export function weeksOption(report: Schema["DemandReport"], coming: string[], colours: Palette, names: { was: string; expected: string }, large = 1): EChartsCoreOption {
  const text = { color: colours.ink, fontFamily: colours.font, fontSize: usual * large };
  const past = report.asked.map(Number);
  return {
    ...still(large, colours.font),
    tooltip: tip,
    legend: { bottom: 0, itemGap: 20 * large, textStyle: text },
    grid: { left: 48 * large, right: 12, top: 16, bottom: 64 * large },
    xAxis: { type: "category", data: [...report.weeks, ...coming], axisLabel: { ...text, hideOverlap: true }, axisLine: { lineStyle: { color: colours.quiet } } },
    yAxis: { type: "value", axisLabel: text, splitLine: { lineStyle: { color: colours.line } } },
    series: [
      { name: names.was, type: "bar", stack: "week", data: past, itemStyle: { color: colours.accent } },
      { name: names.expected, type: "bar", stack: "week", data: [...past.map(() => null), ...report.expected.map((n) => Math.round(n * 10) / 10)], itemStyle: { color: colours.pale } },
    ],
  };
}

/** How many gifts a chart has at most. */
export const charted = 12;

/** Two bars for each gift: before and lately. */
export function trendOption(lines: { name: string; before: number; recent: number }[], colours: Palette, names: { before: string; recent: string }, large = 1): EChartsCoreOption {
  const text = { color: colours.ink, fontFamily: colours.font, fontSize: usual * large };
  const shown = lines.slice(0, charted).reverse(); // the first stands on top
  return {
    ...still(large, colours.font),
    tooltip: tip,
    legend: { bottom: 0, itemGap: 20 * large, textStyle: text },
    grid: { left: 8, right: 24 * large, top: 8, bottom: 40 * large, containLabel: true },
    xAxis: { type: "value", axisLabel: text, splitLine: { lineStyle: { color: colours.line } } },
    yAxis: { type: "category", data: shown.map((l) => l.name), axisLabel: { ...text, width: 180 * large, overflow: "truncate" }, axisTick: { show: false } },
    series: [
      { name: names.before, type: "bar", data: shown.map((l) => l.before), itemStyle: { color: colours.pale } },
      { name: names.recent, type: "bar", data: shown.map((l) => l.recent), itemStyle: { color: colours.accent } },
    ],
  };
}

/** The Mondays after a list of them. */
export function comingWeeks(weeks: readonly string[], n: number): string[] {
  const last = Date.parse(`${weeks.at(-1)}T00:00:00Z`);
  return Array.from({ length: n }, (_, i) => new Date(last + (i + 1) * 7 * 86_400_000).toISOString().slice(0, 10));
}
