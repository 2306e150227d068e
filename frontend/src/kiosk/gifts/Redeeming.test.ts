import { flushPromises } from "@vue/test-utils";
import { describe, expect, it } from "vitest";
import { routeFetch } from "../../../tests/fetchRouter";
import { around, mountStep, sessionAt } from "../../../tests/mountStep";
import Choosing from "./Choosing.vue";
import type { Session } from "../checkin/session";
import type { Gift } from "./gift";

const gift: Gift = { id: "kite", category: "children", name: { zh: "沙燕风筝", en: "Swallow kite" }, points: 60, picture: "kite", colour: "red", left: 3, here: true, anywhere: true };
const place = { id: "s", name: { zh: "西单献血屋", en: "Xidan" } };
type Redemption = NonNullable<Session["redemption"]>;
const at = (over: Partial<Redemption>) => sessionAt("gifts", { aim: "gifts", redemption: { state: "held", id: "r1", gift, site: place, points: 60, ...over } });
const open = (over: Partial<Redemption>) => mountStep(Choosing, at(over));

describe("a gift somebody chose", () => {
  it("is asked about in words before anything is spent", async () => {
    const sent = routeFetch({ ...around, "POST /kiosk/session/gifts/confirm": at({ state: "confirming" }) });
    const { page } = await open({});
    expect(page.get("h1").text()).toBe("用 60 爱心点兑换“沙燕风筝”？");
    expect(page.text()).toContain("到 西单献血屋 领取");
    expect(sent.filter((s) => s.key.startsWith("POST"))).toEqual([]);
    await page.get(".actions .next").trigger("click");
    await flushPromises();
    expect(page.get("h1").text()).toBe("正在兑换");
  });

  it("is given back by who does not want it", async () => {
    const sent = routeFetch({ ...around, "POST /kiosk/session/gifts/release": sessionAt("gifts", { aim: "gifts" }), "GET /kiosk/gifts?offset=0&limit=6": { gifts: [], total: 0, categories: [], place } });
    const { page } = await open({});
    await page.get(".actions button").trigger("click");
    await flushPromises();
    expect(sent.some((s) => s.key === "POST /kiosk/session/gifts/release")).toBe(true);
    expect(page.get("h1").text()).toBe("爱心礼品");
  });

  it.each([
    ["point.not_enough", { has: 20, takes: 60 }],
    ["gift.none_left", {}],
    ["gift.limit", { limit: 2 }],
    ["gift.over", {}],
    ["gift.price_changed", { points: 80 }],
  ])("that cannot be had says why, and what to do: %s", async (code, params) => {
    routeFetch(around);
    const { page } = await open({ state: "failed", code, params });
    const fault = page.get("[role=alert]");
    expect(fault.text()).toContain(code); // the code for whoever helps
    expect(fault.text()).not.toMatch(/\{|fault\./);
    expect(fault.findAll("p").filter((p) => p.text().length > 3).length).toBeGreaterThanOrEqual(2);
    expect(page.find("[data-testid=request]").exists()).toBe(false);
  });

  it("may be requested when the center cannot be reached, which is no promise", async () => {
    routeFetch({ ...around, "POST /kiosk/session/gifts/request": at({ state: "requested" }) });
    const { page } = await open({ state: "failed", code: "redemption.offline", may_request: true });
    await page.get("[data-testid=request]").trigger("click");
    await flushPromises();
    expect(page.find("[data-testid=redemption-requested]").exists()).toBe(true);
    expect(page.text()).toContain("这不是承诺");
    expect(page.text()).not.toContain("兑换成功");
  });

  it("whose answer was lost is said to be unknown, and nothing is said of points", async () => {
    const sent = routeFetch({ ...around, "POST /kiosk/session/gifts/choose": at({ state: "confirmed" }) });
    const { page } = await open({ state: "failed", code: "redemption.offline" });
    expect(page.get("h1").text()).toBe("还不知道换成没有");
    expect(page.text()).not.toMatch(/点数没有少|申请/);
    expect(page.find("[data-testid=request]").exists()).toBe(false);
    await page.get("[data-testid=ask-again]").trigger("click");
    await flushPromises();
    expect(sent.find((s) => s.key.endsWith("/choose"))?.body).toEqual({ gift_id: "kite", site_id: "s", points: 60 });
    expect(page.get("h1").text()).toBe("兑换成功");
  });

  it("that is a code is shown only when asked for", async () => {
    const voucher = { state: "shown", redemption_id: "r1", secret: "AB12-CD34", qr: "AB12-CD34", gift: gift.name, receipt: { state: "none", qr: "" } } as Session["voucher"];
    const code = at({ state: "confirmed", gift: { ...gift, codes: true }, site: undefined });
    routeFetch({ ...around, "POST /kiosk/session/redemptions/r1/show": { ...code, voucher } });
    const { page } = await mountStep(Choosing, code);
    expect(page.text()).toContain("看过以后就不能再取消");
    expect(page.text()).not.toContain("AB12");
    await page.get("[data-testid=show]").trigger("click");
    await flushPromises();
    expect(page.get("[data-testid=voucher]").text()).toContain("AB12-CD34");
  });
});
