import type { Schema } from "@/client";

export type Device = Schema["FleetDevice"];
export type Filter = "needs" | "all" | "revoked";

/** Tells whether somebody should look at a device. */
export const isNeedy = (d: Device) => d.needs.length > 0;

/** The devices a filter, a site and a text leave over; those that need somebody come first. */
export function shown(all: Device[], filter: Filter, site: string, text: string): Device[] {
  const wanted = text.trim().toLowerCase();
  return all
    .filter((d) => (filter === "revoked" ? d.status === "revoked" : d.status === "active" && (filter === "all" || isNeedy(d))))
    .filter((d) => (!site || d.site_id === site) && (!wanted || [d.name, d.id, d.letter, d.version].some((part) => part.toLowerCase().includes(wanted))))
    .sort((a, b) => Number(isNeedy(b)) - Number(isNeedy(a)));
}

const good = new Set(["ready", "busy", "none", ""]);
/** How a part is to be shown: works, is not there by choice, or needs somebody. */
export const isSound = (part: Schema["DevicePart"]) => good.has(part.state ?? "");
