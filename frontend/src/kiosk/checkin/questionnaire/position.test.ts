import { describe, expect, it } from "vitest";
import { after, before, firstOpen, holds, isSettled, opening, review, type Question } from "./position";

const q = (link_id: string, over: Partial<Question> = {}): Question =>
  ({ link_id, section: { zh: "", en: "" }, text: { zh: link_id, en: link_id }, help: { zh: "", en: "" }, type: "boolean", required: true, ...over }) as Question;
const answered = { answer: { yes: true } };
const items = [q("a", answered), q("b", { answer: { staff: true } }), q("c"), q("d", { required: false }), q("e")];
const settled = items.map((i) => (i.required ? { ...i, ...answered } : i));

describe("a question", () => {
  it("is settled by an answer, by leaving it to staff, or by not being required", () => expect(items.map(isSettled)).toEqual([true, true, false, true, false]));
});

describe("the place", () => {
  it("to begin is the first open question, or the list", () => {
    expect([opening(items), opening(settled), firstOpen(items)?.link_id, firstOpen(settled)]).toEqual(["c", review, "c", undefined]);
  });

  it.each([
    ["a", false, "b"],
    ["b", false, "c"],
    ["e", false, review],
    ["a", true, "c"],
  ])("after %s (from the list: %s) is %s", (at, fromReview, to) => expect(after(items, at, fromReview)).toBe(to));

  it("after a change from the list is the list when nothing is open", () => expect(after(settled, "a", true)).toBe(review));

  it("after an answer that brings up a question is that question", () => {
    const more = [items[0]!, q("a-why"), ...items.slice(1)];
    expect(after(more, "a", false)).toBe("a-why");
  });

  it.each([
    ["a", false, null],
    ["c", false, "b"],
    ["c", true, review],
    [review, false, "e"],
  ])("before %s (from the list: %s) is %s", (at, fromReview, to) => expect(before(items, at, fromReview)).toBe(to));

  it("stays while the question is asked, and moves on when it is not", () => {
    expect([holds(items, "b"), holds(items, review), holds(items, "gone"), holds(settled, "gone")]).toEqual(["b", review, "c", review]);
  });
});
