import type { CodegenConfig } from "@graphql-codegen/cli";
import { addTypenameSelectionDocumentTransform } from "@graphql-codegen/client-preset";

const scalars = { Date: "string", DateTime: "string", ID: "string" };

/** The contract by introspection over HTTP, for a tool that has an address and a token; else as a file. */
const introspected = {
  [process.env.GATEWAY_URL ?? ""]: { headers: { Authorization: `Bearer ${process.env.GATEWAY_TOKEN}` } },
};

const config: CodegenConfig = {
  schema: process.env.GATEWAY_URL ? introspected : "schema.graphql",
  generates: {
    "src/gql/": {
      documents: "src/documents.ts",
      preset: "client",
      presetConfig: { fragmentMasking: false, persistedDocuments: { hashAlgorithm: "sha256" } },
      // caches ask for __typename beside what is written: the persisted text must have it too
      documentTransforms: [addTypenameSelectionDocumentTransform],
      config: { strictScalars: true, useTypeImports: true, scalars },
    },
    "src/plugins/types.ts": { plugins: ["typescript"], config: { strictScalars: true, scalars } },
    "src/plugins/operations.ts": {
      documents: "src/plugins/*.graphql",
      plugins: ["typescript-operations", "typed-document-node"],
      config: { strictScalars: true, scalars },
    },
  },
};

export default config;
