import { describe, expect, it } from "vitest";
import { gravest, mayMove, move, rowsOf, type Outline } from "./outline";

const text = { zh: "文", en: "Text" };
const question = (link_id: string) => ({ link_id, type: "boolean", text, help: text });
const outline = (): Outline => ({
  title: text,
  sections: [
    { link_id: "today", title: text, questions: [question("well"), question("weight")] },
    { link_id: "food", title: text, questions: [question("sleep")] },
  ],
});
const ids = (o: Outline) => rowsOf(o).map((r) => r.id);

describe("a draft of a questionnaire", () => {
  it("is a list of sections with their questions", () => expect(ids(outline())).toEqual(["today", "well", "weight", "food", "sleep"]));

  it("is put into another order within its bounds", () => {
    const o = outline();
    move(o, rowsOf(o)[1]!, 1);
    expect(ids(o)).toEqual(["today", "weight", "well", "food", "sleep"]);
    move(o, rowsOf(o)[3]!, -1);
    expect(ids(o)).toEqual(["food", "sleep", "today", "weight", "well"]);
    expect([mayMove(o, rowsOf(o)[0]!, -1), mayMove(o, rowsOf(o)[1]!, 1), mayMove(o, rowsOf(o)[4]!, 1)]).toEqual([false, false, false]);
    move(o, rowsOf(o)[0]!, -1);
    expect(ids(o)).toEqual(["food", "sleep", "today", "weight", "well"]);
  });

  it("says the gravest thing first", () => {
    const problems = [{ link_id: "a", severity: "warning" as const }, { link_id: "b", severity: "warning" as const }, { link_id: "b", severity: "error" as const }];
    expect([gravest(problems, "a"), gravest(problems, "b"), gravest(problems, "c")]).toEqual(["warning", "error", undefined]);
  });
});
