// Every screen of the kiosk that a made-up program can bring about: the answers it
// gives, and what one does to get there. The end-to-end tests look at those that are
// `walked` on the real program; here only tricks are tried on them. An `id` that stands
// in app/testdata/screens.json is that screen.
import { never } from "./browser.mjs";
import { giftAnswers, redeeming, redeemingWalked, redemptions } from "./catalogue.mjs";
import { checkins, districts, operatorPanel, session, sites, state } from "./fixtures.mjs";

const noSession = { problem: true, status: 404, code: "session.none" };
const base = { "GET /kiosk/state": state(), "GET /kiosk/session": noSession, "GET /kiosk/sites": sites, "GET /kiosk/districts": districts };
const offline = { ...base, "GET /kiosk/state": state({ online: false, pending: 3 }) };

/** The answers with somebody's check-in going on. */
const checkin = (id) => {
  const now = (over) => ({ ...checkins[id], expires_at: new Date(Date.now() + 60_000).toISOString(), ...over });
  const spoken = ({ body }) => now({ language: JSON.parse(body).language });
  return { ...base, ...giftAnswers, "GET /kiosk/session": () => now(), "POST /kiosk/session/touch": () => now(), "PUT /kiosk/session/language": spoken };
};

/** Somebody at the gifts, with more of a session. */
const atGifts = (over) => {
  const answers = checkin("gifts");
  const whole = () => ({ ...answers["GET /kiosk/session"](), ...over });
  const spoken = ({ body }) => ({ ...whole(), language: JSON.parse(body).language });
  return { ...answers, "GET /kiosk/session": whole, "POST /kiosk/session/touch": whole, "PUT /kiosk/session/language": spoken };
};
const suggested = { on: true, gifts: [{ gift_id: "plush-panda", because: "plush-bear" }, { gift_id: "film-ticket-two" }, { gift_id: "lantern", because: "kite" }] };
const withAccount = (over) => ({ account: { state: "shown", account: { ...checkins.own.account.account, ...over } } });

const tap = (name) => (page) => page.getByRole("button", { name }).first().click();
const press = (...ids) => async (page) => {
  for (const id of ids) await page.getByTestId(id).first().click();
};

/** Screens the end-to-end tests look at. */
const walked = [
  ...["identify", "booking", "repeat", "gate", "deferred", "questionnaire", "consent", "exclusion", "done"].map((id) => ({ id, answers: checkin(id) })),
  { id: "identify-code", answers: checkin("identify"), go: press("by-code") },
  { id: "kind", answers: checkin("identify"), go: press("by-number") },
  { id: "country", answers: checkin("identify"), go: press("by-number", "kind-passport") },
  { id: "number", answers: checkin("identify"), go: press("by-number", "kind-resident_id") },
  { id: "walk-in", answers: checkin("walkIn") },
  { id: "leave", answers: checkin("questionnaire"), go: press("leave") },
  { id: "own-give-back", answers: atGifts({ step: "account", aim: "account", ...withAccount({ redemptions }) }), go: async (page) => (await page.getByRole("radio", { name: /爱心点|Points/ }).click(), await press("cancel-thermos-350")(page)) },
  { id: "own-code-opening", answers: checkin("codeOpening") },
  { id: "gift", answers: atGifts(withAccount({ suggestions: { on: false, gifts: [] } })), go: press("shelf-kitchen", "gift-thermos-350") },
  ...Object.entries(redeemingWalked).map(([id, over]) => ({ id, answers: atGifts(over) })),
  { id: "gifts-public", answers: { ...base, ...giftAnswers }, path: "#/gifts" },
  { id: "gifts-search", answers: { ...base, ...giftAnswers }, path: "#/gifts", go: press("search") },
  { id: "demo-tray", answers: { ...base, "GET /kiosk/demo/cards": [] }, go: press("demo-tray") },
].map((screen) => ({ ...screen, walked: true }));

