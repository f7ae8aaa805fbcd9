"""The work of the benchmark: what a screen of a front-end asks, as requests that are made beforehand."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Any

_CONTACTS = """contacts {
  id givenNames familyName relationship parentalResponsibility phone email address { lines town postcode }
  withheld { group }
}"""
_INVOLVEMENTS = """involvements(first: 10) { edges { node {
  id service from to lead own
  organisation { id name kind phone }
  practitioner { id name profession phone email organisation { id name phone } }
} } }"""
_IDENTITY = "id directoryNumber givenNames familyName dateOfBirth gender shielded"

RECORD = f"""query Record($number: String!) {{ child(directoryNumber: $number) {{
  {_IDENTITY}
  {_CONTACTS}
  {_INVOLVEMENTS}
  withheld {{ group notice broker {{ name phone email }} }}
}} }}"""
PAGE = f"""query Page($first: Int!) {{ caseload(first: $first) {{
  edges {{ node {{
    {_IDENTITY}
    {_CONTACTS}
    {_INVOLVEMENTS}
    withheld {{ group }}
  }} }}
  pageInfo {{ hasNextPage }}
}} }}"""
SEARCH = """query Search($search: ChildSearch!) { children(search: $search) {
  tooMany
  edges { node { childId directoryNumber givenNames familyName dateOfBirth gender shielded involved } }
} }"""
CONTACTS = """query Contacts($search: ContactSearch!) { contacts(search: $search) {
  tooMany
  edges { node { id givenNames familyName relationship phone child { childId givenNames familyName } } }
} }"""
DOCUMENTS = {"Record": RECORD, "Page": PAGE, "Search": SEARCH, "Contacts": CONTACTS}

PURPOSE, REASON = "COORDINATE_CARE", "Planning the visits of next week"

WORKS = {
    "W1": "record",
    "W2": "page of 50",
    "W3": "search",
    "W4": "page of 500",
    "W5": "mixed",
}
MIXED = {"W1": 12, "W3": 5, "W2": 3}
"""How often each work stands in twenty requests of W5."""


@dataclass(frozen=True, slots=True)
class Question:
    """One request: an operation of `DOCUMENTS` with its variables, asked by one account."""

    subject: str
    operation: str
    variables: dict[str, Any]

    def raw(self, token: str) -> bytes:
        """Return the request as it goes over the wire."""
        body = json.dumps(
            {
                "query": DOCUMENTS[self.operation],
                "operationName": self.operation,
                "variables": self.variables,
                "extensions": {"access": {"purpose": PURPOSE, "reason": REASON}},
            }
        ).encode()
        head = (
            "POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nAccept: application/json\r\n"
            f"Authorization: Bearer {token}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


def mixed(works: dict[str, Sequence[Question]], length: int = 200) -> list[Question]:
    """Return W5: the other works in fixed shares, in an order that is the same each time."""
    drawn = [
        question
        for work, share in MIXED.items()
        for question in islice(cycle(works[work]), share * length // sum(MIXED.values()))
    ]
    random.Random(5).shuffle(drawn)
    return drawn
