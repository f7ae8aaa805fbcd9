/** A document read: what each part of its answer is, by the contract. */
import { parse, type FragmentDefinitionNode, type OperationDefinitionNode, type SelectionSetNode } from "graphql";
import { SHAPE } from "./generated/shape.ts";

/** One field of an answer: under which key it stands, which field it is, of which group, and what stands below. */
export interface Step {
  key: string;
  field: string;
  type: string;
  group?: string;
  steps: Step[];
}

const ROOTS = { query: "Query", mutation: "Mutation", subscription: "Subscription" } as const;

/** Return the steps of the only operation of a document, or of the one that is named. Throws GraphQLError. */
export function planOf(text: string, name?: string): Step[] {
  const { definitions } = parse(text);
  const operations = definitions.filter((each): each is OperationDefinitionNode => each.kind === "OperationDefinition");
  const chosen = operations.find((each) => !name || each.name?.value === name);
  const fragments = new Map(
    definitions
      .filter((each): each is FragmentDefinitionNode => each.kind === "FragmentDefinition")
      .map((each) => [each.name.value, each]),
  );
  return chosen ? stepsOf(chosen.selectionSet, ROOTS[chosen.operation], fragments) : [];
}

function stepsOf(set: SelectionSetNode, type: string, fragments: Map<string, FragmentDefinitionNode>): Step[] {
  const found = new Map<string, Step>();
  for (const part of set.selections) {
    if (part.kind === "Field") {
      const field = part.name.value;
      const [below = "", group] = SHAPE[type]?.[field] ?? [];
      const steps = part.selectionSet ? stepsOf(part.selectionSet, below, fragments) : [];
      add(found, { key: part.alias?.value ?? field, field, type: below, ...(group && { group }), steps });
      continue;
    }
    const whole = part.kind === "InlineFragment" ? part : fragments.get(part.name.value);
    if (!whole) continue;
    for (const step of stepsOf(whole.selectionSet, whole.typeCondition?.name.value ?? type, fragments))
      add(found, step);
  }
  return [...found.values()];
}

/** Fields of one key are one (GraphQL 5.3.2): what is selected below them is put together. */
function add(found: Map<string, Step>, step: Step): void {
  const before = found.get(step.key);
  if (!before) {
    found.set(step.key, step);
    return;
  }
  const below = new Map(before.steps.map((each) => [each.key, each]));
  for (const each of step.steps) add(below, each);
  before.steps = [...below.values()];
}
