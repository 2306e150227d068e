import { describe, expect, it } from "vitest";
import { problem, routeFetch } from "../../tests/fetchRouter";
import { ask, client } from "./client";
import { Problem, toProblem } from "./problem";

describe("asking the API", () => {
  it("answers the body", async () => {
    routeFetch({ "GET /kiosk/state": { phase: "ready" } });
    expect(await ask(client.GET("/kiosk/state"))).toEqual({ phase: "ready" });
  });

  it("puts path and query together", async () => {
    const sent = routeFetch({ "GET /kiosk/sites?product=whole_blood": [], "PUT /kiosk/session/answers/2.1%2Fa": {} });
    await ask(client.GET("/kiosk/sites", { params: { query: { product: "whole_blood" } } }));
    await ask(client.PUT("/kiosk/session/answers/{link_id}", { params: { path: { link_id: "2.1/a" } }, body: { yes: true } }));
    expect(sent[1]!.body).toEqual({ yes: true });
  });

  it("throws a problem with code, params and places", async () => {
    routeFetch({ "POST /kiosk/session/identity": { ...problem(422, "identity.check_digit", { n: 1 }), errors: [{ location: "body.number[17]", code: "identity.check_digit" }] } });
    const failure = await ask(client.POST("/kiosk/session/identity", { body: { kind: "resident_id", number: "1" } })).catch((e: unknown) => e);
    expect(failure).toBeInstanceOf(Problem);
    expect(failure).toMatchObject({ code: "identity.check_digit", status: 422, params: { n: 1 }, places: [{ location: "body.number[17]" }] });
  });

  it("accepts an answer without a body", async () => {
    routeFetch({ "DELETE /kiosk/session": null });
    expect(await ask(client.DELETE("/kiosk/session"))).toBeUndefined();
  });

  it("says of an error that is no problem document that it was unreadable", async () => {
    routeFetch({ "GET /kiosk/state": { __status: 500, oops: 1 } });
    await expect(ask(client.GET("/kiosk/state"))).rejects.toMatchObject({ code: "client.unreadable", status: 500 });
  });
});

describe("anything thrown becomes a problem", () => {
  it.each([
    [new DOMException("late", "TimeoutError"), "client.timeout"],
    [new TypeError("Failed to fetch"), "client.unreachable"],
    [new Error("?"), "client.unexpected"],
    ["text", "client.unexpected"],
    [new Problem("store.full"), "store.full"],
  ])("%o → %s", (thrown, code) => expect(toProblem(thrown).code).toBe(code));
});
