import type { Problem } from "@/client";

/** Where on the page a fault is said: at a field, at a step, or instead of everything. */
export type Spot = "login" | "name" | "password" | "code" | "form" | "page";

const spots: Record<string, Spot> = {
  "staff.login_malformed": "login",
  "staff.login_taken": "login",
  "staff.name_missing": "name",
  "staff.password_rejected": "password",
  "staff.totp_wrong": "code",
  "staff.link_wrong": "page",
  "staff.link_used": "page",
  "staff.link_expired": "page",
  "staff.already_set_up": "page",
};

/** Codes the page has words for besides those of spots. */
const general = new Set(["client.unreachable", "client.timeout", "request.invalid"]);

const rules = ["too_short", "too_long", "is_login", "common"];

/** Returns where a fault is said and the keys of its words. */
export function sayingOf(problem: Problem): { spot: Spot; keys: string[] } {
  const spot = spots[problem.code];
  if (problem.code === "staff.password_rejected") {
    const broken = problem.places.map((place) => place.code).filter((code) => rules.includes(code));
    return { spot: "password", keys: (broken.length ? broken : ["common"]).map((rule) => `password.${rule}`) };
  }
  if (spot) return { spot, keys: [`fault.${problem.code}`] };
  return { spot: "form", keys: [`fault.${general.has(problem.code) ? problem.code : "any"}`] };
}
