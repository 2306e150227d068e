import { mount } from "@vue/test-utils";
import { describe, expect, it } from "vitest";
import SignatureDrawing from "./SignatureDrawing.vue";

const strokes = [
  [{ x: 1000, y: 2000, t: 0 }, { x: 1400, y: 2300, t: 10 }],
  [{ x: 1200, y: 1900, t: 20 }, { x: 1250, y: 2600, t: 30 }],
];

describe("a signature that is looked at", () => {
  it("shows what was drawn, with a margin, whatever corner it was drawn in", () => {
    const drawing = mount(SignatureDrawing, { props: { strokes, label: "Signed on the screen" } });
    expect(drawing.attributes()).toMatchObject({ role: "img", "aria-label": "Signed on the screen", viewBox: "800 1700 800 1100" });
    expect(drawing.findAll("path").map((p) => p.attributes("d"))).toEqual(["M1000 2000L1400 2300", "M1200 1900L1250 2600"]);
  });
});
