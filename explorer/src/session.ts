/** Who one can be: the demo's people, or whoever a token names that was brought. It is kept in memory alone. */
import { data, personas, profile, type Access, type Persona } from "./api.ts";
import type { MyselfQuery } from "./generated/operations.ts";
import deeds from "./documents/deeds.graphql?raw";

export const REASON = "Looking at what is withheld";

export interface Session {
  demo: boolean;
  people: Persona[];
  records: { open?: string; shielded?: string };
}

/** Return the session as it begins: in the demo everybody is there, elsewhere nobody yet. */
export async function begin(): Promise<Session> {
  const { demo } = await profile();
  if (!demo) return { demo, people: [], records: {} };
  const { personas: people, records } = await personas();
  return { demo, people, records };
}

/** Add whoever `token` names. Throws Refused where the gateway does not take it. */
export async function bring(session: Session, token: string): Promise<void> {
  const { viewer } = await data<MyselfQuery>(token, { query: deeds, operationName: "Myself" });
  const about = viewer.lapses.length ? `Lapsed: ${viewer.lapses.join(", ")}` : "The account that your token names.";
  const acts = ["DIRECTORY_TEAM", "AUDITOR"].includes(viewer.role) ? ["READ_TRAIL"] : [];
  const { name: person, role, purposes } = viewer;
  session.people = [{ name: "you", person, role, about, acts, purposes, token }];
}

/** Return the person of that name, or the first. */
export function person(session: Session, name: string): Persona | undefined {
  return session.people.find((each) => each.name === name) ?? session.people[0];
}

/** Return a purpose that the person holds, `wanted` if possible, with the usual reason. */
export function access(persona: Persona, wanted?: string, reason = REASON): Access {
  const held = persona.purposes.find((each) => each === wanted) ?? persona.purposes[0] ?? "";
  return { purpose: held, reason };
}

/** Return somebody who may be told why `asker` was answered so: in the demo an auditor, or anybody else. */
export function reader(session: Session, asker: string): Persona | undefined {
  const others = session.people.filter((each) => each.name !== asker && each.name !== "lapsed");
  return others.find((each) => each.role === "AUDITOR") ?? others[0];
}
