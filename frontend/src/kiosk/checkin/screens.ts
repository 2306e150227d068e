import type { Component } from "vue";
import Account from "../account/Account.vue";
import Choosing from "../gifts/Choosing.vue";
import Result from "../account/Result.vue";
import Booking from "./booking/Booking.vue";
import Repeat from "./booking/Repeat.vue";
import Consent from "./consent/Consent.vue";
import Exclusion from "./consent/Exclusion.vue";
import Done from "./done/Done.vue";
import Deferred from "./gate/Deferred.vue";
import Gate from "./gate/Gate.vue";
import Identify from "./identify/Identify.vue";
import Proof from "./identify/Proof.vue";
import Questionnaire from "./questionnaire/Questionnaire.vue";
import type { Session } from "./session";

/** The screen of each step. */
export const screens: Record<Session["step"], Component> = {
  identify: Identify,
  booking: Booking,
  repeat: Repeat,
  proof: Proof,
  gate: Gate,
  deferred: Deferred,
  questionnaire: Questionnaire,
  consent: Consent,
  exclusion: Exclusion,
  done: Done,
  account: Account,
  gifts: Choosing,
  result: Result,
};
