import { describe, expect, it } from "vitest";
import { differences } from "./entry";

describe("what a change did", () => {
  it("is the members that differ", () =>
    expect(differences('{"name":"1号机","status":"active"}', '{"name":"2号机","status":"active"}')).toEqual([{ name: "name", before: "1号机", after: "2号机" }]));
  it("has what was not there before, and what is not there after", () => {
    expect(differences("", '{"role":"reviewer","active":true}')).toEqual([
      { name: "role", before: "", after: "reviewer" },
      { name: "active", before: "", after: "true" },
    ]);
    expect(differences('{"districts":["110105"]}', "{}")).toEqual([{ name: "districts", before: '["110105"]', after: "" }]);
  });
  it("shows a digest as it is", () => expect(differences("abc", "abd")).toEqual([{ name: "value", before: "abc", after: "abd" }]));
  it("is nothing where nothing was changed", () => expect(differences()).toEqual([]));
});
