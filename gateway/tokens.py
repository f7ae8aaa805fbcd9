"""Who is asking: bearer tokens (RFC 6750), JWT access tokens (RFC 9068), checked as RFC 8725 advises.

The token names the account and nothing else: role, organisation and rights come from the directory (R39).
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache, partial
from typing import Any

from joserfc import jwt
from joserfc.jwk import KeySet

from gateway.errors import Code, Refusal

AUDIENCE = "contactpoint-gateway"
ALGORITHMS = ("ES256",)
LONGEST = 8_192
SKEW = 30
KEPT = 4_096
"""How many tokens of an issuer are kept once their signature is verified."""
_TYPES = {"at+jwt", "application/at+jwt"}
_BEARER = re.compile(r"bearer +([A-Za-z0-9_.~+/=-]+) *", re.IGNORECASE)


@dataclass(frozen=True, slots=True, eq=False)
class Issuer:
    """Somebody whose tokens are taken. Only the `demo` one may state a purpose and a reason by its tokens.

    `verified` gives a token whose signature is right, or raises. It keeps those that are, as long as the issuer with
    these keys is kept; what a token claims is checked each time anew.
    """

    name: str
    keys: KeySet
    demo: bool = False
    audience: str = AUDIENCE
    algorithms: tuple[str, ...] = ALGORITHMS
    verified: Callable[[str], jwt.Token] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        verify = partial(jwt.decode, key=self.keys, algorithms=list(self.algorithms))
        object.__setattr__(self, "verified", lru_cache(KEPT)(verify))


@dataclass(frozen=True, slots=True)
class Bearer:
    """What a valid token says: the account's subject, and for the demo a purpose and a reason to fall back on.

    `client` is the `client_id` that it was issued to (RFC 9068 2.2).
    """

    subject: str
    client: str | None = None
    on_behalf_of: str | None = None
    purpose: str | None = None
    reason: str | None = None


def read_bearer(headers: Sequence[str], issuers: Sequence[Issuer], now: datetime) -> Bearer:
    """Return who the `Authorization` headers name.

    Raises Refusal UNAUTHENTICATED for no token, more than one, or one that any check fails; the message does
    not say which check.
    """
    if not headers:
        raise _refused("no token: send `Authorization: Bearer <token>`")
    match = _BEARER.fullmatch(headers[0])
    if len(headers) > 1 or match is None or len(match[1]) > LONGEST:
        raise _refused("the `Authorization` header is not one bearer token: send `Bearer <token>`")
    for issuer in issuers:
        claims = _claims(match[1], issuer, now)
        if claims is not None:
            return _bearer(claims, issuer)
    raise _refused("the token is not valid here, or no longer: get a new one")


def _claims(token: str, issuer: Issuer, now: datetime) -> dict[str, Any] | None:
    checks = jwt.JWTClaimsRegistry(
        now=lambda: int(now.timestamp()),
        leeway=SKEW,
        iss={"essential": True, "value": issuer.name},
        aud={"essential": True, "value": issuer.audience},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
    )
    try:
        read = issuer.verified(token)
        checks.validate(read.claims)
    except Exception:  # noqa: BLE001  # whatever is wrong with a token, it is no token (R41)
        return None
    well_typed = str(read.header.get("typ", "")).lower() in _TYPES and _text(read.claims["sub"]) is not None
    return read.claims if well_typed else None


def _bearer(claims: dict[str, Any], issuer: Issuer) -> Bearer:
    actor = claims.get("act")
    return Bearer(
        subject=claims["sub"],
        client=_text(claims.get("client_id")),
        on_behalf_of=_text(actor.get("sub")) if isinstance(actor, dict) else None,
        purpose=_text(claims.get("demo_purpose")) if issuer.demo else None,
        reason=_text(claims.get("demo_reason")) if issuer.demo else None,
    )


def _text(value: Any) -> str | None:
    """Return a claim that is a text one can store and print, else None."""
    return value if isinstance(value, str) and value.isprintable() else None


def _refused(message: str) -> Refusal:
    return Refusal(Code.UNAUTHENTICATED, message)
