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
