import type { Schema } from "@/client";

export type Member = Schema["MemberView"];
export type Role = Member["role"];
export const roles: readonly Role[] = ["reception", "district_clerk", "reviewer", "finance", "counsellor", "admin"];

/** What an account form holds. */
export interface Post {
  name: string;
  role: Role;
  stations: string[];
  districts: string[];
}

/** The form of a member, or of nobody yet. */
export const postOf = (m?: Member): Post => ({ name: m?.name ?? "", role: m?.role ?? "reception", stations: [...(m?.stations ?? [])], districts: [...(m?.districts ?? [])] });

/** What is sent of a form: an administrator is limited to nothing. */
export function bodyOf(p: Post): Schema["MemberPost"] {
  const limits = p.role === "admin" ? { stations: [], districts: [] } : { stations: p.stations, districts: p.districts };
  return { name: p.name.trim(), role: p.role, ...limits };
}

/** Tells whether somebody must log in anew after the change: another name is not another post. */
export function isOtherPost(m: Member, p: Post): boolean {
  const said = (of: { role: string; stations?: string[]; districts?: string[] }) => JSON.stringify([of.role, [...(of.stations ?? [])].sort(), [...(of.districts ?? [])].sort()]);
  return said(m) !== said(bodyOf(p));
}
