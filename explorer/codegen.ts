import type { CodegenConfig } from "@graphql-codegen/cli";

const scalars = { Date: "string", DateTime: "string", ID: "string" };

/** Types of the contract, and of each operation that the pages themselves ask. */
const config: CodegenConfig = {
  schema: "../schema/schema.graphql",
  documents: "src/documents/*.graphql",
  generates: {
    "src/generated/operations.ts": {
      plugins: ["typescript-operations"],
      config: { strictScalars: true, useTypeImports: true, enumsAsTypes: true, scalars },
    },
  },
};

export default config;
