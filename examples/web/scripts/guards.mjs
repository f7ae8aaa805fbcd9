// Makes src/guards.ts of the contract: which group guards which field, as `@sees` says.
import { readFileSync, writeFileSync } from "node:fs";
import { parse } from "graphql";

const contract = parse(readFileSync("schema.graphql", "utf8"));
const types = contract.definitions.filter((each) => each.kind === "ObjectTypeDefinition");

const guards = Object.fromEntries(
  types
    .map((type) => [type.name.value, Object.fromEntries(type.fields.flatMap(guarded))])
    .filter(([, fields]) => Object.keys(fields).length > 0),
);

function guarded(field) {
  const sees = field.directives.find((each) => each.name.value === "sees");
  return sees ? [[field.name.value, sees.arguments[0].value.value]] : [];
}

writeFileSync(
  "src/guards.ts",
  `/** Made of the contract by scripts/guards.mjs: the group that guards each field, by type. */
export const GUARDS = ${JSON.stringify(guards, null, 2)} as const;
`,
);
