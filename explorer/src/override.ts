/** An override as a protection officer opens it: loud, short, and looked into afterwards. */
import { data, type Persona } from "./api.ts";
import { side, type State, type Told } from "./asking.ts";
import type { CloseOverrideMutation, FindChildQuery, OpenOverrideMutation } from "./generated/operations.ts";
import { access, person, type Session } from "./session.ts";
import deeds from "./documents/deeds.graphql?raw";

const PURPOSE = "CHILD_PROTECTION";

/** Ask, open an override for the record, and ask again: what stood before, and what stands under it. */
export async function overridden(session: Session, state: State): Promise<Told[]> {
  const before = await side(session, state, state.names[0] ?? "", 0, "before");
  const { persona } = before;
  const given = access(persona, PURPOSE, state.reason);
  const childId = await childOf(state, persona);
  const explanation = "Shown in the explorer: the child did not come home";
  const input = { childId, ground: "CHILD_AT_IMMEDIATE_RISK", explanation, acceptInvestigation: true };
  const done = await data<OpenOverrideMutation>(persona.token, {
    query: deeds,
    operationName: "OpenOverride",
    variables: { input },
    access: given,
  });
  const after = await side(session, state, persona.name, 0, "under the override");
  const problem = done.openOverride.problems[0];
  return [before, problem ? { ...after, fault: problem.message } : after];
}

/** Close the override again. Throws Refused. */
export async function closed(session: Session, state: State): Promise<void> {
  const persona = person(session, state.names[0] ?? "");
  if (!persona) return;
  const input = { childId: await childOf(state, persona) };
  await data<CloseOverrideMutation>(persona.token, {
    query: deeds,
    operationName: "CloseOverride",
    variables: { input },
    access: access(persona, PURPOSE, state.reason),
  });
}

async function childOf(state: State, persona: Persona): Promise<string> {
  const variables = JSON.parse(state.variables) as Record<string, unknown>;
  const found = await data<FindChildQuery>(persona.token, {
    query: deeds,
    operationName: "FindChild",
    variables,
    access: access(persona, PURPOSE, state.reason),
  });
  if (!found.child) throw new Error("the record does not exist for this viewer");
  return found.child.id;
}
