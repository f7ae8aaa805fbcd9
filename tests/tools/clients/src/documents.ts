import { graphql } from "./gql";

export const Round = graphql(/* GraphQL */ `
  query Round($first: Int!, $after: String) {
    caseload(first: $first, after: $after) {
      edges {
        node {
          ...Row
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }

  fragment Row on Child {
    id
    familyName
    shielded
    directoryNumber
  }
`);

export const ByNumber = graphql(/* GraphQL */ `
  query ByNumber($number: String!) {
    child(directoryNumber: $number) {
      id
      telephone: phone
      involvements(first: 5) {
        edges {
          node {
            id
            own
            organisation {
              id
              name
            }
          }
        }
      }
      withheld {
        group
        notice
        broker {
          name
          phone
        }
      }
    }
  }
`);

export const ById = graphql(/* GraphQL */ `
  query ById($id: ID!) {
    node(id: $id) {
      id
      ... on Child {
        givenNames
      }
    }
  }
`);

export const Alerts = graphql(/* GraphQL */ `
  query Alerts {
    alerts {
      edges {
        node {
          id
        }
      }
    }
  }
`);

export const Ask = graphql(/* GraphQL */ `
  mutation Ask($input: RequestContactInput!) {
    requestContact(input: $input) {
      clientMutationId
      reference
      problems {
        code
        field
        message
      }
    }
  }
`);

export const Changed = graphql(/* GraphQL */ `
  subscription Changed {
    caseloadChanged {
      position
      change
      child {
        childId
        familyName
      }
    }
  }
`);
