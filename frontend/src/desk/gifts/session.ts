import { ask, client, toProblem, type Schema } from "@/client";
import { callName } from "../first-run/link";

/** What is typed to log in. */
export interface Typed {
  login: string;
  password: string;
  code: string;
}

/**
 * Logs in and answers the access token. It lasts ten minutes and is held by this page
 * only; the page asks for no further one, so the key of the login is drawn and forgotten.
 */
export async function logIn(typed: Typed): Promise<string> {
  const key = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))));
  const body = { login: typed.login.trim(), password: typed.password, code: typed.code.replace(/\s/g, ""), public_key: key };
  return (await ask(client.POST("/staff/login", { body, headers: { "idempotency-key": callName() } }))).access_token;
}

const named = (token: string) => ({ authorization: `Bearer ${token}` });

/** The report of one place, or of all for "". */
export function readReport(token: string, site: string): Promise<Schema["DemandReport"]> {
  return ask(client.GET("/gift-report", { params: { query: site ? { site } : {} }, headers: named(token) }));
}

/** Lets the browser keep the report as a file. */
export async function keepFile(token: string, kind: "workbook" | "paper", site: string, language: "zh-CN" | "en"): Promise<void> {
  const query = { language, ...(site && { site }) };
  const answering =
    kind === "workbook"
      ? client.GET("/gift-report/workbook", { params: { query }, headers: named(token), parseAs: "blob" })
      : client.GET("/gift-report/paper", { params: { query }, headers: named(token), parseAs: "blob" });
  const file = (await ask<unknown>(answering)) as Blob;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = kind === "workbook" ? "gift-report.xlsx" : "gift-report.pdf";
  link.click();
  URL.revokeObjectURL(link.href);
}

/** Ends the login; a center out of reach ends it by itself in ten minutes. */
export async function logOut(token: string): Promise<void> {
  await client.POST("/staff/logout", { headers: { ...named(token), "idempotency-key": callName() } }).catch(toProblem);
}
