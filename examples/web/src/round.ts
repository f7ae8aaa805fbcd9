import { ask, type Session } from "./ask";
import { graphql } from "./gql";
import type { RoundQuery } from "./gql/graphql";

const Round = graphql(`
  query Round($first: Int!, $after: String) {
    caseload(first: $first, after: $after) {
      edges {
        node {
          directoryNumber
          givenNames
          familyName
          shielded
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export type Row = RoundQuery["caseload"]["edges"][number]["node"];

/** The children that the viewer works with, page by page; each page is a request, and an entry in the journal. */
export async function* round(session: Session, first = 50): AsyncGenerator<Row> {
  let after: string | null = null;
  do {
    const { caseload }: RoundQuery = await ask(session, Round, { first, after });
    for (const edge of caseload.edges) yield edge.node;
    after = caseload.pageInfo.hasNextPage ? caseload.pageInfo.endCursor : null;
  } while (after);
}
