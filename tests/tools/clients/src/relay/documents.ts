/** What relay-compiler reads; a bundler's plugin would put the artifacts in place of these tags. */
import { graphql } from "relay-runtime";

graphql`
  query documentsRoundQuery($count: Int!) {
    ...documentsRound_query @arguments(count: $count)
  }
`;

graphql`
  fragment documentsRound_query on Query
  @refetchable(queryName: "documentsRoundPaginationQuery")
  @argumentDefinitions(count: { type: "Int!" }, cursor: { type: "String" }) {
    caseload(first: $count, after: $cursor) @connection(key: "documentsRound_caseload") {
      edges {
        node {
          id
          familyName
          shielded
          directoryNumber
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`;

graphql`
  query documentsCardQuery($number: String!) {
    child(directoryNumber: $number) {
      id
      ...documentsCard_child
    }
  }
`;

graphql`
  fragment documentsCard_child on Child
  @refetchable(queryName: "documentsCardRefetchQuery")
  @argumentDefinitions(count: { type: "Int", defaultValue: 5 }, cursor: { type: "String" }) {
    phone
    involvements(first: $count, after: $cursor) @connection(key: "documentsCard_involvements") {
      edges {
        node {
          id
          own
        }
      }
    }
    withheld {
      group
      notice
      broker {
        phone
      }
    }
  }
`;

graphql`
  query documentsAlertsQuery {
    alerts(first: 1) {
      edges {
        cursor
      }
    }
  }
`;

graphql`
  mutation documentsAskMutation($input: RequestContactInput!) {
    requestContact(input: $input) {
      reference
      problems {
        code
      }
    }
  }
`;

graphql`
  subscription documentsChangedSubscription {
    caseloadChanged {
      position
      change
      child {
        childId
        familyName
      }
    }
  }
`;
