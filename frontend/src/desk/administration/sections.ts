import { History, ListChecks, MapPin, MonitorSmartphone, Users } from "@lucide/vue";
import type { Component } from "vue";

/** A part of the administration: the name of its page, the permission it needs (noun.verb), its icon. */
export interface Section {
  name: string;
  icon: Component;
  permission: string;
}

/** In the order they are shown; the words of each are "administration.<name>.title". */
export const sections: readonly Section[] = [
  { name: "devices", icon: MonitorSmartphone, permission: "device.manage" },
  { name: "people", icon: Users, permission: "staff.manage" },
  { name: "sites", icon: MapPin, permission: "site.manage" },
  { name: "packs", icon: ListChecks, permission: "pack.manage" },
  { name: "audit", icon: History, permission: "audit.read" },
];
