// The sample catalogue as a kiosk answers it, for the looks of the screens: what is
// left is made up, and searching is by part of a name only.
import { readFileSync } from "node:fs";
import { sites } from "./fixtures.mjs";

const source = readFileSync(new URL("../../backend/gift/data/catalogue.yaml", import.meta.url), "utf8");
const unquote = (s) => s.replace(/^"|"$/g, "");
const gifts = [];
const shelves = [];
for (const line of source.split("\n")) {
  const shelf = /^ {2}- id: ([\w-]+)/.exec(line);
  if (shelf) shelves.push({ id: shelf[1] });
  const name = /^ {4}name: \{zh: (.+), en: (.+)\}/.exec(line);
  if (name) shelves.at(-1).name = { zh: name[1], en: name[2] };
  const gift = /\{id: ([\w-]+), zh: (.+?), en: (".+?"|.+?), points: (\d+), picture: ([\w-]+), colour: (\w+)(, codes: true)?(?:, limit: (\d+))?/.exec(line);
  if (!gift) continue;
  const [, id, zh, en, points, picture, colour, codes, limit] = gift;
  const left = id === "desk-lamp" || id === "glass-teapot" ? 0 : (gifts.length * 7) % 43;
  gifts.push({ id, category: shelves.at(-1).id, name: { zh, en: unquote(en) }, points: Number(points), picture, colour, codes: codes !== undefined, limit: Number(limit ?? 0), left, here: left > 0, anywhere: id !== "glass-teapot" });
}

/** One gift as a card. */
export const gift = (id) => gifts.find((g) => g.id === id);
const place = { id: sites[0].id, name: sites[0].name };
// What the program would read the letters "d" and "te" as.
const wordsFor = (asked) => (!asked.get("text") ? [] : asked.get("words") === "zh-CN" ? ["电子", "电影", "电影演出", "电影票", "兑换券", "电动车", "蛋糕券", "地球仪", "打车券"] : asked.get("words") === "en" ? ["tea", "tennis", "tent", "teapot"] : []);
const list = ({ path }) => {
  const asked = new URL(path, "http://kiosk.invalid").searchParams;
  const fits = (g) => (!asked.get("text") || g.name.en.toLowerCase().includes(asked.get("text"))) && (!asked.get("here") || g.here) && (!asked.get("affordable") || g.points <= 245);
  const all = gifts.filter(fits);
  const found = all.filter((g) => !asked.get("category") || g.category === asked.get("category"));
  const from = Number(asked.get("offset"));
  return { gifts: found.slice(from, from + Number(asked.get("limit"))), total: found.length, categories: shelves.map((s) => ({ ...s, count: all.filter((g) => g.category === s.id).length })), place, words: wordsFor(asked), as_of: "2026-11-23T09:40:00+08:00" };
};
const places = (g) => (g.codes || !g.anywhere ? [] : sites.slice(0, 3).map((s, i) => ({ id: s.id, name: s.name, left: i ? 0 : g.left, available: i > 0 || g.left > 0, here: i === 0 })));

/** The answers about the catalogue. */
export const giftAnswers = { "GET /kiosk/gifts": list, ...Object.fromEntries(gifts.map((g) => [`GET /kiosk/gifts/${g.id}`, { gift: g, places: places(g) }])) };

const asked = (id, status, over = {}) => {
  const g = gift(id);
  return { id: `00000000-0000-7000-8000-${id.length.toString(16).padStart(12, "0")}`, gift_id: id, name: g.name, picture: g.picture, colour: g.colour, codes: g.codes, points: g.points, site_id: g.codes ? "" : sites[0].id, status, asked_at: "2026-11-20T10:00:00+08:00", may_cancel: false, ...over };
};

/** What somebody redeemed, in every state. */
export const redemptions = [
  asked("thermos-350", "confirmed", { may_cancel: true, cancel_until: "2026-12-04", pick_up_until: "2027-02-18" }),
  asked("film-ticket-two", "confirmed", { may_cancel: true, cancel_until: "2026-11-27" }),
  asked("desk-lamp", "refused", { reason: "gift.none_left", queued: true, closed_at: "2026-11-20T12:00:00+08:00" }),
  asked("plush-panda", "picked_up", { picked_up_at: "2026-09-02T10:00:00+08:00" }),
  asked("kite", "cancelled", { closed_at: "2026-08-02T10:00:00+08:00" }),
];

const chosen = (state, over = {}) => ({ state, id: "00000000-0000-7000-8000-0000000000c1", gift: gift("thermos-350"), site: place, points: 80, ...over });
const voucher = (over = {}) => ({ state: "shown", redemption_id: "00000000-0000-7000-8000-0000000000c1", number: "K7QM 2X4P", qr: "LX1.V.0123456789ABCDEFGHJK.00", gift: gift("thermos-350").name, points: 80, site_id: place.id, site: place.name, cancel_until: "2026-12-04", pick_up_until: "2027-02-18", receipt: { state: "none", qr: "" }, ...over });

/** Where somebody may stand in choosing a gift, as far as the end-to-end tests do not come there. */
export const redeeming = {
  "code-ready": { redemption: chosen("confirmed", { gift: gift("film-ticket-two"), site: undefined, points: 150 }) },
  "voucher-code": { voucher: voucher({ secret: "FILM-2026-8XQ4-7KPM", number: undefined, qr: "FILM-2026-8XQ4-7KPM", gift: gift("film-ticket-two").name, site: undefined, cancel_until: undefined, receipt: { state: "failed", code: "printer.out_of_paper", qr: "" } }) },
};

/** And where they come. */
export const redeemingWalked = {
  ...Object.fromEntries(["asking", "held", "confirming", "confirmed", "requested"].map((state) => [`gift-${state}`, { redemption: chosen(state, state === "held" ? { until: "2026-11-23T09:51:00+08:00" } : {}) }])),
  "gift-failed": { redemption: chosen("failed", { code: "redemption.offline", may_request: true }) },
  voucher: { voucher: voucher() },
  "voucher-asking": { voucher: voucher({ state: "asking", number: undefined, qr: undefined }) },
  "voucher-failed": { voucher: voucher({ state: "failed", code: "redemption.offline", number: undefined, qr: undefined }) },
};
