/** A WebSocket for graphql-ws: token, purpose and reason are stated as it opens. Node 20 has no WebSocket of its own. */
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { access, authorization, url } from "./gateway";

export const socket = createClient({
  url: url.replace(/^http/, "ws"),
  webSocketImpl: WebSocket,
  connectionParams: { Authorization: authorization, extensions: { access } },
});
