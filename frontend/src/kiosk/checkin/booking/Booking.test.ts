import { flushPromises } from "@vue/test-utils";
import { describe, expect, it } from "vitest";
import { problem, routeFetch } from "../../../../tests/fetchRouter";
import { around, mountStep, sessionAt } from "../../../../tests/mountStep";
import type { Session } from "../session";
import Booking from "./Booking.vue";

const t = (zh: string) => ({ zh, en: zh });
type View = NonNullable<Session["bookings"]>[number];
const booking = (over: Partial<View> = {}): View => ({ id: "b1", site: t("示范献血屋"), day: "2026-11-23", start: "09:30", product: "whole_blood", volume_ml: 400, usable: true, ...over });
const donor = { name_masked: "王*", document_kind: "resident_id", document_masked: "110105********002X", sex: "female" as const, source: "card" as const };
const choices = [200, 300, 400].map((volume_ml) => ({ product: "whole_blood" as const, volume_ml }));

async function open(over: Partial<Session>, answers: Record<string, unknown> = {}) {
  const sent = routeFetch({ ...around, ...answers });
  const opened = await mountStep(Booking, sessionAt("booking", { donor, choices, ...over }));
  const tap = async (selector: string, n = 0) => (await opened.page.findAll(selector)[n]!.trigger("click"), flushPromises());
  return { ...opened, sent, tap };
}
const purpose = (sent: { key: string; body: unknown }[]) => sent.filter((s) => s.key === "POST /kiosk/session/purpose").map((s) => s.body);

describe("the booking", () => {
  it("of today is used by one touch", async () => {
    const w = await open({ bookings: [booking()] }, { "POST /kiosk/session/purpose": sessionAt("gate") });
    expect([w.page.get("h1").text(), w.page.get("[data-testid=usable-booking]").text()]).toEqual(["王*，您好", expect.stringContaining("400 毫升")]);
    await w.tap(".actions .next");
    expect([purpose(w.sent), w.session.step]).toEqual([[{ booking_id: "b1" }], "gate"]);
  });

  it("can be left for something else, and come back to", async () => {
    const w = await open({ bookings: [booking()] }, { "POST /kiosk/session/purpose": sessionAt("gate") });
    await w.tap("[data-testid=walk-in]");
    expect([w.page.find("[data-testid=usable-booking]").exists(), w.page.get(".actions .next").attributes("aria-disabled")]).toEqual([false, "true"]);
    await w.tap(".actions .button");
    expect(w.page.find("[data-testid=usable-booking]").exists()).toBe(true);
    await w.tap("[data-testid=walk-in]");
    await w.tap(".choice", 1);
    await w.tap(".actions .next");
    expect(purpose(w.sent)).toEqual([{ choice: { product: "whole_blood", volume_ml: 300 } }]);
  });

  it.each(["other_site", "other_day", "checked_in", "cancelled"] as const)("that is %s is explained, and one may give without it", async (why) => {
    const w = await open({ bookings: [booking({ usable: false, why })] });
    expect([w.page.get(`[data-testid=booking-${why}]`).text().length > 20, w.page.find("[data-testid=choose-whole_blood]").exists()]).toEqual([true, true]);
  });

  it("is not asked for again when something else was chosen before", async () => {
    const w = await open({ chosen: choices[2] });
    expect(w.page.findAll(".choice").map((c) => c.attributes("aria-checked"))).toEqual(["false", "false", "true"]);
  });

  it("of an expired document says so and lets go on", async () => {
    const w = await open({ donor: { ...donor, expired_on: "2026-10-01" }, bookings: [booking()] });
    expect([w.page.get("[data-testid=expired]").text(), w.page.get(".actions .next").attributes("aria-disabled")]).toEqual([expect.stringContaining("2026年10月1日"), undefined]);
  });

  it("that cannot be used after all says why and stays", async () => {
    const w = await open({ bookings: [booking()] }, { "POST /kiosk/session/purpose": problem(409, "appointment.not_usable", { why: "cancelled" }) });
    await w.tap(".actions .next");
    expect([w.page.get("[role=alert]").text(), w.session.step]).toEqual([expect.stringContaining("appointment.not_usable"), "booking"]);
  });

  it("is of somebody else: back begins anew", async () => {
    const w = await open({}, { "POST /kiosk/session/back": sessionAt("identify") });
    await w.tap(".actions .button");
    expect(w.session.step).toBe("identify");
  });
});
