import { describe, expect, it } from "vitest";
import { moneyOf, type Payment } from "./payments";

const tried = (...statuses: Payment["status"][]) => statuses.map((status, i) => ({ id: `p${i + 1}`, status }) as Payment);

describe("where a claim's money is", () => {
  it.each([
    ["to_pay", [], "waits"],
    ["to_pay", ["queued"], "queued"],
    ["to_pay", ["sent"], "sent"],
    ["to_pay", ["dropped"], "waits"],
    ["to_pay", ["returned"], "waits"],
    ["to_pay", ["returned", "queued"], "queued"],
    ["paid", ["paid"], ""],
    ["settled", ["paid"], ""],
    ["failed", ["failed"], "again"],
    ["failed", ["paid", "returned"], "arrived"],
    ["failed", ["returned", "dropped"], "again"],
    ["approved", ["returned"], "again"],
    ["approved", [], ""],
    ["returned", ["paid"], "arrived"],
    ["in_review", ["paid"], "arrived"],
    ["approved", ["paid"], "arrived"],
    ["returned", ["returned"], "back"],
    ["submitted", ["failed"], "back"],
    ["second_review", ["failed", "returned"], "back"],
    ["returned", [], ""],
    ["draft", [], ""],
    ["rejected", ["returned"], ""],
    ["withdrawn", ["returned"], ""],
  ] as const)("%s after %j: %s", (status, statuses, is) => expect(moneyOf(status, tried(...statuses)).is).toBe(is));
  it("names the payment somebody has, and else the last that was not taken out", () => {
    expect(moneyOf("returned", tried("failed", "paid", "dropped")).last?.id).toBe("p2");
    expect(moneyOf("failed", tried("failed", "returned", "dropped")).last?.id).toBe("p2");
  });
});
