// What goes wrong in a lobby: no network, no paper, a mistyped number, a code
// that is none. Each says what to do, and nothing is lost.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openBrowser } from "../browser.mjs";
import { note } from "./figures.mjs";
import { modes, openGlass, until } from "./glass.mjs";
import { walker } from "./journey.mjs";
import { cast, stranger } from "./person.mjs";
import { openWorld } from "./world.mjs";

let browser, world, people;
before(async () => {
  [browser, world] = await Promise.all([openBrowser(), openWorld()]);
  people = cast(world);
});
after(async () => {
  await browser?.close();
  await world?.close();
});

function onGlass(name, mode, deed) {
  test(`${name}, ${mode.id}`, async () => {
    const glass = await openGlass(browser, world, { mode });
    try {
      await deed(walker(glass), glass, glass.page);
      assert.deepEqual([...glass.trouble, ...glass.found], []);
    } catch (error) {
      await glass.picture(`failed-${name.split(" ")[0]}`);
      throw error;
    } finally {
      await glass.ask("DELETE", "/kiosk/session").catch(() => undefined);
      note(glass);
      await glass.close();
    }
  });
}

/** What went wrong is said in words, with what to do and the code. */
async function says(page, code) {
  const alert = page.getByRole("alert").filter({ hasText: code });
  await alert.waitFor();
  const lines = (await alert.innerText()).split("\n").filter(Boolean);
  assert.ok(lines.length >= 3, `what happened, what to do and a code, but: ${lines.join(" | ")}`);
}

for (const mode of Object.values(modes)) {
  onGlass("a number with a wrong check digit", mode, async (w, glass, page) => {
    const right = stranger("11019919900101071");
    await w.begin();
    await w.type(right.slice(0, 17) + (right.endsWith("1") ? "2" : "1"));
    await says(page, "identity.");
    await glass.look("wrong-check-digit");
    await glass.tap(page.getByRole("button", { name: w.t("ui.erase") }));
    await glass.tap(page.getByRole("group", { name: w.t("checkin.typed.number") }).getByRole("button", { name: right[17], exact: true }));
    await glass.next();
    await page.getByTestId("choose-whole_blood").waitFor();
  });

  onGlass("codes that cannot be used", mode, async (w, glass, page) => {
    const [who, other] = [await people.booked(), await people.booked()];
    await w.begin();
    await w.scan("https://example.invalid/coupon?id=1");
    await says(page, "code.other_system");
    await glass.look("code-of-another-system");
    await w.scan(`${who.code.slice(0, -1)}${who.code.endsWith("A") ? "B" : "A"}`);
    await says(page, "code.check");
    await w.scan("LX9.B.0123456789ABCDEFGHJKMNPQRS.00");
    await says(page, "code.version");
    await w.scan("LX1.B.01234");
    await says(page, "code.unreadable");
    await w.scan(who.code);
    await w.booking().waitFor();
    await w.scan(other.code);
    await says(page, "appointment.someone_else");
    await glass.look("code-of-somebody-else");
    assert.ok(!(await page.content()).includes(other.name), "it says nothing of the other person");
    await w.booking().waitFor();
  });

  // The center knows whose code it is, so the person can also give here and now.
  onGlass("a booking of another site is explained", mode, async (w, glass, page) => {
    const elsewhere = await people.booked("--site", "aoti");
    await w.begin();
    await w.scan(elsewhere.code);
    await page.getByTestId("booking-other_site").waitFor();
    await page.getByTestId("choose-whole_blood").waitFor();
    await glass.look("booking-elsewhere");
  });

  onGlass("a booking of another day is explained", mode, async (w, glass, page) => {
    const later = await people.booked("--later");
    await w.begin();
    await w.scan(later.code);
    await page.getByTestId("booking-other_day").waitFor();
    await page.getByTestId("choose-whole_blood").waitFor(); // and today is possible all the same
    await glass.look("booking-later");
  });

  onGlass("the printer fails: the number as a code for the phone, and paper once it works", mode, async (w, glass, page) => {
    const who = await people.booked("--pass");
    await world.breakPrinter();
    try {
      await w.begin();
      await w.scan(who.code);
      await w.useBooking();
      await w.consent();
      await w.exclusion();
      await w.ticket();
      await w.paper("failed");
      await page.getByRole("img", { name: w.t("checkin.paper.qr") }).waitFor();
      await glass.look("printer-fails");
    } finally {
      await world.mendPrinter();
    }
    await glass.tap("print");
    await w.paper("printed");
    await w.finish();
  });

  onGlass("offline: checked in, and the center has it when it is back", mode, async (w, glass, page) => {
    const who = await people.booked("--pass");
    await world.stopCenter();
    try {
      await page.getByText(w.t("frame.offline")).waitFor();
      assert.match(await page.getByRole("status").first().innerText(), /\d{1,2}:\d{2}/); // how old the data are
      await glass.look("offline-welcome");
      await w.begin();
      await w.scan(who.code);
      await w.useBooking();
      await w.consent();
      await w.exclusion();
      const ticket = await w.ticket();
      await w.paper("printed");
      await glass.look("offline-done");
      assert.ok((await glass.ask("GET", "/kiosk/state")).pending > 0);
      await w.finish();
      await world.startCenter();
      const visit = await people.visit(who.number);
      assert.deepEqual([visit.ticket, visit.source, visit.outcome], [ticket, "code", "waiting"]);
      await page.getByText(w.t("frame.offline")).waitFor({ state: "detached", timeout: 60_000 });
      await until(async () => (await glass.ask("GET", "/kiosk/state")).pending === 0, "an empty queue", 60);
    } finally {
      if (!world.center) await world.startCenter();
    }
  });
}
