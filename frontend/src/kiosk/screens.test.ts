// The list of screens that tricks are tried on, in the window and in the browser, has
// every route, step, view, sheet, and every state the API's document knows.
import { describe, expect, it } from "vitest";
import list from "../../../app/testdata/screens.json";
import document from "../../openapi.json";
import { views } from "./account/views";
import { screens } from "./checkin/screens";
import { makeRouter } from "./router";

const all: { id: string; covers?: string[]; shows: string }[] = list;
const covered = new Set(all.flatMap(({ covers }) => covers ?? []));
const sources = import.meta.glob<string>("./**/*.vue", { query: "?raw", import: "default", eager: true });
const { schemas } = document.components;

const there = {
  route: makeRouter().getRoutes().flatMap(({ name }) => (name ? [String(name)] : [])),
  step: Object.keys(screens),
  view: [...views],
  sheet: Object.entries(sources).flatMap(([path, source]) => (source.includes("<Sheet") ? [path.slice(2, -4)] : [])),
  phase: schemas.KioskState.properties.phase.enum,
  account: schemas.CheckinAccountView.properties.state.enum,
  result: schemas.CheckinResultView.properties.state.enum,
  redemption: schemas.CheckinRedemptionView.properties.state.enum,
  voucher: schemas.CheckinVoucherView.properties.state.enum,
};

describe("the list of screens", () => {
  it.each(Object.entries(there))("has every %s", (kind, values) => {
    expect(values.length).toBeGreaterThan(2);
    expect(values.filter((value) => !covered.has(`${kind}:${value}`))).toEqual([]);
  });
  it("names nothing that is gone", () => {
    const known = new Set([...Object.entries(there).flatMap(([kind, values]) => values.map((value) => `${kind}:${value}`)), "disk:full"]);
    expect([...covered].filter((name) => !known.has(name))).toEqual([]);
  });
  it("has each screen once, with a sign to know it by", () => {
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(all.filter(({ shows }) => !shows)).toEqual([]);
  });
});
