"""Trusted documents in tests: texts of an operator, the rules of a door, and tokens of other clients."""

from typing import Any

from joserfc import jwt

from gateway.demo import ISSUER
from gateway.manifest import Entry, id_of
from gateway.tokens import AUDIENCE
from gateway.trusted import Profile
from tests.client import Gateway

ROUND = "query Round { caseload { edges { node { givenNames } } } }"
SEVERAL = 'query Who { viewer { name } } query Nobody { child(id: "nobody") { id } } query Me { viewer { role } }'
TEXTS = (ROUND, SEVERAL)


def trusting(*texts: str, free: frozenset[str] | None = frozenset(), headers: bool = False) -> Profile:
    """Return the rules of a door that trusts `texts`, by default those of production."""
    return Profile([Entry(text, id_of(text), "`a test`") for text in texts], free, access_headers=headers)


def token_of(gateway: Gateway, client: str | None) -> str:
    """Return the teacher's token as it is issued to `client`, or naming none."""
    now = int(gateway.clock.now.timestamp())
    claims: dict[str, Any] = {"iss": ISSUER, "aud": AUDIENCE, "sub": "teacher", "iat": now, "exp": now + 600}
    claims |= {} if client is None else {"client_id": client}
    key = gateway.keys._key
    return jwt.encode({"alg": "ES256", "typ": "at+jwt", "kid": key.kid}, claims, key, algorithms=["ES256"])
