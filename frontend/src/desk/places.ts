import { Combine, ConciergeBell, FileCheck2, FileText, Gift, HeartHandshake, House, Landmark, Settings } from "@lucide/vue";
import { computed, type Component } from "vue";
import { administration, money } from "./sections";
import { may, member } from "./session";

/** Where one may work. Its pages carry its name as `meta.place`. */
export interface Place {
  name: string;
  icon: Component;
  /** Key of its name in the shell. */
  words: string;
  /** Whoever has none of these has no business there; none: everybody. */
  permissions: string[];
  /** For nobody who is limited to sites. */
  everywhere?: true;
}

/** All places, in the order of the shell and of Ctrl+1, Ctrl+2 … */
const all: Place[] = [
  { name: "home", icon: House, words: "desk.nav.home", permissions: [] },
  { name: "reception", icon: ConciergeBell, words: "desk.nav.reception", permissions: ["visit.write"] },
  { name: "claims", icon: FileText, words: "desk.nav.claims", permissions: ["claim.read"] },
  { name: "vouchers", icon: Gift, words: "desk.nav.vouchers", permissions: ["gift.hand_over"] },
  { name: "corrections", icon: FileCheck2, words: "desk.nav.corrections", permissions: ["correction.answer"] },
  { name: "merges", icon: Combine, words: "desk.nav.merges", permissions: ["donor.merge"], everywhere: true },
  { name: "counsel", icon: HeartHandshake, words: "desk.nav.counsel", permissions: ["call.work"] },
  { name: "administration", icon: Settings, words: "desk.nav.administration", permissions: administration.map((s) => s.permission) },
  { name: "money", icon: Landmark, words: "desk.nav.money", permissions: money.map((s) => s.permission) },
];

/** The places of who is logged in. */
export const places = computed(() => all.filter((place) => (!place.permissions.length || place.permissions.some(may)) && (!place.everywhere || member.value?.everywhere)));
