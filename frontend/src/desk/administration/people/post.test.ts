import { describe, expect, it } from "vitest";
import { bodyOf, isOtherPost, postOf, type Member } from "./post";

const clerk: Member = { id: "1", login: "clerk.test", name: "王𬭎", role: "district_clerk", districts: ["110105", "110101"], active: true, created_at: "2026-11-23T00:00:00Z", logins: 1 };

describe("a post", () => {
  it("of somebody is a copy to write in", () => {
    const post = postOf(clerk);
    post.districts.push("110106");
    expect(clerk.districts).toHaveLength(2);
  });
  it("of an administrator has no limits", () => expect(bodyOf({ ...postOf(clerk), role: "admin" })).toEqual({ name: "王𬭎", role: "admin", stations: [], districts: [] }));
  it("is the same with another name or order", () => expect(isOtherPost(clerk, { ...postOf(clerk), name: "王宏", districts: ["110101", "110105"] })).toBe(false));
  it("is another with another role or place", () => {
    expect(isOtherPost(clerk, { ...postOf(clerk), role: "reviewer" })).toBe(true);
    expect(isOtherPost(clerk, { ...postOf(clerk), districts: ["110105"] })).toBe(true);
    expect(isOtherPost(clerk, { ...postOf(clerk), role: "admin" })).toBe(true);
  });
});
