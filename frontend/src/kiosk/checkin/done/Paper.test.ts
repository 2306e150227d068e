import { flushPromises } from "@vue/test-utils";
import { describe, expect, it } from "vitest";
import { routeFetch } from "../../../../tests/fetchRouter";
import { around, mountStep, sessionAt } from "../../../../tests/mountStep";
import Repeat from "../booking/Repeat.vue";
import type { Session } from "../session";
import Done from "./Done.vue";

const t = (zh: string) => ({ zh, en: zh });
type Receipt = NonNullable<Session["done"]>["receipt"];
const done = (receipt: Partial<Receipt>, ahead = 2) => ({ done: { ticket: "A012", ahead, where: t("请到候采区就座"), at: "2026-11-23T01:41:00Z", receipt: { state: "printed", qr: "排队号 A012", ...receipt } as Receipt } });

describe("the last screen", () => {
  it.each<[Partial<Receipt>, string, boolean]>([
    [{ state: "printing" }, "正在打印凭条", false],
    [{ state: "printed" }, "凭条已打印", false],
    [{ state: "failed", code: "printer.out_of_paper" }, "打印机没有纸了", true],
    [{ state: "unknown", code: "printer.timeout" }, "不能确定凭条有没有打印", true],
    [{ state: "failed" }, "凭条没有打印出来", true],
  ])("says of paper that is %j: %s", async (receipt, words, lost) => {
    routeFetch(around);
    const { page } = await mountStep(Done, sessionAt("done", done(receipt)));
    expect(page.get("[data-testid=paper]").text()).toContain(words);
    expect([page.get(".paper").classes("lost"), page.find("svg[role=img]").exists(), page.get("[data-testid=ticket]").text()]).toEqual([lost, true, "A012"]);
  });

  it("tells how many are ahead, or that one is next", async () => {
    routeFetch(around);
    const { page, session } = await mountStep(Done, sessionAt("done", done({})));
    expect(page.get("[data-testid=ahead]").text()).toBe("前面还有 2 位");
    session.session = sessionAt("done", done({}, 0));
    await flushPromises();
    expect(page.get("[data-testid=ahead]").text()).toBe("目前没有人排在您前面等候");
  });

  it("prints again, but not while it is printing", async () => {
    const sent = routeFetch({ ...around, "POST /kiosk/session/print": sessionAt("done", done({ state: "printing" })) });
    const { page } = await mountStep(Done, sessionAt("done", done({ state: "failed", code: "printer.jam" })));
    for (let i = 0; i < 2; i++) {
      await page.get("[data-testid=print]").trigger("click");
      await flushPromises();
    }
    expect(sent.filter((s) => s.key === "POST /kiosk/session/print")).toHaveLength(1);
  });

  it("ends by touch and forgets", async () => {
    routeFetch({ ...around, "DELETE /kiosk/session": null });
    const { page, session } = await mountStep(Done, sessionAt("done", done({})));
    await page.get(".actions .next").trigger("click");
    expect([session.session, session.ending]).toEqual([null, "finished"]);
  });

  it("of a second check-in offers the first ticket, and does not pretend that it was printed just now", async () => {
    routeFetch(around);
    const { page } = await mountStep(Repeat, sessionAt("repeat", { ...done({ state: "printed" }), donor: { name_masked: "王*", document_kind: "resident_id", document_masked: "1", sex: "male", source: "card" } }));
    expect(page.get("h1").text()).toBe("王*，您已经签到");
    expect([page.get("[data-testid=paper]").text(), page.get("[data-testid=ticket]").text()]).toEqual([expect.stringContaining("需要凭条吗"), "A012"]);
  });
});
