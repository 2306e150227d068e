import { describe, expect, it } from "vitest";
import { expectation, shown, tomorrow, type Version } from "./pack";

const version = (id: string, state: Version["state"], title = "规则") => ({ id, version: "2026.1", state, title: { zh: title, en: "Rules" } }) as Version;

describe("packs in a list", () => {
  it("are those that hold or will, until all are asked for", () => {
    const all = [version("a", "in_force"), version("b", "past"), version("c", "upcoming"), version("d", "withdrawn"), version("e", "unusable")];
    const ids = (filter: "now" | "all", text = "") => shown(all, filter, text, (title) => title.zh).map((v) => v.id);
    expect(ids("now")).toEqual(["a", "c", "e"]);
    expect(ids("all")).toEqual(["a", "b", "c", "d", "e"]);
    expect(ids("all", " 规")).toEqual(["a", "b", "c", "d", "e"]);
    expect(ids("all", "D")).toEqual(["d"]);
  });

  it("begin tomorrow in Beijing", () => {
    expect(tomorrow(new Date("2026-11-30T15:59:59Z"))).toBe("2026-12-01");
    expect(tomorrow(new Date("2026-11-30T16:00:00Z"))).toBe("2026-12-02");
  });

  it("tell what an example expected and what came", () => {
    expect(expectation('rule "x": example 2 (边界): expected none, got 2026-12-08')).toEqual({ expected: "none", got: "2026-12-08" });
    expect(expectation("the field is unknown")).toBeUndefined();
  });
});
