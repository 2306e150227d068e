// Made-up answers of the API for the looks of the screens. Names, numbers and
// places are clearly fake; the real program is walked elsewhere.
import { readFileSync } from "node:fs";

const text = (zh, en) => ({ zh, en });

export function state(over = {}) {
  return {
    phase: "ready",
    site: { id: "site-demo-01", name: text("示例献血屋（西单）", "Sample Donation House, Xidan"), district: "110102", phone: "010-0000-0001" },
    name: "A-1",
    letter: "A",
    online: true,
    data_as_of: "2026-11-23T09:40:00+08:00",
    pending: 0,
    dead_letters: 0,
    set_aside: 0,
    outdated: false,
    reader: { state: "ready" },
    printer: { state: "ready" },
    disk: "ok",
    clock_suspect: false,
    today: "2026-11-23",
    now: "2026-11-23T09:41:00+08:00",
    staff_called: false,
    staff_coming: false,
    demo: true,
    version: "0.1.0",
    ...over,
  };
}

const span = (opens, closes) => [{ opens, closes }];
const weekend = span("09:30", "17:30");
const week = { mon: span("09:00", "17:00"), tue: span("09:00", "17:00"), wed: span("09:00", "17:00"), thu: span("09:00", "17:00"), fri: span("09:00", "17:00"), sat: weekend, sun: weekend };
const wholeBlood = { product: "whole_blood", volumes: [200, 300, 400], places: 6 };
const apheresis = { product: "apheresis_platelets", units: [1, 2], places: 3 };

function site(id, zh, en, district, metres, x, y, over = {}) {
  return {
    id,
    station: "beijing",
    kind: "fixed",
    name: text(`连心示范献血屋·${zh}`, `Lianxin Demo House · ${en}`),
    address: text(`${zh}示范街 ${(metres % 97) + 1} 号（示范地址）`, `${(metres % 97) + 1} Demo Street, ${en} (demonstration address)`),
    transport: text(`地铁${zh}站附近`, `Near ${en} station`),
    phone: "010-5550-0101",
    district,
    position: { latitude: 39.9, longitude: 116.4 },
    distance_metres: metres,
    here: false,
    hours: week,
    exceptions: [{ date: "2027-02-06", hours: null, note: text("春节", "Spring Festival") }],
    today: week.mon,
    slot_length: 30,
    facilities: ["wifi", "tv", "reading", "water", "toilet", "accessible"],
    offers: [wholeBlood],
    point: { x, y },
    ...over,
  };
}

export const sites = [
  site("xidan", "西单", "Xidan", "110102", 0, 478, 607, { here: true }),
  site("wangfujing", "王府井", "Wangfujing", "110101", 818, 525, 600, { today: span("13:00", "19:00") }),
  site("blood-center", "血液中心", "Blood Center", "110108", 2_630, 410, 500, {
    offers: [wholeBlood, apheresis],
    facilities: ["wifi", "tv", "reading", "printing", "charging", "water", "snacks", "toilet", "parking", "accessible"],
  }),
  site("gongzhufen", "公主坟", "Gongzhufen", "110108", 7_020, 400, 610, { today: null, kind: "mobile" }),
  site("sanlitun", "三里屯", "Sanlitun", "110105", 7_900, 585, 560),
  site("tongzhou", "通州", "Tongzhou", "110112", 21_400, 760, 640, { offers: [{ ...wholeBlood, volumes: [200, 400] }, apheresis] }),
  site("miyun", "密云", "Miyun", "110118", 68_900, 800, 262, { today: span("07:00", "09:00") }),
];

/** The picture the program answers, as it is drawn. */
export const districts = JSON.parse(readFileSync(new URL("../../backend/site/data/districts.json", import.meta.url), "utf8"));

