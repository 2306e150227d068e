import type { Schema } from "@/client";

/** The end of a log as it is kept: the sequence and the hash in hexadecimal, as `audit verify` prints it. */
export const written = (end: Schema["AuditEnd"]): string => `${end.seq}:${[...atob(end.hash ?? "")].map((c) => c.charCodeAt(0).toString(16).padStart(2, "0")).join("")}`;
