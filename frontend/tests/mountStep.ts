import { PiniaColada } from "@pinia/colada";
import { mount, type VueWrapper } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { onTestFinished } from "vitest";
import type { Component } from "vue";
import { useSession, type Session } from "@/kiosk/checkin/session";
import { makeI18n, type Language } from "@/i18n";
import { everything } from "@/i18n/everything";

const machine = {
  phase: "ready",
  name: "A-1",
  letter: "A",
  online: true,
  pending: 0,
  dead_letters: 0,
  set_aside: 0,
  outdated: false,
  reader: { state: "ready" },
  printer: { state: "ready" },
  disk: "ok",
  clock_suspect: false,
  today: "2026-11-23",
  now: "2026-11-23T01:41:00Z",
  staff_called: false,
  staff_coming: false,
  demo: false,
  version: "test",
};

/** A session at a step, as the program answers it. */
export function sessionAt(step: Session["step"], over: Partial<Session> = {}): Session {
  return { id: "s1", step, aim: "check_in", language: "zh-CN", expires_at: new Date(Date.now() + 60_000).toISOString(), idle_seconds: 60, warn_seconds: 20, ...over };
}

/** Says something on a live topic, as the window does. */
export type Announce = (topic: string, data?: unknown) => void;

/** The calls every screen may make beside its own. */
export const around = { "GET /kiosk/state": machine };

// One window for all tests of a file: the page connects to it only once.
const listeners = new Set<(message: unknown) => void>();
const runtime = { EventsOn: (_: string, listener: (message: unknown) => void) => (listeners.add(listener), () => listeners.delete(listener)) };

/**
 * Puts the screen of a step on the page with a session that the program, stood
 * in for by routeFetch, has just answered.
 */
export async function mountStep(screen: Component, first: Session, language: Language = "zh-CN"): Promise<{ page: VueWrapper; session: ReturnType<typeof useSession>; announce: Announce }> {
  (globalThis as { runtime?: unknown }).runtime = runtime;
  const pinia = createPinia();
  setActivePinia(pinia);
  const session = useSession();
  session.session = first;
  const page = mount(screen, { global: { plugins: [pinia, PiniaColada, makeI18n(everything, language)] }, attachTo: document.body });
  onTestFinished(() => page.unmount());
  return { page, session, announce: (topic, data) => listeners.forEach((listener) => listener({ topic, data })) };
}
