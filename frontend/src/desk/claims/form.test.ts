import { describe, expect, it } from "vitest";
import { dayOf, daysSince, todayThere } from "./day";
import { contentOf, emptyForm, formOf, nextLine, waivedIn, type Content, type LineForm } from "./form";
import { fenOf, typedYuan, yuan } from "./money";

const today = "2026-11-29";

describe("an amount as it is typed", () => {
  it.each([
    ["", undefined],
    ["0", 0],
    ["660", 66_000],
    ["1,234.5", 123_450],
    ["￥12.34", 1_234],
    ["12.", 1_200],
    ["12.345", undefined],
    ["-5", undefined],
    ["abc", undefined],
  ])("%s is %s fen", (text, fen) => expect(fenOf(text)).toBe(fen));
  it("is shown as it was typed, and as people read it", () => {
    expect([typedYuan(undefined), typedYuan(0), typedYuan(66_000), typedYuan(1_230)]).toEqual(["", "0", "660", "12.30"]);
    expect(yuan(123_456_789)).toBe("1,234,567.89");
  });
});

describe("a day as it is typed", () => {
  it.each([
    ["20261103", "2026-11-03"],
    ["2026-11-3", "2026-11-03"],
    ["2026年11月3日", "2026-11-03"],
    ["1103", "2026-11-03"],
    ["12-5", "2025-12-05"],
    ["1129", "2026-11-29"],
    ["1130", "2025-11-30"],
    ["20260230", ""],
    ["2026-13-01", ""],
    ["202611", ""],
    ["yesterday", ""],
    ["", ""],
  ])("%s is %s", (text, day) => expect(dayOf(text, today)).toBe(day));
  it("begins at midnight in Beijing", () => expect(todayThere(new Date("2026-11-28T16:30:00Z"))).toBe("2026-11-29"));
  it("is counted in whole days", () => expect([daysSince("2026-11-29T00:00:00Z", Date.parse("2026-11-30T23:00:00Z")), daysSince("2026-11-29T00:00:00Z", 0)]).toEqual([1, 0]));
});

describe("what a form says", () => {
  it("is next to nothing in the beginning", () => {
    expect(contentOf(emptyForm("110105", "on_site", today), today)).toEqual({ channel: "on_site", payee: { kind: "bank_account" }, commitment: { way: "scanned", on: today } });
    expect(contentOf(emptyForm("110105", "mail", today), today).letters).toEqual([{ on: today }]);
  });

  it("comes back as it was, and its form too", () => {
    const content: Content = {
      channel: "mail",
      donor: { name: "王𬭎", document_kind: "resident_id", document_number: "110199199001010019", phone: "13800000000", certificate: "京A-1" },
      relation: "parent",
      patient: { name: "王母", document_kind: "resident_id", document_number: "110199196001010027" },
      agent: { name: "李代办", document_kind: "passport", document_number: "UTO:L898902C3", phone: "13900000000" },
      hospital: { name: "北京某医院", admitted: "2026-10-01", left: "2026-10-09" },
      lines: [{ component: "red_cells", fee: "blood", quantity: "2", amount_fen: 66_000, on: "2026-10-02", invoice: "NO-1" }],
      insurance_fen: 0,
      payee: { kind: "bank_account", holder: "王母", account: "6200000000000000", bank: "某银行" },
      commitment: { way: "scanned", on: "2026-11-28" },
      letters: [{ carrier: "EMS", tracking: "E1", on: "2026-11-27" }],
      remark: "急",
    };
    const form = formOf(content, "110105", today);
    expect(form.payee.who).toBe("patient");
    expect(contentOf(form, today)).toEqual(content);
    expect(formOf(contentOf(form, today), "110105", today)).toEqual(form);
  });

  it("leaves the patient out who is the donor, and pays whoever is chosen", () => {
    const form = emptyForm("110105", "on_site", today);
    Object.assign(form.donor, { name: " 王𬭎 " });
    form.relation = "self";
    form.patient.name = "somebody";
    const content = contentOf(form, today);
    expect(content.patient).toBeUndefined();
    expect(content.payee?.holder).toBe("王𬭎");
  });

  it("has no line in which only what was copied stands", () => {
    const form = emptyForm("110105", "on_site", today);
    form.lines = [{ component: "red_cells", fee: "blood", quantity: "2", yuan: "660", on: "1002", invoice: "NO-1" }];
    form.lines.push(nextLine(form.lines[0]));
    expect(contentOf(form, today).lines).toEqual([{ component: "red_cells", fee: "blood", quantity: "2", amount_fen: 66_000, on: "2026-10-02", invoice: "NO-1" }]);
  });
});

describe("lines a hospital has waived", () => {
  const line = (quantity: string, on: string, fee: LineForm["fee"] = ""): LineForm => ({ component: "red_cells", fee, quantity, yuan: "100", on, invoice: "TEST" });
  const waived = (quantity: string, same = true) => ({ line: 0, same, case: "H110101-2026-00001", hospital: { zh: "", en: "" }, charge: { component: "red_cells" as const, fee: "blood" as const, quantity, on: "2026-11-03" }, waived_fen: 1 });
  const places = (lines: LineForm[], ...all: ReturnType<typeof waived>[]) => waivedIn(lines, all, today).map((w) => w.location);
  it("are found however they are typed, wherever they stand by now", () => expect(places([line("1", "1103"), line("2", "1103")], waived("2.0"))).toEqual(["lines[1]"]));
  it("are none once the line is another one or gone", () => expect([places([line("1", "1103")], waived("2.0")), places([], waived("2")), places([line("2", "1104"), line("2", "1103", "irradiation")], waived("2"))]).toEqual([[], [], []]));
  it("are the last of several alike, as many as were waived", () => expect([places([line("2", "1103"), line("2", "1103")], waived("2")), places([line("2", "1103"), line("2", "1103")], waived("2"), waived("2"))]).toEqual([["lines[1]"], ["lines[1]", "lines[0]"]]));
  it("are no doubts", () => expect(places([line("2", "1103")], waived("2", false))).toEqual([]));
});
