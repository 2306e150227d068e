import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { drawings } from "./drawings";

const catalogue = readFileSync(join(__dirname, "../../../../backend/gift/data/catalogue.yaml"), "utf8");
const gifts = [...catalogue.matchAll(/\{id: ([\w-]+),.*picture: ([\w-]+), colour: (\w+)/g)].map(([, id, picture, colour]) => ({ id: id!, picture: picture!, colour: colour! }));
const style = readFileSync(join(__dirname, "GiftPicture.vue"), "utf8");

describe("the drawings of the catalogue", () => {
  it("are there for every gift", () => {
    expect(gifts.length).toBeGreaterThan(300);
    expect(gifts.filter((g) => !drawings[g.picture])).toEqual([]);
  });
  it("are all used", () => {
    const used = new Set(gifts.map((g) => g.picture));
    expect(Object.keys(drawings).filter((name) => !used.has(name))).toEqual([]);
    expect(readdirSync(join(__dirname, "art")).length).toBe(used.size);
  });
  it("look different for every two gifts: another drawing or another colour", () => {
    const looks = gifts.map((g) => `${g.picture} ${g.colour}`);
    expect(looks.filter((look, i) => looks.indexOf(look) !== i)).toEqual([]);
  });
  it("have their colours", () => {
    expect(gifts.filter((g) => !style.includes(`[data-colour="${g.colour}"]`))).toEqual([]);
  });

  // Nothing in them but shapes: no colour of their own, no style, script, picture or address.
  const shape = /^<(g transform="(?:rotate)\([-\d. ]+\)"|\/g|(?:rect|circle|ellipse|path) class="([a-z ]+)"(?: (?:x|y|width|height|rx|ry|cx|cy|r)="-?[\d.]+"| d="[-\d. a-zA-Z]+")+\/)>$/;
  it.each(Object.entries(drawings))("%s is made of shapes whose tones are known", (_, shapes) => {
    const lines = shapes.trim().split("\n").map((line) => line.trim());
    expect(lines.length).toBeGreaterThan(2);
    for (const line of lines) {
      const found = shape.exec(line);
      expect(found, line).not.toBeNull();
      for (const tone of found?.[2]?.split(" ") ?? []) expect(style, `${tone} in ${line}`).toContain(`.gift-picture .${tone} {`);
    }
  });
});
