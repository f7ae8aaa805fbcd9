/** Apollo Client: paging by its own merge function, a normalised cache, errors by code, documents by id. */
import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache } from "@apollo/client";
import { relayStylePagination } from "@apollo/client/utilities";
import { access, authorization, idsOf, notice, tell, trusted, url, type Told } from "./gateway";
import { Alerts, Ask, ById, ByNumber, Round } from "./documents";

const ids = idsOf(Alerts, Ask, ById, ByNumber, Round);

/** Purpose and reason of each operation, in its body; in production the id in place of the text. */
const stated = new ApolloLink((operation, forward) => {
  operation.extensions = { ...operation.extensions, access };
  operation.setContext({ http: { includeExtensions: true, includeQuery: !trusted } });
  return forward(operation);
});

/** Apollo's link has no place for `documentId` beside the variables, so that the body is finished here. */
const send: typeof fetch = (address, options) => {
  const body = JSON.parse(String(options?.body)) as { operationName: string };
  const named = trusted ? { documentId: ids.get(body.operationName), ...body } : body;
  return fetch(address, { ...options, body: JSON.stringify(named) });
};

const cache = new InMemoryCache({
  possibleTypes: { Node: ["Child", "Contact", "Organisation", "Practitioner"] },
  typePolicies: {
    ChildSummary: { keyFields: ["childId"] },
    Query: { fields: { caseload: relayStylePagination() } },
  },
});
const client = new ApolloClient({
  cache,
  link: stated.concat(new HttpLink({ uri: url, headers: { authorization }, fetch: send })),
});

async function codeOf(asked: Promise<unknown>): Promise<unknown> {
  try {
    await asked;
  } catch (error) {
    if (CombinedGraphQLErrors.is(error)) return error.errors[0]?.extensions?.code;
    throw error;
  }
  return null;
}

async function main(): Promise<Told> {
  const round = client.watchQuery({ query: Round, variables: { first: 5 } });
  let { data } = await client.query({ query: Round, variables: { first: 5 } });
  let pages = 1;
  while (data?.caseload.pageInfo.hasNextPage) {
    await round.fetchMore({ variables: { first: 5, after: data.caseload.pageInfo.endCursor } });
    data = client.readQuery({ query: Round, variables: { first: 5 } }) ?? undefined;
    pages += 1;
  }
  const rows = data?.caseload.edges.map((edge) => edge.node) ?? [];
  const number = rows.find((row) => row.shielded)!.directoryNumber;
  const child = (await client.query({ query: ByNumber, variables: { number } })).data?.child;
  if (!child) throw new Error("no such child");
  await client.query({ query: ById, variables: { id: child.id } });
  const kept = cache.extract()[`Child:${child.id}`] as Record<string, unknown>;
  const input = { clientMutationId: "apollo", childId: "nobody", message: "Please ring me" };
  const deed = await client.mutate({ mutation: Ask, variables: { input } });
  const withheld = notice(child.withheld);
  return {
    names: rows.map((row) => row.familyName),
    pages,
    phone: child.telephone,
    withheld: child.withheld.map((entry) => entry.group),
    notice: withheld.notice,
    broker: withheld.broker.phone,
    same: kept.phone === null && typeof kept.givenNames === "string" && kept.familyName !== undefined,
    refused: await codeOf(client.query({ query: Alerts })),
    wrong: await codeOf(client.query({ query: Round, variables: { first: 5, after: "?" }, fetchPolicy: "no-cache" })),
    problem: deed.data?.requestContact.problems[0]?.code,
  };
}

tell(await main());
