/** What the pages ask the gateway for, and nobody else: all addresses are of their own origin. */
import type { FieldGroup, Purpose, Role } from "./generated/operations.ts";

/** Somebody as whom one may ask. */
export interface Persona {
  name: string;
  person: string;
  role: Role;
  about: string;
  acts: readonly string[];
  purposes: readonly Purpose[];
  token: string;
}

/** The demo's people, and the numbers of two records to compare. */
export interface Demo {
  personas: Persona[];
  records: { open?: string; shielded?: string };
}

export interface Access {
  purpose: string;
  reason: string;
}

export interface Fault {
  message: string;
  extensions?: { code?: string };
  path?: (string | number)[];
}

export interface Answer<D = Record<string, unknown>> {
  data?: D | null;
  errors?: Fault[];
  extensions?: { trace?: string };
}

export type Outcome = "SEEN" | "OWN_ROWS" | "WITHHELD" | "NO_RECORD";

export interface Reason {
  group: FieldGroup;
  outcome: Outcome;
  asked: boolean;
  gave: string[];
  took: string[];
}

export interface Verdict {
  record: string;
  id?: string;
  shield: string;
  standing: string[];
  belowCarers: string[];
  groups: Reason[];
}

/** A trace as it is told: the verdict on each record, and the sentence of each rule by its id. */
export interface Trace {
  role: Role;
  records: Verdict[];
  rules: Record<string, string>;
}

export interface Cell {
  mark: string;
  gave: string[];
  took: string[];
}

/** The policy: a row for each kind of viewer and record, with a cell for each group. */
export interface Law {
  roles: Role[];
  shields: string[];
  standings: string[];
  groups: FieldGroup[];
  rows: { role: Role; shield: string; status: string; standing: string | null; cells: Cell[] }[];
  rules: Record<string, string>;
  notices: Record<string, string>;
  held: Record<string, Record<string, string[]>>;
  narrowed: string[];
}

/** Says why there is no answer, in the gateway's own words. */
export class Refused extends Error {}

export interface Question {
  query: string;
  operationName?: string;
  variables?: Record<string, unknown>;
  access?: Access;
  trace?: boolean;
}

/** Ask one question. Throws Refused where there is no answer at all. */
export async function ask<D = Record<string, unknown>>(token: string, question: Question): Promise<Answer<D>> {
  const { query, operationName, variables, access, trace } = question;
  const extensions = { ...(access && { access }), ...(trace && { trace }) };
  const body = { query, variables, extensions, ...(operationName && { operationName }) };
  const response = await send("/graphql", token, body);
  const answer = (await read(response)) as Answer<D>;
  if (answer.data === undefined && !answer.errors) throw new Refused(`no answer, status ${response.status}`);
  return answer;
}

/** Ask and return the data. Throws Refused for any error. */
export async function data<D>(token: string, question: Question): Promise<D> {
  const answer = await ask<D>(token, question);
  const [first] = answer.errors ?? [];
  if (first || !answer.data) throw new Refused(first ? told(first) : "no data");
  return answer.data;
}

/** Return why an operation was answered as it was. Throws Refused. */
export async function why(token: string, trace: string, access: Access): Promise<Trace> {
  const answer = (await read(await send("/explorer/why", token, { trace, extensions: { access } }))) as Trace & Answer;
  const [first] = answer.errors ?? [];
  if (first) throw new Refused(told(first));
  return answer;
}

export const law = (): Promise<Law> => get("/explorer/law") as Promise<Law>;
export const personas = (): Promise<Demo> => get("/explorer/personas") as Promise<Demo>;
export const profile = (): Promise<{ demo: boolean }> => get("/explorer/profile") as Promise<{ demo: boolean }>;

/** Return what an error says, with its code. */
export const told = (fault: Fault): string => `${fault.extensions?.code ?? "ERROR"}: ${fault.message}`;

async function send(address: string, token: string, body: unknown): Promise<Response> {
  const headers = {
    "Content-Type": "application/json",
    // a refusal is told with status 200 then, and is no error of the page's
    Accept: "application/json",
    Authorization: `Bearer ${token}`,
  };
  return await fetch(address, { method: "POST", headers, body: JSON.stringify(body), credentials: "omit" });
}

async function get(address: string): Promise<unknown> {
  const response = await fetch(address, { credentials: "omit" });
  if (!response.ok) throw new Refused(`${address} answers ${response.status}`);
  return await read(response);
}

async function read(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    throw new Refused(`what came is no JSON, status ${response.status}`);
  }
}