export const screens = [
  ...walked,
  { id: "welcome", answers: base },
  { id: "welcome-offline", answers: offline },
  {
    id: "welcome-faults",
    answers: { ...base, "GET /kiosk/state": state({ reader: { state: "absent" }, printer: { state: "out_of_paper", code: "printer.out_of_paper" } }) },
  },
  { id: "own-card", answers: checkin("ownCard") },
  { id: "own-no-reader", answers: { ...checkin("ownCard"), "GET /kiosk/state": state({ reader: { state: "absent", code: "reader.none" } }) } },
  { id: "own-asking", answers: checkin("ownAsking") },
  { id: "own-failed", answers: checkin("ownFailed") },
  { id: "own-nothing", answers: checkin("ownNothing") },
  { id: "own-results", answers: checkin("own") },
  { id: "own-donations", answers: checkin("own"), go: (page) => page.getByRole("radio", { name: /我的献血|My donations/ }).click() },
  { id: "own-card-of-years", answers: checkin("own"), go: async (page) => (await page.getByRole("radio", { name: /我的献血|My donations/ }).click(), await page.getByTestId("year-cards").click(), await page.getByTestId("year-card").waitFor()) },
  {
    id: "own-calendar",
    answers: checkin("own"),
    go: async (page) => {
      await page.getByRole("radio", { name: /我的献血|My donations/ }).click();
      await page.getByTestId("calendar").click();
    },
  },
  { id: "own-unknown", answers: checkin("ownUnknown") },
  { id: "own-correction", answers: checkin("own"), go: (page) => correct(page) },
  { id: "own-correction-what", answers: checkin("own"), go: (page) => correct(page, /2025/) },
  { id: "own-correction-when", answers: checkin("own"), go: (page) => correct(page, /少了一次献血|is missing/) },
  { id: "own-points", answers: checkin("own"), go: (page) => page.getByRole("radio", { name: /爱心点|Points/ }).click() },
  { id: "own-redeemed", answers: atGifts({ step: "account", aim: "account", ...withAccount({ redemptions }) }), go: (page) => page.getByRole("radio", { name: /爱心点|Points/ }).click() },
  { id: "gifts-public-one", answers: { ...base, ...giftAnswers }, path: "#/gifts", go: async (page) => (await page.getByTestId("shelf-kitchen").click(), await page.getByTestId("gift-thermos-350").click(), await page.locator(".places").waitFor()) },
  { id: "gifts", answers: atGifts(withAccount({ suggestions: suggested })), go: (page) => page.getByTestId("suggested").waitFor() },
  { id: "gifts-words", answers: { ...base, ...giftAnswers }, path: "#/gifts", go: async (page) => (await page.getByTestId("search").click(), await page.keyboard.type("te"), await page.locator("[data-testid^=word-]").first().waitFor()) },
  { id: "gifts-shelf", answers: { ...atGifts(withAccount({ suggestions: { on: false, gifts: [] } })), "GET /kiosk/state": state({ online: false }) }, go: (page) => page.getByTestId("shelf-culture").click() },
  ...Object.entries(redeeming).map(([id, over]) => ({ id: `redeem-${id}`, answers: atGifts(over) })),
  { id: "own-print", answers: ownPapers("printing"), go: printSlip },
  { id: "own-printed", answers: ownPapers("printed"), go: printSlip },
  { id: "own-print-failed", answers: ownPapers("failed", "printer.out_of_paper"), go: printSlip },
  { id: "own-number", answers: checkin("ownCard"), go: donationNumber },
  ...["asking", "", "Wrong", "Over", "Offline", "TooMany", "Shown"].map((which) => ({ id: `own-code${which && `-${which.toLowerCase()}`}`, answers: checkin(`code${which === "asking" ? "Asking" : which}`) })),
  { id: "staff-call", answers: { ...base, "POST /kiosk/staff-call": { raised_at: "2026-11-23T09:41:00+08:00", sent: true } }, go: tap(/呼叫工作人员|Call staff/) },
  { id: "staff-call-offline", answers: { ...offline, "POST /kiosk/staff-call": { raised_at: "2026-11-23T09:41:00+08:00", sent: false } }, go: tap(/呼叫工作人员|Call staff/) },
  {
    id: "staff-coming",
    answers: { ...base, "GET /kiosk/state": state({ staff_called: true, staff_coming: true }), "POST /kiosk/staff-call": { raised_at: "2026-11-23T09:41:00+08:00", sent: true } },
    go: async (page) => (await tap(/工作人员|[Ss]taff/)(page), await page.getByRole("dialog").getByText(/正在过来|on the way/).first().waitFor()),
  },
  { id: "start-fails", answers: { ...base, "POST /kiosk/session": { problem: true, status: 500, code: "internal" } }, go: tap(/我来签到|Check in/) },
  { id: "start-disk-fails", answers: { ...base, "POST /kiosk/session": { problem: true, status: 503, code: "store.failing" } }, go: tap(/我来签到|Check in/) },
  { id: "sites", answers: base, path: "#/sites" },
  { id: "sites-map", answers: base, path: "#/sites", go: (page) => page.getByRole("radio", { name: /地图|Map/ }).click() },
  { id: "sites-apheresis", answers: { ...base, "GET /kiosk/sites?product=apheresis_platelets": sites.filter((s) => s.offers.length > 1) }, path: "#/sites", go: (page) => page.getByRole("radio", { name: /成分血|Apheresis/ }).click() },
  { id: "sites-empty", answers: { ...base, "GET /kiosk/sites": [] }, path: "#/sites" },
  { id: "sites-fault", answers: { ...base, "GET /kiosk/sites": { problem: true, status: 500, code: "internal" } }, path: "#/sites" },
  { id: "site-detail", answers: base, path: "#/sites", go: tap(/血液中心|Blood Center/) },
  ...[1, 2, 3, 4, 5, 6].map((n) => ({
    id: `story-${n}`,
    answers: base,
    path: "#/story",
    go: async (page) => {
      for (let i = 1; i < n; i++) await page.getByRole("button", { name: /下一幅|^Next$/ }).click();
    },
  })),
  { id: "unenrolled", answers: { ...base, "GET /kiosk/state": state({ phase: "unenrolled", site: undefined, data_as_of: undefined, enrolment: { status: "none" } }) } },
  { id: "pending", answers: { ...base, "GET /kiosk/state": state({ phase: "pending", site: undefined, data_as_of: undefined, enrolment: { status: "pending", fingerprint: "4F2A 91C0 7B3E D815", center: "center.example.invalid" } }) } },
  ...["starting", "revoked"].map((phase) => ({ id: phase, answers: { ...base, "GET /kiosk/state": state({ phase }) } })),
  { id: "outdated", answers: { ...base, "GET /kiosk/state": state({ outdated: true, online: false }) } },
  { id: "disk-full", answers: { ...base, "GET /kiosk/state": state({ disk: "full" }) } },
  { id: "loading", answers: { ...base, "GET /kiosk/state": never } },
  { id: "unreachable", answers: { ...base, "GET /kiosk/state": { problem: true, status: 500, code: "internal" } } },
  { id: "operator-pin", answers: base, go: knock },
  {
    id: "operator-wrong-pin",
    answers: { ...base, "POST /kiosk/operator": { problem: true, status: 403, code: "operator.pin" } },
    go: async (page) => (await knock(page), await enterPin(page)),
  },
  {
    id: "operator-outdated",
    answers: { ...base, "POST /kiosk/operator": {
        ...operatorPanel,
        last_error: "sync.protocol_too_old",
        state: state({ outdated: true, online: false, set_aside: 22 }),
        set_aside: [
          { noun: "site", code: "sync.change_unreadable", attempts: 3, last_at: "2026-11-23T09:12:00+08:00" },
          { noun: "donor", code: "store.constraint", attempts: 1, last_at: "2026-11-22T17:40:00+08:00" },
        ],
      } },
    go: async (page) => (await knock(page), await enterPin(page)),
  },
  { id: "operator", answers: { ...base, "POST /kiosk/operator": operatorPanel }, go: async (page) => (await knock(page), await enterPin(page)) },
  {
    id: "operator-letter",
    answers: { ...base, "POST /kiosk/operator": operatorPanel },
    go: async (page) => {
      await knock(page);
      await enterPin(page);
      await page.getByTestId("letter-begin").click();
      for (const key of ["1", "0", "2", "4"]) await page.getByRole("button", { name: key, exact: true }).click();
    },
  },
  { id: "proof-card", answers: checkin("proof") },
  { id: "proof-code", answers: { ...checkin("proof"), "GET /kiosk/state": state({ reader: { state: "absent", code: "reader.none" } }) } },
  { id: "typed-wait", answers: checkin("waiting"), go: (page) => page.getByTestId("by-number").click() },
  { id: "consent-pass", answers: checkin("passed") },
  { id: "repeat-elsewhere", answers: checkin("elsewhere") },
  {
    id: "more-time",
    answers: { ...base, "GET /kiosk/session": () => session({ expires_at: new Date(Date.now() + 19_500).toISOString() }) },
    go: async (page) => {
      await page.getByRole("alertdialog").waitFor();
      await stand(page); // else the time is over before a busy machine has looked
    },
  },
  { id: "gallery", gallery: true, answers: {} },
  { id: "gallery-sheet", gallery: true, answers: {}, query: "&sheet=true" },
];

