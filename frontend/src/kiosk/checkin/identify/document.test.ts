import { describe, expect, it } from "vitest";
import { isLong, kinds, marked, pageOf, pagesOf, shapes, type Kind } from "./document";

const places = (...locations: string[]) => locations.map((location) => ({ location, code: "identity.any" }));

describe("the pages a document needs", () => {
  it("begin with its kind", () => expect(pagesOf(null)).toEqual(["kind"]));
  it.each<[Kind, string]>([
    ["resident_id", "kind number"],
    ["hkmt_residence_permit", "kind number"],
    ["foreign_pr_2023", "kind number"],
    ["foreign_pr_2017", "kind number sex birth"],
    ["hkmacau_travel_permit", "kind number sex birth"],
    ["taiwan_travel_permit", "kind number sex birth"],
    ["passport", "kind country number sex birth"],
  ])("of %s are %s", (kind, pages) => expect(pagesOf(kind).join(" ")).toBe(pages));
});

describe("a number", () => {
  it.each<[Kind, string, boolean]>([
    ["resident_id", "11010519491231002X", true],
    ["resident_id", "11010519491231002", false],
    ["hkmacau_travel_permit", "H12345678", true],
    ["hkmacau_travel_permit", "H123456789", false],
    ["hkmacau_travel_permit", "H1234567890", true],
    ["taiwan_travel_permit", "12345678", true],
    ["passport", "E123", false],
    ["passport", "E1234", true],
    ["foreign_pr_2017", "CHN110000000000", true],
  ])("of %s, %s, is long enough: %s", (kind, number, yes) => expect(isLong(kind, number)).toBe(yes));

  it("gets the keys its next character needs", () => {
    expect([shapes.resident_id.layout("1101"), shapes.resident_id.layout("11010519491231002"), shapes.resident_id.layout("11010519491231002X")]).toEqual(["digits", "identity", "digits"]);
    expect([shapes.foreign_pr_2017.layout("CH"), shapes.foreign_pr_2017.layout("CHN")]).toEqual(["letters", "digits"]);
  });

  it("is shown in groups that hold its longest form", () => {
    for (const kind of kinds.filter((k) => k !== "passport")) {
      expect(shapes[kind].groups.reduce((a, b) => a + b), kind).toBe(shapes[kind].lengths.at(-1));
    }
  });
});

describe("the characters a fault means", () => {
  it.each([
    ["number[17]", [17]],
    ["number[6:9]", [6, 7, 8]],
    ["number[16:20]", [16, 17]],
    ["body.number[0]", [0]],
    ["kind", []],
    ["body.birth_date", []],
    ["numbers[1]", []],
  ])("by %s", (location, at) => expect([...marked(places(location), 18)]).toEqual(at));

  it("are all of them when the number as a whole is wrong", () => expect(marked(places("number"), 17).size).toBe(17));
});

describe("the page on which a fault can be mended", () => {
  it.each([
    [["number[17]"], "number"],
    [["kind"], "kind"],
    [["country"], "country"],
    [["body.birth_date", "body.sex"], "birth"],
    [["body.sex"], "sex"],
    [["body.strokes"], null],
    [[], null],
  ])("of %j is %s", (locations, page) => expect(pageOf(places(...locations))).toBe(page));
});