export const operatorPanel = {
  state: state({ online: false, pending: 12, dead_letters: 1, printer: { state: "out_of_paper", code: "printer.out_of_paper" } }),
  device_id: "00000000-0000-7000-8000-000000000001",
  center: "https://center.example.invalid",
  dead_letters: [
    { id: "00000000-0000-7000-8000-0000000000a1", seq: 41, kind: "visit.checked_in", device_time: "2026-11-23T09:12:00+08:00", code: "visit.malformed", ticket: "A007", name_masked: "测*", document_masked: "110199********4902" },
  ],
  settled: [{ id: "00000000-0000-7000-8000-0000000000a0", seq: 17, kind: "visit.deferred", device_time: "2026-11-20T15:02:00+08:00", code: "visit.malformed", settled_by: "1024", settled_at: "2026-11-20T16:30:00+08:00" }],
  set_aside: [],
  last_push: "2026-11-23T09:40:00+08:00",
  last_error: "sync.unreachable",
  database: "SQLite 3.53.0, schema 7",
};

export function session(over = {}) {
  return {
    id: "00000000-0000-7000-8000-0000000000b1",
    step: "identify",
    language: "zh-CN",
    expires_at: new Date(Date.now() + 60_000).toISOString(),
    idle_seconds: 60,
    warn_seconds: 20,
    ...over,
  };
}

const typed = { document_kind: "resident_id", document_masked: "110199********4902", sex: "female", source: "typed" };
const byCode = { ...typed, name_masked: "测*", source: "code" };
const receipt = { state: "none", qr: "LX1.T.0123456789ABCDEFGHJK.00" };
const section = (n) => ({
  title: text(`第 ${n} 节（示例）`, `Section ${n} (sample)`),
  body: [
    text("这是用来看版面的示例文字，不是真正的同意书。请慢慢读完，有不明白的地方，随时可以请工作人员解释。", "Sample words to look at the layout, not the real consent. Please take your time to read this. If anything is unclear, staff will gladly explain."),
    text("您可以在任何时候改变主意，不需要说明理由。", "You may change your mind at any time without giving a reason."),
  ],
});

/** Steps of a check-in that take a special person or place to come to. */
const byCard = { ...byCode, source: "card" };
const grade = (id, zh, en, at) => ({ id, title: text(zh, en), at, certainty: "verified" });
const given = (on, site, din_end, product, volume_ml, units, result) => ({ id: `donation-${din_end}`, on, site_id: sites[site].id, din_end, product, volume_ml, units, result });
const passed = { state: "qualified", group: { abo: "AB", rhd: "+" } };
const line = (on, kind, points, balance, title) => ({ on, kind, points, balance, ...(title ? { title } : {}) });
const forDonation = text("献血", "Donation");

const calendarFile = (day, title) =>
  ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Lianxin//EN", "BEGIN:VEVENT", `UID:whole_blood-${day}@lianxin`, "DTSTAMP:20261123T010203Z", `DTSTART;VALUE=DATE:${day}`, `SUMMARY:${title}`, "DESCRIPTION:以当天健康征询为准", "BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:献血", "TRIGGER:PT9H", "END:VALARM", "END:VEVENT", "END:VCALENDAR", ""].join("\r\n");
const reminders = [
  { product: "whole_blood", file: calendarFile("20270522", "今天起可以献全血") },
  { product: "apheresis_platelets", file: calendarFile("20270222", "今天起可以献血小板") },
];

