import type { Component } from "vue";
import type { Session } from "./session";

/** The screen of each step of a check-in. */
export const screens: Partial<Record<Session["step"], Component>> = {};
