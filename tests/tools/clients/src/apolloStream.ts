/** Apollo Client: the next change of the caseload, over its link for graphql-ws. */
import { ApolloClient, InMemoryCache } from "@apollo/client";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { Changed } from "./documents";
import { idsOf, tell } from "./gateway";
import { named, socket } from "./socket";
import type { Client } from "graphql-ws";

const id = idsOf(Changed).get("Changed");
const byId: Client = { ...socket, subscribe: (payload, sink) => socket.subscribe(named(id, payload), sink) };
const client = new ApolloClient({ cache: new InMemoryCache(), link: new GraphQLWsLink(byId) });

client.subscribe({ query: Changed }).subscribe(({ data, error }) => {
  if (!data) throw error;
  tell(data.caseloadChanged);
  process.exit();
});
