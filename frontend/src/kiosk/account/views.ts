import { CalendarHeart, Droplets, Gift } from "@lucide/vue";
import type { Component } from "vue";
import type { Schema } from "@/client";

/** What the center says is the person's. */
export type Account = Schema["Account"];

/** A day to come, as a calendar file for a phone. */
export type Reminder = Schema["CheckinReminder"];

/** What one may look at, in the order of the doors on the welcome screen. */
export const views = ["results", "donations", "points"] as const;
export type View = (typeof views)[number];

/** The sign of each view, the same on its door. */
export const viewIcons: Record<View, Component> = { results: CalendarHeart, donations: Droplets, points: Gift };

/** The view an address asks for; the first one when it asks for none there is. */
export const viewOf = (asked: unknown): View => views.find((v) => v === asked) ?? "results";
