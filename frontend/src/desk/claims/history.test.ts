import { describe, expect, it } from "vitest";
import type { Schema } from "@/client";
import { toldOf } from "./history";

const event = (step: string, minute: number, by = "Wang", more: object = {}) => ({ step, by, duty: "capture", to: "draft", at: new Date(Date.UTC(2026, 10, 29, 1, minute)).toISOString(), ...more }) as Schema["ClaimEvent"];
const read = (...events: Schema["ClaimEvent"][]) => toldOf(events).map((t) => `${t.event.step} ${t.count} ${new Date(t.event.at).getUTCMinutes()}`);

describe("a claim's history", () => {
  it("reads what one person adds in one sitting as one line, with the time of the last", () =>
    expect(read(event("create", 0), event("attach", 1), event("attach", 1), event("attach", 9), event("submit", 10))).toEqual(["submit 1 10", "attach 3 9", "create 1 0"]));
  it("counts minutes from one to the next, not from the first", () => expect(read(event("attach", 0), event("attach", 9), event("attach", 18))).toEqual(["attach 3 18"]));
  it("keeps another person's apart", () => expect(read(event("attach", 1), event("attach", 2, "Li"), event("attach", 3))).toEqual(["attach 1 3", "attach 1 2", "attach 1 1"]));
  it("keeps another sitting apart", () => expect(read(event("attach", 1), event("attach", 11))).toEqual(["attach 1 11", "attach 1 1"]));
  it("keeps apart what something else lies between", () => expect(read(event("attach", 1), event("detach", 2), event("attach", 3))).toEqual(["attach 1 3", "detach 1 2", "attach 1 1"]));
  it("puts together nothing but documents", () => expect(read(event("change", 1), event("change", 1), event("detach", 2), event("detach", 2))).toEqual(["detach 1 2", "detach 1 2", "change 1 1", "change 1 1"]));
  it("is empty where nothing happened", () => expect(read()).toEqual([]));
});