/** What is somebody's own: every state a result can have, honours, points that came and went. */
function account(over = {}) {
  return {
    donations: [
      given("2026-11-22", 0, "6543", "whole_blood", 400, 0, { state: "not_yet", from: "2026-11-25" }),
      given("2026-11-18", 1, "1207", "apheresis_platelets", 500, 2, { state: "awaited" }),
      given("2026-05-02", 0, "8831", "whole_blood", 300, 0, { state: "contact" }),
      given("2025-10-19", 1, "0455", "apheresis_platelets", 250, 1, passed),
      given("2025-04-06", 0, "7720", "whole_blood", 400, 0, passed),
    ],
    whole_blood_ml: 4300,
    apheresis_units: 3,
    next: [
      { product: "whole_blood", allowed: false, earliest_on: "2027-05-22", reasons: [] },
      { product: "apheresis_platelets", allowed: false, earliest_on: "2027-02-22", reasons: [] },
    ],
    honours: {
      count: 24,
      grade: grade("bronze", "奉献奖铜奖", "Bronze award", 20),
      next: grade("silver", "奉献奖银奖", "Silver award", 30),
      missing: 6,
      benefits: [
        { id: "scenic-spots", title: text("政府投资公园和风景区免票", "Free entry to public parks and scenic spots"), from: "bronze", certainty: "general-knowledge" },
        { id: "outpatient", title: text("公立医院免普通门诊诊查费", "No consultation fee at public hospitals"), from: "bronze", certainty: "general-knowledge" },
        { id: "transport", title: text("免费乘坐城市公共交通", "Free city transport"), from: "bronze", certainty: "general-knowledge" },
      ],
    },
    points: over.donations?.length === 0 ? { balance: 0, lapsing: [], lines: [] } : {
      balance: 245,
      lapsing: [{ on: "2027-11-23", points: 5 }],
      lines: [
        line("2026-11-23", "awarded", 5, 245, text("生日祝福", "Birthday")),
        line("2026-11-22", "awarded", 20, 240, forDonation),
        line("2026-08-01", "spent", -80, 220),
        line("2026-05-02", "awarded", 20, 300, forDonation),
      ],
    },
    redemptions: [],
    suggestions: { on: true, gifts: [] },
    corrections: [
      { subject: "missing", about: "2019-06-14", on: "2026-11-22", state: "open" },
      { donation_id: "donation-0455", subject: "amount", on: "2026-10-30", state: "bring_proof" },
      { donation_id: "donation-7720", subject: "place", on: "2025-12-01", state: "corrected" },
    ],
    as_of: "2026-11-23",
    ...over,
  };
}

/** Steps that the end-to-end tests come to on the real program. */
const amount = { product: "whole_blood", volume_ml: 400 };
const where = text("请到 2 号窗口等候（示例）", "Please wait at counter 2 (sample)");
const options = [
  { product: "whole_blood", allowed: true, earliest_on: "2026-11-23", reasons: [] },
  { product: "apheresis_platelets", allowed: true, earliest_on: "2026-11-23", reasons: [] },
];
const tooEarly = { rule_id: "interval", clause: "GB 18467-2011 8", certainty: "verified", until: "2027-05-22", text: text("两次献全血的间隔不少于 6 个月（示例）", "Six months between two donations of whole blood (sample)"), advice: text("到那一天再来（示例）", "Come again on that day (sample)") };
const question = { link_id: "q1", section: text("近况（示例）", "Lately (sample)"), text: text("您今天感觉好吗？（示例）", "Do you feel well today? (sample)"), help: text("", ""), type: "boolean", required: true };
const chosen = { donor: byCard, chosen: amount };
const walked = {
  identify: session(),
  booking: session({ step: "booking", donor: byCard, bookings: [{ id: "booking-1", site: sites[0].name, day: "2026-11-23", start: "09:30", ...amount, usable: true }], choices: [amount] }),
  walkIn: session({ step: "booking", donor: byCard, bookings: [], choices: [amount, { product: "apheresis_platelets", units: 1 }] }),
  repeat: session({ step: "repeat", donor: byCard, done: { ticket: "A012", ahead: 2, at: "2026-11-23T09:12:00+08:00", receipt, where } }),
  gate: session({ step: "gate", ...chosen, gate: { allowed: true, options, as_of: "2026-11-23T09:40:00+08:00" } }),
  deferred: session({ step: "deferred", ...chosen, gate: { allowed: false, options: [{ ...options[0], allowed: false, earliest_on: "2027-05-22", reasons: [tooEarly] }, options[1]], alternatives: [], as_of: "2026-11-23T09:40:00+08:00" } }),
  questionnaire: session({ step: "questionnaire", ...chosen, questionnaire: { title: text("健康征询（示例）", "Health questions (sample)"), answered: 0, items: [question, { ...question, link_id: "q2" }] } }),
  consent: session({ step: "consent", ...chosen, consent: { version: "2026.1", title: text("献血知情同意书", "Consent to donate blood"), sections: [1, 2, 3, 4, 5, 6].map(section) } }),
  exclusion: session({ step: "exclusion", ...chosen, exclusion: { title: text("保密的选择（示例）", "A private choice (sample)"), body: [text("没有人会问您为什么。", "Nobody will ask you why.")], options: [{ code: "use", text: text("可以使用", "It may be used") }, { code: "discard", text: text("请不要使用", "Please do not use it") }] } }),
  done: session({ step: "done", ...chosen, done: { ticket: "A012", ahead: 2, at: "2026-11-23T09:41:00+08:00", receipt, where } }),
};

