/** Apollo Client: the next change of the caseload, over its link for graphql-ws. */
import { ApolloClient, InMemoryCache } from "@apollo/client";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { Changed } from "./documents";
import { tell } from "./gateway";
import { socket } from "./socket";

const client = new ApolloClient({ cache: new InMemoryCache(), link: new GraphQLWsLink(socket) });

client.subscribe({ query: Changed }).subscribe(({ data, error }) => {
  if (!data) throw error;
  tell(data.caseloadChanged);
  process.exit();
});
