import type { Session } from "./session";

/** The stations a person sees themselves pass, fewer than the steps there are. */
export const stations = ["who", "donation", "questions", "consent", "done"] as const;
export type Station = (typeof stations)[number];

const stationOf: Record<Session["step"], Station> = {
  identify: "who",
  booking: "donation",
  gate: "donation",
  deferred: "donation",
  repeat: "done",
  proof: "who",
  questionnaire: "questions",
  consent: "consent",
  exclusion: "consent", // the private choice has no name of its own, also here
  done: "done",
  account: "who", // these three show no stations
  gifts: "who",
  result: "who",
};

/** The station of a step. */
export const station = (step: Session["step"]): Station => stationOf[step];