/** A paper of the first donation, as it stands once it was asked for. */
function ownPapers(state, code) {
  const answers = checkin("own");
  const now = () => ({ ...answers["GET /kiosk/session"](), paper: { donation_id: "donation-6543", kind: "result_slip", state, ...(code && { code }) } });
  return { ...answers, "POST /kiosk/session/papers": now, "GET /kiosk/session": answers["GET /kiosk/session"] };
}
async function printSlip(page) {
  await page.getByTestId("print-donation-6543").click();
  await page.getByTestId("paper-result_slip").click();
  await page.locator("[data-testid=paper-state][data-state]").waitFor({ state: "attached" });
}
async function donationNumber(page) {
  await page.getByTestId("by-din").click();
  await page.getByTestId("kind-resident_id").click();
  for (const key of "110199199003049024") await page.getByRole("button", { name: key, exact: true }).click();
  await page.getByRole("button", { name: /^下一步$|^Next$/ }).click();
}

async function knock(page) {
  const box = await page.locator(".corner").boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.getByRole("dialog").waitFor();
  await page.mouse.up();
}
async function enterPin(page) {
  for (const key of ["2", "4", "6", "8"]) await page.getByRole("button", { name: key, exact: true }).click();
  await page.getByRole("button", { name: /^进入$|^Enter$/ }).click();
  await page.locator(".panel, [role=alert]").first().waitFor();
}
/** Lets the page's clock stand. */
export const stand = (page) =>
  page.evaluate(() => {
    const now = performance.now();
    performance.now = () => now;
  });

/** Opens what a donor can say is not right, and chooses a donation. */
async function correct(page, donation) {
  await page.getByRole("radio", { name: /我的献血|My donations/ }).click();
  await page.getByTestId("correction").click();
  await page.getByRole("dialog").waitFor();
  if (donation) await page.getByRole("dialog").getByRole("radio", { name: donation }).click();
}
