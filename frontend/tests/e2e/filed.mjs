// Claims that were taken in, reviewed and released before a test begins, by the way the
// desk's page asks for all of it.
import assert from "node:assert/strict";
import { asks, openPage } from "./deskpage.mjs";
import { until } from "./glass.mjs";

export const district = "110101";
/** Up to what one reviewer approves alone. */
export const fen = 450_000;
export const today = () => new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
export const daysAgo = (n) => new Date(Date.now() + 8 * 3_600_000 - n * 86_400_000).toISOString().slice(0, 10);

/** One of the made-up staff, logged in for as long as the work takes. */
export const asStaff = (ask) => async (login, work) => {
  await until(() => ask("POST", "/desk/demo-login", { login }).then(() => true, () => false), `${login} is logged in`, 70);
  const done = await work();
  await ask("POST", "/desk/logout", {});
  return done;
};

/** Takes a step of a claim at the version it has now. */
export const stepsOf = (ask) => async (id, what, more = {}) => ask("POST", `/claims/${id}/${what}`, { version: (await ask("GET", `/claims/${id}`)).version, ...more });

/** What a claim says whose donor is the patient too. */
const contentOf = (who, n, lines) => ({
  channel: "on_site", relation: "self", donor: { name: who.name, document_kind: "resident_id", document_number: who.number, phone: "13800000000", certificate: `TEST-${n}` }, patient: {},
  hospital: { name: "测试市第一人民医院", admitted: daysAgo(20), left: daysAgo(10) }, lines: lines.map((line) => ({ ...line, invoice: `TEST-${n}` })), insurance_fen: 0,
  payee: { kind: "bank_account", holder: who.name, account: `620000000000000${1000 + n}`, bank: "TEST BANK" }, commitment: { way: "scanned", on: today() },
});

/**
 * Files claims, each of another donor, and releases them. `review` more of two lines are
 * submitted and wait for a reviewer. The second reviewer approves, so that the first has
 * logins left. Answers the claims' IDs, and `others` whose donations pay for blood and who
 * have claimed nothing.
 */
export async function fileClaims({ browser, world, desk, released, review = 0, others = 0 }) {
  const painter = await browser.newPage({ viewport: { width: 320, height: 240 } });
  const { page, close } = await openPage(browser, "zh-CN", desk.match[1]);
  await until(() => page.evaluate(() => !!window.go?.app?.Bridge), "the page can ask");
  const ask = asks(page);
  const [as, step] = [asStaff(ask), stepsOf(ask)];
  const line = { component: "red_cells", fee: "blood", quantity: "1", on: daysAgo(15), amount_fen: fen };
  const filed = { released: [], review: [], others: [] };
  await as("demo.clerk", async () => {
    // How many of today's have given enough is another number each day.
    const people = [...new Map([...(await world.people()), ...(await world.people("--later"))].map((who) => [who.number, who])).values()];
    /** The next one whose donations pay for blood. */
    const entitled = async () => {
      for (let who = people.shift(); who; who = people.shift()) {
        const body = { donors: [{ kind: "resident_id", number: who.number, relation: "self" }], lines: [{ id: "1", ...line }] };
        if ((await ask("POST", "/relief/assessments", body)).assessment?.totals.payable_fen === fen) return who;
      }
      return assert.fail("too few people whose donations pay for blood");
    };
    for (let n = 0; n < released + review; n++) {
      const id = `filed-${n}`;
      const lines = n < released ? [line] : [line, { ...line, quantity: "2", on: daysAgo(14) }];
      await ask("POST", "/claims", { id, district, content: contentOf(await entitled(), n, lines) });
      for (const kind of (await ask("GET", `/claims/${id}`)).documents) {
        await painter.setContent(`<h1>${kind} ${n * 7919}</h1>`.repeat(3));
        const picture = await painter.screenshot({ type: "jpeg" });
        await ask("PUT", `/claims/${id}/attachments/${kind}-${n}`, { kind, content: picture.toString("base64") });
      }
      await step(id, "submit");
      filed[n < released ? "released" : "review"].push(id);
    }
    for (let n = 0; n < others; n++) filed.others.push(await entitled());
  });
  await as("demo.second", async () => {
    for (const id of filed.released) {
      await step(id, "take");
      await step(id, "approve", { amount_fen: fen });
    }
  });
  await as("demo.treasurer", async () => {
    for (const id of filed.released) await step(id, "release");
  });
  await Promise.all([close(), painter.close()]);
  return filed;
}
