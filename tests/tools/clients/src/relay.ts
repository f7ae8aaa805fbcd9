/** Relay: pagination containers, refetching through `node`, and documents by the id that its compiler gives. */
import {
  commitMutation,
  createOperationDescriptor,
  Environment,
  fetchQuery,
  getSingularSelector,
  Network,
  RecordSource,
  Store,
  type FetchFunction,
  type GraphQLTaggedNode,
  type OperationType,
} from "relay-runtime";
import { access, authorization, notice, tell, trusted, url, type Told } from "./gateway";
import Ask, { type documentsAskMutation } from "./relay/__generated__/documentsAskMutation.graphql";
import Alerts, { type documentsAlertsQuery } from "./relay/__generated__/documentsAlertsQuery.graphql";
import Card, { type documentsCardQuery } from "./relay/__generated__/documentsCardQuery.graphql";
import CardPart, { type documentsCard_child$data } from "./relay/__generated__/documentsCard_child.graphql";
import CardAgain, { type documentsCardRefetchQuery } from "./relay/__generated__/documentsCardRefetchQuery.graphql";
import Round, { type documentsRoundQuery } from "./relay/__generated__/documentsRoundQuery.graphql";
import RoundMore, {
  type documentsRoundPaginationQuery,
} from "./relay/__generated__/documentsRoundPaginationQuery.graphql";
import RoundPart, { type documentsRound_query$data } from "./relay/__generated__/documentsRound_query.graphql";

class Refused extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

/** The network layer: purpose and reason in the body, and in production the id of the document, with its prefix. */
const send: FetchFunction = async (request, variables) => {
  const document = trusted ? { documentId: `sha256:${request.id}` } : { query: request.text };
  const response = await fetch(url, {
    method: "POST",
    headers: { authorization, "content-type": "application/json", accept: "application/graphql-response+json" },
    body: JSON.stringify({ ...document, variables, extensions: { access } }),
  });
  const answer = await response.json();
  if (answer.errors) throw new Refused(answer.errors[0].extensions.code);
  return answer;
};

const environment = new Environment({ network: Network.create(send), store: new Store(new RecordSource()) });

async function query<T extends OperationType>(node: GraphQLTaggedNode, variables: T["variables"]): Promise<T["response"]> {
  const data = await fetchQuery<T>(environment, node, variables).toPromise();
  if (!data) throw new Error("no data");
  return data;
}

/** What a component that holds the fragment `part` of `owner` would be given from the store. */
function part<D>(document: unknown, fragment: unknown, variables: object, of: (data: any) => unknown): D {
  const operation = createOperationDescriptor(document as any, variables as any);
  environment.retain(operation);
  const owner = environment.lookup(operation.fragment).data;
  const selector = getSingularSelector(fragment as any, of(owner) as any);
  return environment.lookup(selector!).data as D;
}

async function codeOf(asked: Promise<unknown>): Promise<unknown> {
  return asked.then(
    () => null,
    (error: unknown) => (error instanceof Refused ? error.code : Promise.reject(error)),
  );
}

function deed(variables: documentsAskMutation["variables"]): Promise<documentsAskMutation["response"]> {
  return new Promise((done, failed) =>
    commitMutation<documentsAskMutation>(environment, { mutation: Ask, variables, onCompleted: done, onError: failed }),
  );
}

async function main(): Promise<Told> {
  await query<documentsRoundQuery>(Round, { count: 5 });
  const round = () => part<documentsRound_query$data>(Round, RoundPart, { count: 5 }, (owner) => owner).caseload;
  let pages = 1;
  while (round().pageInfo.hasNextPage) {
    await query<documentsRoundPaginationQuery>(RoundMore, { count: 5, cursor: round().pageInfo.endCursor });
    pages += 1;
  }
  const rows = round().edges.map((edge) => edge.node);
  const number = rows.find((row) => row.shielded)!.directoryNumber;
  const opened = (await query<documentsCardQuery>(Card, { number })).child;
  if (!opened) throw new Error("no such child");
  const card = () => part<documentsCard_child$data>(Card, CardPart, { number }, (owner) => owner.child);
  await query<documentsCardRefetchQuery>(CardAgain, { id: opened.id, count: 5, cursor: null });
  const input = { clientMutationId: "relay", childId: "nobody", message: "Please ring me" };
  const withheld = notice(card().withheld);
  const kept = environment.getStore().getSource().get(opened.id);
  return {
    names: rows.map((row) => row.familyName),
    pages,
    phone: card().phone,
    withheld: card().withheld.map((entry) => entry.group),
    notice: withheld.notice,
    broker: withheld.broker.phone,
    same: kept?.familyName !== undefined && card().involvements?.edges.length === 1,
    refused: await codeOf(query<documentsAlertsQuery>(Alerts, {})),
    wrong: await codeOf(query<documentsRoundPaginationQuery>(RoundMore, { count: 5, cursor: "?" })),
    problem: (await deed({ input })).requestContact.problems[0]?.code,
  };
}

tell(await main());
