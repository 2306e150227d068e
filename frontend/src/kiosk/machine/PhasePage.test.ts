import { flushPromises } from "@vue/test-utils";
import { expect, it } from "vitest";
import { routeFetch } from "../../../tests/fetchRouter";
import { around, mountStep, sessionAt } from "../../../tests/mountStep";
import { useMachine } from "./machine";
import PhasePage from "./PhasePage.vue";

it("lets staff enrol a revoked machine again, and no other one", async () => {
  const state = { ...around["GET /kiosk/state"], phase: "revoked" };
  routeFetch({ ...around, "GET /kiosk/state": state });
  const { page } = await mountStep(PhasePage, sessionAt("identify"));
  await useMachine().refresh();
  await flushPromises();
  expect(page.find("form").exists()).toBe(false);
  await page.get("[data-testid=enrol-anew]").trigger("click");
  expect(page.find("form").exists()).toBe(true);
  state.phase = "starting";
  await useMachine().refresh();
  await flushPromises();
  expect([page.find("form").exists(), page.find("[data-testid=enrol-anew]").exists()]).toEqual([false, false]);
});
