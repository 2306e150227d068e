import type { Schema } from "@/client";
import { dayOf } from "./day";
import { fenOf, typedYuan } from "./money";

export type Content = Schema["ClaimContent"];
export type Line = NonNullable<Content["lines"]>[number];
export type Component = NonNullable<Line["component"]>;
export type Fee = NonNullable<Line["fee"]>;
export type DocumentKind = NonNullable<Schema["ClaimParty"]["document_kind"]>;
export type Relation = NonNullable<Content["relation"]>;
export type Channel = Content["channel"];

/** Somebody a claim names, as they are typed. */
export interface PartyForm {
  name: string;
  kind: DocumentKind | "";
  number: string;
  phone: string;
  address: string;
}

/** One line of the bill, as it is typed. */
export interface LineForm {
  component: Component | "";
  fee: Fee | "";
  quantity: string;
  yuan: string;
  on: string;
  invoice: string;
}

export interface LetterForm {
  outgoing: boolean;
  carrier: string;
  tracking: string;
  on: string;
}

/** A claim as it is typed: everything is text until it is right. */
export interface Form {
  district: string;
  channel: Channel;
  donor: PartyForm;
  certificate: string;
  relation: Relation | "";
  patient: PartyForm;
  hasAgent: boolean;
  agent: PartyForm;
  hospital: { name: string; region: string; admitted: string; left: string };
  lines: LineForm[];
  insurance: string;
  payee: { kind: "bank_account" | "wechat" | ""; who: Who | ""; holder: string; account: string; bank: string };
  commitment: { way: "signed" | "scanned" | ""; on: string; strokes: Schema["ConsentPoint"][][] };
  letters: LetterForm[];
  remark: string;
}

/** Whose account it is: nobody else is paid. */
export type Who = "donor" | "patient" | "agent";

const noParty = (): PartyForm => ({ name: "", kind: "resident_id", number: "", phone: "", address: "" });

/** One more line of the bill: what lines of a bill share is there already. */
export const nextLine = (before?: LineForm): LineForm => ({ component: "", fee: "blood", quantity: "", yuan: "", on: before?.on ?? "", invoice: before?.invoice ?? "" });

/** A claim in which nothing is typed yet. */
export function emptyForm(district: string, channel: Channel, today: string): Form {
  return {
    district,
    channel,
    donor: noParty(),
    certificate: "",
    relation: "",
    patient: noParty(),
    hasAgent: false,
    agent: noParty(),
    hospital: { name: "", region: "", admitted: "", left: "" },
    lines: [nextLine()],
    insurance: "",
    payee: { kind: "bank_account", who: "donor", holder: "", account: "", bank: "" },
    commitment: { way: "scanned", on: today, strokes: [] },
    letters: channel === "mail" ? [{ outgoing: false, carrier: "", tracking: "", on: today }] : [],
    remark: "",
  };
}

const partyOf = (p: PartyForm): Schema["ClaimParty"] => {
  const text = { name: p.name, document_number: p.number, phone: p.phone, address: p.address };
  const said = Object.fromEntries(Object.entries(text).filter(([, v]) => v.trim()));
  return Object.keys(said).length ? { ...said, ...(p.kind && p.number.trim() && { document_kind: p.kind }) } : {};
};
const partyForm = (p: Schema["ClaimParty"] | undefined): PartyForm => ({ name: p?.name ?? "", kind: p?.document_kind ?? "resident_id", number: p?.document_number ?? "", phone: p?.phone ?? "", address: p?.address ?? "" });

/** Leaves out what says nothing. */
function said<T extends object>(o: T): Partial<T> {
  return Object.fromEntries(Object.entries(o).filter(([, v]) => v !== "" && v !== undefined && !(Array.isArray(v) && !v.length) && !(typeof v === "object" && !Array.isArray(v) && !Object.keys(v as object).length))) as Partial<T>;
}

/** Who is paid, by name. */
export const holderOf = (f: Form): string => {
  const names: Record<Who, string> = { donor: f.donor.name, patient: f.relation === "self" ? f.donor.name : f.patient.name, agent: f.hasAgent ? f.agent.name : "" };
  return f.payee.who ? names[f.payee.who].trim() : f.payee.holder;
};

const isTyped = (l: LineForm) => !!(l.quantity || l.yuan || (l.component && (l.on || l.invoice)));

