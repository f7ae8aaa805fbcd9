import type { TypedDocumentString } from "./gql/graphql";

/** Who asks, and why: the purpose one that the account holds, the reason in the user's own words. */
export interface Session {
  url: string;
  token: string;
  access: { purpose: string; reason: string };
  /** Whether documents are named by their ids, as production wants it. */
  trusted: boolean;
}

type Problem = { message: string; extensions: { code: string } };
type Answer<D> = { data?: D | null; errors?: Problem[] };

/** An operation that was refused or has failed; branch on `code`, show `message`. */
export class Refused extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** Ask one question; throw `Refused` for any error. What is withheld is no error. */
export async function ask<D, V>(session: Session, document: TypedDocumentString<D, V>, variables: V): Promise<D> {
  const id = (document.__meta__ as { hash: string }).hash;
  const response = await send(session, {
    ...(session.trusted ? { documentId: id } : { query: document.toString() }),
    variables,
    extensions: { access: session.access },
  });
  const answer = (await response.json()) as Answer<D>;
  const first = answer.errors?.[0];
  if (first) throw new Refused(first.extensions.code, first.message);
  if (!answer.data) throw new Refused("INTERNAL", `no data, status ${response.status}`);
  return answer.data;
}

/** Send a body, and once more where the gateway is busy and says for how long. */
async function send(session: Session, body: object): Promise<Response> {
  const request = {
    method: "POST",
    headers: {
      accept: "application/graphql-response+json, application/json;q=0.9",
      authorization: `Bearer ${session.token}`,
      "content-type": "application/json",
    },
    body: JSON.stringify(body),
  };
  const response = await fetch(session.url, request);
  if (response.status !== 503) return response;
  const seconds = Number(response.headers.get("retry-after") ?? 1);
  await new Promise((done) => setTimeout(done, seconds * 1000));
  return fetch(session.url, request);
}
