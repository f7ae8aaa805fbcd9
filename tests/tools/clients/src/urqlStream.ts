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
  const { __typename: _, ...child } = { __typename: undefined, ...data.caseloadChanged.child };
  tell({ ...data.caseloadChanged, child });
  process.exit();
});
