// Makes src/generated/shape.ts of the contract: for each field its type, and the group that guards it, as `@sees` says.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { parse } from "graphql";

const contract = parse(readFileSync("../schema/schema.graphql", "utf8"));
const kinds = new Set(["ObjectTypeDefinition", "InterfaceTypeDefinition"]);
const types = contract.definitions.filter((each) => kinds.has(each.kind));

const named = (type) => (type.kind === "NamedType" ? type.name.value : named(type.type));

function field(each) {
  const sees = each.directives.find((directive) => directive.name.value === "sees");
  return [each.name.value, sees ? [named(each.type), sees.arguments[0].value.value] : [named(each.type)]];
}

const shape = Object.fromEntries(types.map((type) => [type.name.value, Object.fromEntries(type.fields.map(field))]));

mkdirSync("src/generated", { recursive: true });
writeFileSync(
  "src/generated/shape.ts",
  `/** Made of the contract by scripts/shape.mjs: the type of each field, and the group that guards it. */
export const SHAPE: Record<string, Record<string, readonly [type: string, group?: string]>> = ${JSON.stringify(shape)};
`,
);
