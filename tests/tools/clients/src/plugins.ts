/** What the plugins typescript, typescript-operations and typed-document-node make, used with nothing but fetch. */
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { print } from "graphql";
import { access, authorization, tell, url } from "./gateway";
import { BodiesDocument, OpenedDocument } from "./plugins/operations";
import { FieldGroup, type Child } from "./plugins/types";

type Answer<D> = { data?: D; errors?: { extensions: { code: string } }[] };

async function ask<D, V>(document: TypedDocumentNode<D, V>, variables: V): Promise<Answer<D>> {
  const body = JSON.stringify({ query: print(document), variables, extensions: { access } });
  const headers = { authorization, "content-type": "application/json", accept: "application/graphql-response+json" };
  return (await (await fetch(url, { method: "POST", headers, body })).json()) as Answer<D>;
}

/** A guarded field may be null in the types, a part of the record may not: this compiles only then. */
const told: { group: FieldGroup; phone: Child["phone"]; name: string } = {
  group: FieldGroup.Whereabouts,
  phone: null,
  name: "x" satisfies Child["familyName"],
};

async function main(): Promise<object> {
  const names: string[] = [];
  let after: string | null | undefined;
  do {
    const { data } = await ask(BodiesDocument, { name: null, after: after ?? null });
    if (!data) throw new Error("no data");
    names.push(...data.organisations.edges.map((edge) => edge.node.name));
    after = data.organisations.pageInfo.hasNextPage ? data.organisations.pageInfo.endCursor : null;
  } while (after);
  const nothing = await ask(OpenedDocument, { id: "nobody" });
  return { ...told, nothing: nothing.data?.node ?? null, names };
}

tell(await main());