/** One result on its way to somebody without their card. */
const ownResult = (result) => session({ aim: "account", step: "result", donor: typed, result: { left: 0, ...result } });

export const checkins = {
  ...walked,
  proof: session({ step: "proof", donor: typed }),
  waiting: session({ typed_from: "2026-11-23T09:52:00+08:00" }),
  passed: session({
    step: "consent",
    donor: byCode,
    consent: {
      version: "2026.1",
      title: text("献血知情同意书", "Consent to donate blood"),
      sections: [1, 2, 3, 4, 5, 6].map(section),
      pass: { at: "2026-11-23T07:32:00+08:00", site: sites[1].name },
    },
  }),
  elsewhere: session({
    step: "repeat",
    donor: byCode,
    done: {
      ticket: "B017",
      ahead: 0,
      at: "2026-11-23T09:12:00+08:00",
      receipt,
      site: sites[1].name,
      where: text(`您的号码在${sites[1].name.zh}有效。如想改在这里献血，请告诉工作人员。`, `Your number is good at ${sites[1].name.en}. If you would rather donate here, please tell the staff.`),
    },
  }),
  codeAsking: ownResult({ state: "asking" }),
  code: ownResult({ state: "code", ends: "2026-11-23T09:52:00+08:00", left: 5 }),
  codeWrong: ownResult({ state: "code", ends: "2026-11-23T09:52:00+08:00", wrong: true, left: 3 }),
  codeOpening: ownResult({ state: "opening", ends: "2026-11-23T09:52:00+08:00", left: 5 }),
  codeOver: ownResult({ state: "over" }),
  codeOffline: ownResult({ state: "failed", code: "result_code.offline" }),
  codeTooMany: ownResult({ state: "failed", code: "result_code.too_many", from: "2026-11-23T09:52:00+08:00" }),
  codeShown: ownResult({ state: "shown", donation: given("2026-05-02", 0, "8831", "whole_blood", 300, 0, { state: "contact" }), as_of: "2026-11-23" }),
  ownCard: session({ aim: "account" }),
  ownAsking: session({ aim: "account", step: "account", donor: byCard, account: { state: "asking" } }),
  ownFailed: session({ aim: "account", step: "account", donor: byCard, account: { state: "failed", code: "account.offline" } }),
  ownUnknown: session({ aim: "account", step: "account", donor: byCard, account: { state: "failed", code: "account.not_found" } }),
  ownNothing: session({ aim: "account", step: "account", donor: byCard, account: { state: "shown", account: account({ donations: [], next: [], corrections: [] }) } }),
  gifts: session({ aim: "gifts", step: "gifts", donor: byCard, account: { state: "shown", account: account() } }),
  own: session({ aim: "account", step: "account", donor: byCard, account: { state: "shown", account: account(), reminders } }),
};
