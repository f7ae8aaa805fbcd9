/** urql: its document cache, paging by hand, errors by code, and its own way of naming documents by id. */
import { cacheExchange, Client, fetchExchange, mapExchange } from "@urql/core";
import type { OperationResult, PersistedDocument } from "@urql/core";
import type { DocumentNode } from "graphql";
import { access, authorization, idsOf, nameOf, notice, tell, trusted, url, type Told } from "./gateway";
import { Alerts, Ask, ById, ByNumber, Round } from "./documents";
import type { RoundQuery } from "./gql/graphql";

const ids = idsOf(Alerts, Ask, ById, ByNumber, Round);

/** The document as it is sent: urql sends `documentId` for one that has an id and no definitions. */
function named(document: DocumentNode): DocumentNode {
  const documentId = ids.get(nameOf(document));
  return trusted && documentId ? ({ kind: "Document", definitions: [], documentId } as PersistedDocument) : document;
}

/** Purpose and reason of each operation, in its body; in production the id in place of the text. */
const stated = mapExchange({
  onOperation: (operation) => ({
    ...operation,
    query: named(operation.query),
    extensions: { ...operation.extensions, access },
  }),
});

const client = new Client({
  url,
  preferGetMethod: false,
  fetchOptions: { headers: { authorization } },
  exchanges: [cacheExchange, stated, fetchExchange],
});

async function main(): Promise<Told> {
  const rows = [];
  let after: string | null = null;
  let pages = 0;
  do {
    const { data, error }: OperationResult<RoundQuery> = await client.query(Round, { first: 5, after });
    if (!data) throw error;
    rows.push(...data.caseload.edges.map((edge) => edge.node));
    after = data.caseload.pageInfo.hasNextPage ? data.caseload.pageInfo.endCursor : null;
    pages += 1;
  } while (after);
  const number = rows.find((row) => row.shielded)!.directoryNumber;
  const { data: opened, error } = await client.query(ByNumber, { number });
  if (!opened?.child) throw error ?? new Error("no such child");
  const byId = await client.query(ById, { id: opened.child.id });
  const again = await client.query(ByNumber, { number });
  const input = { clientMutationId: "urql", childId: "nobody", message: "Please ring me" };
  const deed = await client.mutation(Ask, { input });
  const withheld = notice(opened.child.withheld);
  return {
    names: rows.map((row) => row.familyName),
    pages,
    phone: opened.child.telephone,
    withheld: opened.child.withheld.map((entry) => entry.group),
    notice: withheld.notice,
    broker: withheld.broker.phone,
    same: byId.data?.node?.id === opened.child.id && again.data?.child === opened.child,
    refused: (await client.query(Alerts, {})).error?.graphQLErrors[0]?.extensions.code,
    wrong: (await client.query(Round, { first: 5, after: "?" })).error?.graphQLErrors[0]?.extensions.code,
    problem: deed.data?.requestContact.problems[0]?.code,
  };
}

tell(await main());
