// Brings the program to a step of the check-in without the glass, so that a
// test of one step need not walk through all before it. The page then takes the
// running session up as it does after a reload.
import { until } from "./glass.mjs";

/** Lays a card down once the reader has seen that there is none: it reads no card that was not lifted before. */
export async function layDown(ask, id) {
  await until(async () => (await ask("GET", "/kiosk/state")).reader.state === "ready", "the reader is ready");
  return ask("POST", `/kiosk/demo/cards/${id}`);
}

const booked = async (ask, who) => {
  await ask("POST", "/kiosk/session", { language: "zh-CN" });
  return ask("POST", "/kiosk/session/code", { text: who.code });
};
const gate = async (ask, who) => {
  const s = await booked(ask, who);
  const purpose = s.bookings?.[0]?.usable ? { booking_id: s.bookings[0].id } : { choice: s.choices[0] };
  return ask("POST", "/kiosk/session/purpose", purpose);
};
const deferred = async (ask, who) => {
  await ask("POST", "/kiosk/session", { language: "zh-CN" });
  await layDown(ask, who.id);
  const s = await until(async () => {
    const now = await ask("GET", "/kiosk/session");
    return now.step === "booking" && now;
  }, "the card is read");
  await ask("DELETE", "/kiosk/demo/cards");
  return ask("POST", "/kiosk/session/purpose", { choice: s.choices[0] });
};
const proof = async (ask, who) => {
  await ask("POST", "/kiosk/session", { language: "zh-CN" });
  const s = await ask("POST", "/kiosk/session/identity", { kind: "resident_id", number: who.number });
  return ask("POST", "/kiosk/session/purpose", { choice: s.choices[0] });
};
const questionnaire = async (ask, who) => {
  await gate(ask, who);
  return ask("POST", "/kiosk/session/continue");
};
const consent = async (ask, who) => {
  let s = await questionnaire(ask, who);
  while (s.step === "questionnaire") {
    const open = s.questionnaire.items.find((q) => !q.answer);
    s = open ? await ask("PUT", `/kiosk/session/answers/${open.link_id}`, { staff: true }) : await ask("POST", "/kiosk/session/answers/submit");
  }
  return s;
};
const exclusion = async (ask, who) => {
  const s = await consent(ask, who);
  const strokes = [Array.from({ length: 40 }, (_, i) => ({ x: 1000 + i * 150, y: 2000 + (i % 7) * 300, t: i * 20 }))];
  return ask("POST", "/kiosk/session/consent", { version: s.consent.version, scrolled_in: s.language, strokes });
};
const done = async (ask, who) => {
  await exclusion(ask, who);
  return ask("POST", "/kiosk/session/exclusion", { code: "use" });
};
const repeat = async (ask, who) => {
  await done(ask, who);
  return booked(ask, who);
};
const gifts = async (ask, who) => {
  await ask("POST", "/kiosk/session", { language: "zh-CN", aim: "gifts" });
  await layDown(ask, who.id);
  const s = await until(async () => {
    const now = await ask("GET", "/kiosk/session");
    return now.account?.state === "shown" && now;
  }, "what is theirs");
  await ask("DELETE", "/kiosk/demo/cards");
  return s;
};
const identify = (ask) => ask("POST", "/kiosk/session", { language: "zh-CN" });

/** Every step of a check-in, and how to get there. */
export const steps = { identify, booking: booked, gate, deferred, proof, questionnaire, consent, exclusion, done, repeat, gifts };
