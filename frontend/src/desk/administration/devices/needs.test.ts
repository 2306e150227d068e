import { describe, expect, it } from "vitest";
import { isSound, shown, type Device } from "./needs";

const device = (name: string, more: Partial<Device> = {}): Device => ({
  id: `id-${name}`, name, surface: "kiosk", site_id: "here", letter: "A", status: "active", enrolled_at: "2026-11-23T00:00:00Z", version: "1.0",
  pending: 0, dead: 0, set_aside: 0, needs: [], reader: {}, printer: {}, ...more,
});
const names = (all: Device[]) => all.map((d) => d.name);

describe("the devices of a filter", () => {
  const all = [device("sound"), device("jam", { needs: ["printer"] }), device("gone", { status: "revoked" }), device("far", { site_id: "there", letter: "B" })];
  it("puts those that need somebody first", () => expect(names(shown(all, "all", "", ""))).toEqual(["jam", "sound", "far"]));
  it("leaves over those that need somebody", () => expect(names(shown(all, "needs", "", ""))).toEqual(["jam"]));
  it("keeps the revoked apart", () => expect(names(shown(all, "revoked", "", ""))).toEqual(["gone"]));
  it("keeps to a site and to what is looked for", () => {
    expect(names(shown(all, "all", "there", ""))).toEqual(["far"]);
    expect(names(shown(all, "all", "", " JAM "))).toEqual(["jam"]);
    expect(names(shown(all, "all", "here", "far"))).toEqual([]);
  });
});

describe("a part", () => {
  it.each(["ready", "none", undefined])("%s is nobody's business", (state) => expect(isSound({ state })).toBe(true));
  it.each(["jam", "absent", "a state of next year"])("%s is shown", (state) => expect(isSound({ state })).toBe(false));
});
