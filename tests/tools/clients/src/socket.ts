/** A WebSocket for graphql-ws: token, purpose and reason are stated as it opens. Node 20 has no WebSocket of its own. */
import { createClient, type SubscribePayload } from "graphql-ws";
import WebSocket from "ws";
import { access, authorization, trusted, url } from "./gateway";

/** What is subscribed: in production by its id. graphql-ws wants a text all the same, which is left out below. */
export function named(documentId: string | undefined, payload: SubscribePayload): SubscribePayload {
  return trusted ? ({ ...payload, query: "", documentId } as SubscribePayload) : payload;
}

export const socket = createClient({
  url: url.replace(/^http/, "ws"),
  webSocketImpl: WebSocket,
  jsonMessageReplacer: (key, value) => (key === "query" && value === "" ? undefined : value),
  connectionParams: { Authorization: authorization, extensions: { access } },
});
