// What staff do with their hands at a desk's page: keys, rows, logins. Everything waits for
// what is seen.
import { until } from "./glass.mjs";

export function handsOf(page, t) {
  const hands = {};
  hands.key = async (...names) => {
    for (const name of names) await page.keyboard.press(name);
  };
  hands.heading = (name) => page.getByRole("heading", { name, level: 1 });
  hands.said = (what) => page.getByText(what).first().waitFor();
  hands.dialog = page.getByRole("dialog");
  hands.gone = () => hands.dialog.waitFor({ state: "detached" });
  hands.row = (text) => page.locator("tbody tr", { hasText: text });
  /** Chooses a row by the arrow keys. */
  hands.choose = async (at) => {
    await at.first().waitFor();
    await page.locator("#work").focus();
    await until(async () => {
      if ((await at.first().getAttribute("aria-selected")) === "true") return true;
      await hands.key("ArrowDown");
      return false;
    }, "the row is chosen");
  };
  /** Logs one of the made-up staff in, who begins at the claims. */
  hands.enter = async (who) => {
    await page.getByRole("heading", { name: t("desk.login.title") }).waitFor();
    await until(async () => {
      if (await page.getByRole("heading", { name: t("claims.title") }).count()) return true;
      // A refusal, for each code works once, puts the keyboard into the first field.
      await page.getByRole("button", { name: t(`desk.login.demo.${who}`), exact: true }).focus();
      await hands.key("Enter");
      return page.getByRole("heading", { name: t("claims.title") }).waitFor({ timeout: 5_000 }).then(() => true, () => false);
    }, `${who} is logged in`, 70);
    await page.locator("table, .empty").first().waitFor();
  };
  hands.leave = async () => {
    await page.getByRole("button", { name: t("desk.logout") }).focus();
    await hands.key("Enter");
  };
  /** Opens a claim of a list by its number. */
  hands.open = async (number) => {
    await hands.choose(hands.row(number));
    await hands.key("Enter");
    await hands.heading(number).waitFor();
  };
  /** Makes the text that large, by its keys. */
  hands.textOf = async (percent) => {
    const now = () => page.evaluate(() => parseInt(document.documentElement.style.fontSize, 10));
    await until(async () => {
      const is = await now();
      if (is !== percent) await hands.key(is < percent ? "Control+=" : "Control+-");
      return is === percent;
    }, `text of ${percent} %`);
  };
  return hands;
}
