/** urql: the next change of the caseload, by server-sent events of its own fetchExchange. */
import { Client, fetchExchange, mapExchange, type PersistedDocument } from "@urql/core";
import { Changed } from "./documents";
import { access, authorization, idsOf, tell, trusted, url } from "./gateway";

/** In production the id in place of the text: urql sends it for a document that has one and no definitions. */
const byId = { kind: "Document", definitions: [], documentId: idsOf(Changed).get("Changed") } as PersistedDocument;

const stated = mapExchange({
  onOperation: (operation) => ({
    ...operation,
    query: trusted ? byId : operation.query,
    extensions: { ...operation.extensions, access },
  }),
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
  tell(data.caseloadChanged);
  process.exit();
});
