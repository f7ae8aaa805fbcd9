/** urql: the next change of the caseload, by server-sent events of its own fetchExchange. */
import { Client, fetchExchange, mapExchange } from "@urql/core";
import { Changed } from "./documents";
import { access, authorization, tell, url } from "./gateway";

const stated = mapExchange({
  onOperation: (operation) => ({ ...operation, extensions: { ...operation.extensions, access } }),
});

const client = new Client({
  url,
  preferGetMethod: false,
  fetchSubscriptions: true,
  fetchOptions: { headers: { authorization } },
  exchanges: [stated, fetchExchange],
});

client.subscription(Changed, {}).subscribe(({ data, error }) => {
  if (!data) throw error;
  const named: { __typename?: string } & typeof data.caseloadChanged.child = data.caseloadChanged.child;
  const { __typename: _, ...child } = named;
  tell({ ...data.caseloadChanged, child });
  process.exit();
});
