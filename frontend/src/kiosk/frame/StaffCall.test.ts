import { flushPromises } from "@vue/test-utils";
import { describe, expect, it } from "vitest";
import { routeFetch } from "../../../tests/fetchRouter";
import { around, mountStep, sessionAt } from "../../../tests/mountStep";
import StaffCall from "./StaffCall.vue";

async function called(coming: boolean) {
  routeFetch({
    ...around,
    "GET /kiosk/state": { ...around["GET /kiosk/state"], staff_called: true, staff_coming: coming },
    "POST /kiosk/staff-call": { raised_at: "2026-11-23T01:41:00Z", sent: true },
  });
  const { page } = await mountStep(StaffCall, sessionAt("identify"));
  await page.setProps({ open: true } as never);
  await flushPromises();
  return document.body.textContent ?? "";
}

describe("a call for staff", () => {
  it("says that it was sent, and that somebody comes only once they said so", async () => {
    expect(await called(false)).toContain("呼叫已发出");
    expect(document.body.textContent).not.toContain("工作人员正在过来");
  });

  it("says that somebody is on the way", async () => {
    expect(await called(true)).toContain("工作人员正在过来");
  });
});
