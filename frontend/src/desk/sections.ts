import { Banknote, CalendarCheck2, FileSpreadsheet, History, Hospital, ListChecks, MapPin, MonitorSmartphone, Users } from "@lucide/vue";
import type { Component } from "vue";

/** A part of a place: the name of its page, the permission it needs (noun.verb), its icon. */
export interface Section {
  name: string;
  icon: Component;
  permission: string;
}

/** In the order they are shown; the words of each are "administration.<name>.title". */
export const administration: readonly Section[] = [
  { name: "devices", icon: MonitorSmartphone, permission: "device.manage" },
  { name: "people", icon: Users, permission: "staff.manage" },
  { name: "sites", icon: MapPin, permission: "site.manage" },
  { name: "packs", icon: ListChecks, permission: "pack.manage" },
  { name: "hospitals", icon: Hospital, permission: "hospital.manage" },
  { name: "audit", icon: History, permission: "audit.read" },
];

/** The same, "money.<name>.title". */
export const money: readonly Section[] = [
  { name: "payments", icon: Banknote, permission: "payout.approve" },
  { name: "statements", icon: FileSpreadsheet, permission: "payout.approve" },
  { name: "settlement", icon: CalendarCheck2, permission: "settlement.write" },
];
