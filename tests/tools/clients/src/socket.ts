/** A WebSocket for graphql-ws: token, purpose and reason are stated as it opens. Node 20 has no WebSocket of its own. */
import { createClient, type SubscribePayload } from "graphql-ws";
import WebSocket from "ws";
import { access, authorization, trusted, url } from "./gateway";

/** What is subscribed: in production the id in place of the text, for which graphql-ws has no name. */
export function named(documentId: string | undefined, payload: SubscribePayload): SubscribePayload {
  const { query, ...rest } = payload;
  return trusted ? ({ documentId, ...rest } as unknown as SubscribePayload) : { query, ...rest };
}

export const socket = createClient({
  url: url.replace(/^http/, "ws"),
  webSocketImpl: WebSocket,
  connectionParams: { Authorization: authorization, extensions: { access } },
});