/** What a form says, as the API takes it. */
export function contentOf(f: Form, today: string): Content {
  const day = (text: string) => dayOf(text, today);
  const lines = f.lines.filter(isTyped).map((l) => said({ component: l.component, fee: l.fee, quantity: l.quantity.trim().replace(/[,，。]/, "."), amount_fen: fenOf(l.yuan), on: day(l.on), invoice: l.invoice.trim() }) as Line);
  const content = said({
    donor: { ...partyOf(f.donor), ...said({ certificate: f.certificate }) },
    relation: f.relation,
    patient: f.relation === "self" ? {} : partyOf(f.patient),
    hospital: said({ ...f.hospital, admitted: day(f.hospital.admitted), left: day(f.hospital.left) }),
    lines,
    insurance_fen: fenOf(f.insurance),
    payee: said({ kind: f.payee.kind, holder: holderOf(f), account: f.payee.account.replaceAll(/\s/g, ""), bank: f.payee.kind === "bank_account" ? f.payee.bank : "" }),
    commitment: said({ way: f.commitment.way, on: day(f.commitment.on), strokes: f.commitment.way === "signed" ? f.commitment.strokes : [] }),
    letters: f.letters.filter((l) => l.carrier || l.tracking || day(l.on)).map((l) => said({ outgoing: l.outgoing || undefined, carrier: l.carrier, tracking: l.tracking, on: day(l.on) })),
    remark: f.remark,
  }) as Partial<Content>;
  return { channel: f.channel, ...content, ...(f.hasAgent && { agent: partyOf(f.agent) }) };
}

/** A form out of what was said before. */
export function formOf(c: Content, district: string, today: string): Form {
  const empty = emptyForm(district, c.channel, today);
  const names: [Who, string | undefined][] = [["donor", c.donor?.name], ["patient", c.patient?.name], ["agent", c.agent?.name]];
  const who = names.find(([, name]) => name && name === c.payee?.holder)?.[0] ?? (c.payee?.holder ? "" : "donor");
  return {
    ...empty,
    donor: partyForm(c.donor),
    certificate: c.donor?.certificate ?? "",
    relation: c.relation ?? "",
    patient: partyForm(c.patient),
    hasAgent: !!c.agent,
    agent: partyForm(c.agent),
    hospital: { name: c.hospital?.name ?? "", region: c.hospital?.region ?? "", admitted: c.hospital?.admitted ?? "", left: c.hospital?.left ?? "" },
    lines: c.lines?.length ? c.lines.map((l) => ({ component: l.component ?? "", fee: l.fee ?? "blood", quantity: l.quantity ?? "", yuan: typedYuan(l.amount_fen), on: l.on ?? "", invoice: l.invoice ?? "" })) : empty.lines,
    insurance: typedYuan(c.insurance_fen),
    payee: { kind: c.payee?.kind ?? "bank_account", who, holder: c.payee?.holder ?? "", account: c.payee?.account ?? "", bank: c.payee?.bank ?? "" },
    commitment: { way: c.commitment?.way ?? "scanned", on: c.commitment?.on ?? today, strokes: (c.commitment?.strokes as Schema["ConsentPoint"][][] | undefined) ?? [] },
    letters: c.letters?.length ? c.letters.map((l) => ({ outgoing: l.outgoing ?? false, carrier: l.carrier ?? "", tracking: l.tracking ?? "", on: l.on ?? "" })) : empty.letters,
    remark: c.remark ?? "",
  };
}

/** The lines of a form that are blood a hospital has waived, each as what is wrong with it. */
export function waivedIn(lines: readonly LineForm[], waived: readonly Schema["ClaimWaived"][], today: string): { location: string; code: string }[] {
  const left = lines.map((l, i) => ({ i, text: [l.component, l.fee || "blood", Number(l.quantity), dayOf(l.on, today)].join(" ") })).reverse(); // of several alike the last
  return waived.flatMap(({ same, charge: c }) => {
    const text = [c.component, c.fee || "blood", Number(c.quantity), c.on].join(" ");
    const at = same ? left.findIndex((l) => l.text === text) : -1;
    return at < 0 ? [] : [{ location: `lines[${left.splice(at, 1)[0]!.i}]`, code: "claim.waived" }];
  });
}
