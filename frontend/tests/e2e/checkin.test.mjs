// The main job in three modes: a person checks in, the center has the visit.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openBrowser } from "../browser.mjs";
import { note } from "./figures.mjs";
import { modes, openGlass, until } from "./glass.mjs";
import { walker } from "./journey.mjs";
import { cast, stranger } from "./person.mjs";
import { openWorld, site } from "./world.mjs";

let browser, world, people;
before(async () => {
  [browser, world] = await Promise.all([openBrowser(), openWorld()]);
  people = cast(world);
});
after(async () => {
  await browser?.close();
  await world?.close();
});

/** A test with one glass in one mode, without trouble and findings at the end. */
function walked(name, mode, deed, { looking = true } = {}) {
  test(`${name}, ${mode.id}`, async () => {
    const glass = await openGlass(browser, world, { mode });
    const prefix = name.split(" ")[0];
    try {
      await deed(walker(glass, looking ? { look: (at) => glass.look(`${prefix}-${at}`) } : {}), glass);
      assert.deepEqual(glass.trouble, []);
      assert.deepEqual(glass.found, []);
    } catch (error) {
      await glass.picture(`failed-${prefix}`);
      throw error;
    } finally {
      await glass.ask("DELETE", "/kiosk/session").catch(() => undefined);
      await glass.ask("DELETE", "/kiosk/demo/cards").catch(() => undefined);
      note(glass);
      await glass.close();
    }
  });
}

const strangers = ["11019919900101051", "11019919920202053", "11019919940303055"].map(stranger);

for (const mode of Object.values(modes)) {
  walked("booked donor with a pass by card", mode, async (w, glass) => {
    const card = await people.card(glass, /this morning/);
    await w.begin();
    await w.look("identify");
    await w.card(card.id);
    await w.useBooking();
    await w.consent();
    await w.exclusion();
    const ticket = await w.ticket();
    await w.paper("printed");
    await w.look("done");
    const visit = await people.visit(card.number);
    assert.deepEqual([visit.ticket, visit.source, visit.language, visit.outcome, visit.site_id], [ticket, "card", mode.language, "waiting", site]);
    assert.ok(visit.screening.pass_id);
    await w.finish();
    await w.liftCard();
  });

  walked("first-time walk-in typing the number and answering every question", mode, async (w, glass) => {
    const number = strangers.pop();
    await w.begin();
    await glass.tap("by-number");
    await w.look("kind");
    await glass.back();
    await w.type(number, false);
    await w.look("number");
    await glass.next();
    await w.walkIn("whole_blood", /200|300|400/);
    await w.gate().waitFor();
    await w.look("gate");
    await glass.next();
    const asked = await w.questions();
    assert.ok(asked >= 35, `${asked} questions`);
    await w.consent();
    await w.exclusion(1);
    const ticket = await w.ticket();
    await w.paper("printed");
    const visit = await people.visit(number);
    assert.deepEqual([visit.ticket, visit.source, visit.screening.pass_id], [ticket, "typed", undefined]);
    assert.deepEqual((visit.screening.findings ?? []).map((f) => f.rule_id), []);
    await w.finish();
  });

  walked("scanned booking code, a second check-in, a reprint", mode, async (w, glass) => {
    const who = await people.booked("--pass");
    await w.begin();
    await glass.tap("by-code");
    await w.look("scan");
    await w.scan(who.code);
    await w.useBooking();
    await w.consent();
    await w.exclusion();
    const ticket = await w.ticket();
    await w.paper("printed");
    await w.finish();
    await glass.welcome(); // the next person has to choose their language anew
    await w.begin();
    await w.scan(who.code);
    assert.equal(await w.ticket(), ticket);
    await w.look("repeat");
    const before = await world.printed();
    await glass.tap("print");
    await until(async () => (await world.printed()) === before + 1, "a second paper");
    await w.paper("printed");
    await w.finish();
    assert.equal((await world.visits()).filter((v) => v.person.document.number === who.number).length, 1);
  });

  walked("deferred donor with a slip and an alternative", mode, async (w, glass) => {
    const card = await people.card(glass, /May not give whole blood/);
    await w.begin();
    await w.card(card.id);
    await w.walkIn("whole_blood", /200|300|400/);
    await glass.page.getByTestId("option-whole_blood").and(glass.page.locator("[data-kind=from]")).waitFor();
    await w.look("deferred");
    await glass.tap("print");
    await w.paper("printed");
    const visit = await people.visit(card.number);
    assert.deepEqual([visit.outcome, visit.ticket, visit.screening], ["deferred", undefined, undefined]);
    await w.finish();
    await w.liftCard();
  });
}

/** What a check-in costs a person who knows the way, without looks and pictures. */
async function measured(what, glass, deed) {
  const [began, taps] = [performance.now(), glass.taps];
  await deed();
  glass.figure = `${what}: ${glass.taps - taps} taps, ${((performance.now() - began) / 1_000).toFixed(1)} s`;
}
walked("figures of a booked donor with a pass", modes.zh, async (w, glass) => {
  const card = await people.card(glass, /this morning/);
  await measured("booked donor with a pass by card", glass, async () => {
    await w.begin();
    await w.card(card.id);
    await w.useBooking();
    await w.consent();
    await w.exclusion();
    await w.ticket();
  });
  await w.finish();
  await w.liftCard();
}, { looking: false });
walked("figures of a first-time walk-in", modes.zh, async (w, glass) => {
  const number = stranger("11019919960606057");
  let asked = 0;
  await measured("first-time walk-in", glass, async () => {
    await w.begin();
    await w.type(number);
    await w.walkIn("whole_blood", /400/);
    await w.gate().waitFor();
    await glass.next();
    asked = await w.questions();
    await w.consent();
    await w.exclusion();
    await w.ticket();
  });
  glass.figure += ` for ${asked} questions`;
  await w.finish();
}, { looking: false });
