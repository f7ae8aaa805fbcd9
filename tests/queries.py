"""The operations that several tests ask."""

BODY = "organisation { id name kind phone email address { lines town postcode uprn } withheld { group } }"
INVOLVEMENT = f"""
  id service from to lead assessment own {BODY}
  practitioner {{ id name profession phone email {BODY} }}
"""
RECORD = f"""
fragment Record on Child {{
  id directoryNumber givenNames familyName dateOfBirth gender shielded version
  formerNames {{ givenNames familyName until }}
  contacts {{
    id givenNames familyName relationship parentalResponsibility version phone email
    address {{ lines town postcode uprn }}
    child {{ childId directoryNumber shielded involved }}
    withheld {{ group notice broker {{ name phone email }} }}
  }}
  whereabouts {{
    __typename
    ... on CurrentAddress {{ address {{ lines town postcode uprn }} since }}
    ... on LastKnownAddress {{ address {{ lines town postcode uprn }} until }}
    ... on NoAddressKnown {{ since }}
    ... on LeftEngland {{ on returning }}
  }}
  phone email updatedAt
  responsibleAuthority {{ id name kind phone }}
  education {{ from to {BODY} }}
  gpPractice {{ since {BODY} }}
  involvements(current: false) {{ edges {{ cursor node {{ {INVOLVEMENT} }} }} pageInfo {{ hasNextPage endCursor }} }}
  agencies {{ name phone }}
  leadProfessional {{ {INVOLVEMENT} }}
  assessment {{ holder {{ {INVOLVEMENT} }} }}
  sensitiveInvolvements {{ {INVOLVEMENT} }}
  externalIdentifiers {{ scheme value }}
  withheld {{ group notice broker {{ name phone email }} }}
}}
"""
CHILD = RECORD + "query Record($number: String) { child(directoryNumber: $number) { ...Record } }"
BY_ID = RECORD + "query ById($id: ID!) { node(id: $id) { __typename id ...Record } child(id: $id) { ...Record } }"
SEARCH = """
query Search($search: ChildSearch!, $first: Int) {
  children(search: $search, first: $first) {
    tooMany
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges { cursor node { childId directoryNumber givenNames familyName dateOfBirth shielded involved } }
  }
}
"""
CONTACTS = """
query Contacts($search: ContactSearch!, $first: Int) {
  contacts(search: $search, first: $first) {
    tooMany
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges { cursor node {
      id givenNames familyName relationship phone email address { postcode } withheld { group }
      child { childId givenNames shielded involved }
    } }
  }
}
"""
CASELOAD = (
    RECORD
    + """
query Caseload($first: Int, $after: String) {
  caseload(first: $first, after: $after) {
    edges { cursor node { ...Record } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""
)
PAGE = """
query Page($first: Int) {
  caseload(first: $first) {
    edges { node {
      familyName
      contacts { givenNames phone }
      involvements { edges { node { service organisation { name phone } practitioner { name organisation { name } } } } }
    } }
  }
}
"""
BODIES = """
query Bodies($name: String, $kind: OrganisationKind, $first: Int, $after: String) {
  organisations(name: $name, kind: $kind, first: $first, after: $after) {
    edges { cursor node { id name kind phone email address { postcode } withheld { group } } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""
WORKERS = """
query Workers($name: String, $organisation: ID, $first: Int, $after: String) {
  practitioners(name: $name, organisation: $organisation, first: $first, after: $after) {
    edges { cursor node { id name profession phone email organisation { id name phone } } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""
LISTS = """
query Lists($first: Int) {
  organisations(first: $first) {
    edges { cursor node { name practitioners(first: $first) {
      edges { cursor node { name caseload(first: $first) {
        edges { cursor node { childId directoryNumber givenNames familyName shielded involved } }
        tooMany
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      } } }
      pageInfo { hasNextPage endCursor }
    } } }
    pageInfo { hasNextPage endCursor }
  }
}
"""
