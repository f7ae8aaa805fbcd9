/** Asking as somebody, and why the answer is as it is, of somebody who may know. */
import { ask, told, type Answer, type Persona, type Trace } from "./api.ts";
import { access, person, type Session } from "./session.ts";
import { traced } from "./why.ts";

/** What the first page asks: a document, of whom, for which purposes. */
export interface State {
  query: string;
  variables: string;
  names: string[];
  purposes: (string | undefined)[];
  reason: string;
  override: boolean;
  says: string;
}

/** One side of the page: who asked, what came, and why, where that may be told. */
export interface Told {
  title: string;
  persona: Persona;
  answer?: Answer;
  fault?: string;
  trace?: Trace;
}

/** Ask as one person, and then why the answer is as it is, of somebody who may know. */
export async function side(session: Session, state: State, name: string, at: number, title?: string): Promise<Told> {
  const persona = person(session, name);
  if (!persona) throw new Error("nobody is there to ask as: bring a token");
  const found: Told = { title: title ?? persona.person, persona };
  try {
    const variables = JSON.parse(state.variables || "{}") as Record<string, unknown>;
    const given = access(persona, state.purposes[at], state.reason);
    found.answer = await ask(persona.token, { query: state.query, variables, access: given, trace: true });
    const fault = found.answer.errors?.[0];
    if (fault) found.fault = told(fault);
  } catch (cause) {
    found.fault = cause instanceof SyntaxError ? "the variables are no JSON" : String((cause as Error).message);
    return found;
  }
  const trace = await traced(session, persona, found.answer.extensions?.trace);
  return trace ? { ...found, trace } : found;
}
