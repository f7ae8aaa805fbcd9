import { Refused, type Session } from "./ask";
import { graphql } from "./gql";
import type { FollowSubscription } from "./gql/graphql";

const Follow = graphql(`
  subscription Follow($after: String) {
    caseloadChanged(after: $after) {
      position
      change
      child {
        childId
        familyName
        shielded
      }
    }
  }
`);

type Next = { data?: FollowSubscription | null; errors?: { message: string; extensions: { code: string } }[] };

/** Each change of the caseload; keep `position`, and begin with it again where the stream has ended. */
export async function* follow(session: Session, after?: string): AsyncGenerator<FollowSubscription["caseloadChanged"]> {
  const id = (Follow.__meta__ as { hash: string }).hash;
  const response = await fetch(session.url, {
    method: "POST",
    headers: {
      accept: "text/event-stream",
      authorization: `Bearer ${session.token}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({
      ...(session.trusted ? { documentId: id } : { query: Follow.toString() }),
      variables: { after: after ?? null },
      extensions: { access: session.access },
    }),
  });
  if (!response.ok || !response.body) throw new Refused("UNAVAILABLE", `no stream, status ${response.status}`);
  for await (const event of events(response.body)) {
    const { data, errors } = JSON.parse(event) as Next;
    if (errors?.[0]) throw new Refused(errors[0].extensions.code, errors[0].message);
    if (data) yield data.caseloadChanged;
  }
}

/** The data of each `next` event of a stream; comments keep it open and say nothing. */
async function* events(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let held = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const whole = (held + part.value).split(/\r?\n\r?\n/);
    held = whole.pop() ?? "";
    for (const event of whole) {
      const lines = event.split(/\r?\n/);
      const data = lines.filter((line) => line.startsWith("data:")).map((line) => line.slice(5).trimStart());
      if (lines.includes("event: next")) yield data.join("\n");
    }
  }
}
