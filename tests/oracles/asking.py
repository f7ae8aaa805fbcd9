"""How an attacker asks: as one account, every answer kept to the byte, and looked at as a clever reader would."""

import json
import re
from base64 import urlsafe_b64decode
from dataclasses import dataclass, field
from typing import Any

from tests.client import Gateway
from tests.observing import read
from tests.oracles.hidden import purpose_of

REFERENCE = re.compile(rb"reference [0-9a-f]{12}")
PAGE_INFO = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
CHILDREN = f"""query($search: ChildSearch!, $first: Int) {{ viewer {{ recordsLeft }}
  children(search: $search, first: $first) {{ tooMany {PAGE_INFO}
    edges {{ cursor node {{ childId directoryNumber givenNames familyName dateOfBirth gender shielded involved }} }} }} }}"""
CONTACTS = f"""query($search: ContactSearch!, $first: Int) {{ viewer {{ recordsLeft }}
  contacts(search: $search, first: $first) {{ tooMany {PAGE_INFO}
    edges {{ cursor node {{ id givenNames familyName phone email address {{ postcode }} withheld {{ group notice }}
      child {{ childId givenNames shielded involved }} }} }} }} }}"""
LEFT = "{ viewer { recordsLeft } }"


@dataclass(frozen=True)
class Answer:
    """One answer as it came: what was asked with it, status, headers and bytes; and the statements that it took."""

    asked: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    statements: tuple[str, ...]

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def left(self) -> int | None:
        """How many records the account had left when this was asked."""
        viewer = (self.json.get("data") or {}).get("viewer") or {}
        found: int | None = viewer.get("recordsLeft")
        return found

    def told(self) -> str:
        """Return what the answer says: without the count of records, and of each cursor the row alone."""
        return json.dumps(_told(self.json), sort_keys=True)

    def shape(self) -> str:
        """Return how the answer is built, without any value: keys, nulls, truths and lengths of lists."""
        return json.dumps(_shape(self.json), sort_keys=True)


def _told(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _told(inner, name) for name, inner in value.items() if name != "recordsLeft"}
    if isinstance(value, list):
        return [_told(inner) for inner in value]
    if isinstance(value, str) and key.lower().endswith("cursor"):
        return urlsafe_b64decode(f"{value}==")[:16].hex()
    return value


def _shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _shape(inner) for name, inner in value.items() if name != "recordsLeft"}
    if isinstance(value, list):
        return [_shape(inner) for inner in value]
    return value if value is None or isinstance(value, bool) else type(value).__name__


@dataclass
class Asking:
    """One account's questions. `transcript` has every answer, in order."""

    gateway: Gateway
    viewer: str
    transcript: list[Answer] = field(default_factory=list)

    async def ask(self, query: str, *, viewer: str | None = None, **variables: Any) -> Answer:
        """Ask as the attacker, or as an accomplice."""
        who = viewer or self.viewer
        texts: list[str] = []
        with read(texts.append):
            response = await self.gateway.raw(who, query, purpose=purpose_of(who), **variables)
        # A fault's reference is random by design; it is the one thing of an answer that may differ.
        body = REFERENCE.sub(b"(reference)", response.content)
        headers = tuple(sorted(response.headers.items()))
        answer = Answer(f"{query} {variables}", response.status_code, headers, body, tuple(sorted(texts)))
        self.transcript.append(answer)
        return answer
