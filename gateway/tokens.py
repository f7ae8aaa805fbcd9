"""Who is asking: bearer tokens (RFC 6750), JWT access tokens (RFC 9068), checked as RFC 8725 advises.

The token names the account and nothing else: role, organisation and rights come from the directory (R39).
"""

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

import orjson
from joserfc import jws

from gateway.claims import Bearer, Verified, judged, read_draft
from gateway.errors import OUTAGE, Code, Refusal
from gateway.jwks import PublicKeys
from gateway.keysource import KeySource
from gateway.places import Given

log = logging.getLogger("gateway")

AUDIENCE = "contactpoint-gateway"
ALGORITHMS = ("ES256",)
LONGEST = 8_192
SKEW = 30
_BEARER = re.compile(r"bearer +([A-Za-z0-9_.~+/=-]+) *", re.IGNORECASE)
_INVALID = "the token is not valid here, or no longer: get a new one"


@dataclass(frozen=True, slots=True, eq=False)
class Issuer:
    """Somebody whose tokens are taken. Only the `demo` one may state a purpose and a reason by its tokens.

    `skew` is by how many seconds its clock and ours may differ.
    """

    name: str
    keys: KeySource
    demo: bool = False
    audience: str = AUDIENCE
    algorithms: tuple[str, ...] = ALGORITHMS
    skew: int = SKEW

    @classmethod
    def given(cls, name: str, keys: Mapping[str, Any], *, demo: bool = False) -> Self:
        """Return an issuer whose public `keys`, a set as JSON has it, stay as they are. Raises UnusableKeys."""
        place = Given(orjson.dumps(keys))
        source = KeySource(name, place, ALGORITHMS)
        source.take(place.read())
        return cls(name, source, demo)


class UnknownKey(Refusal):
    """Refuses a token for a key that its issuer is not known to have; a look at the issuer may tell otherwise.

    Where no keys of the issuer are known, nothing is said of the token: it may be good, and is to be sent again.
    """

    def __init__(self, issuer: Issuer) -> None:
        if issuer.keys.known is None:
            message = "the keys of the token's issuer have not been got yet: try again"
            super().__init__(Code.UNAVAILABLE, message, wait=OUTAGE)
        else:
            super().__init__(Code.UNAUTHENTICATED, _INVALID)
        self.issuer = issuer


async def authenticate(headers: Sequence[str], issuers: Sequence[Issuer], clock: Callable[[], datetime]) -> Bearer:
    """Return who the `Authorization` headers name, having looked for the key of the token where it is unknown.

    Waits for nothing else. Raises Refusal as `read_bearer` does.
    """
    try:
        return read_bearer(headers, issuers, clock())
    except UnknownKey as unknown:
        issuer = unknown.issuer
    await issuer.keys.look()
    try:
        return read_bearer(headers, issuers, clock())
    except UnknownKey:
        log.info("a token names a key that its issuer is not known to have", extra={"issuer": issuer.name})
        raise


def read_bearer(headers: Sequence[str], issuers: Sequence[Issuer], now: datetime) -> Bearer:
    """Return who the `Authorization` headers name, by the keys that are known at this moment.

    Raises Refusal UNAUTHENTICATED for no token, more than one, or one that any check fails; the message does not say
    which check. Of these, UnknownKey is for a token that is good but for a key that is not known.
    """
    if not headers:
        raise _refused("no token: send `Authorization: Bearer <token>`")
    match = _BEARER.fullmatch(headers[0])
    if len(headers) > 1 or match is None or len(match[1]) > LONGEST:
        raise _refused("the `Authorization` header is not one bearer token: send `Bearer <token>`")
    at = now.timestamp()
    read = _kept(match[1], issuers) or _verified(match[1], issuers, at)
    if not read.begins <= at < read.ends:
        raise _refused(_INVALID)
    return read.bearer


def _kept(token: str, issuers: Sequence[Issuer]) -> Verified | None:
    """Return what is kept of a token that an issuer's present keys have verified; its time is yet to be checked."""
    for issuer in issuers:
        keys = issuer.keys.known
        read = keys.verified(token) if keys else None
        if read is not None:
            return read
    return None


def _verified(token: str, issuers: Sequence[Issuer], at: float) -> Verified:
    """Return what a token says that is seen for the first time.

    The signature comes last: a token that is wrong in another way, or has run out, makes nobody look for its key.
    """
    try:
        draft = read_draft(token)
        issuer = next(each for each in issuers if each.name == draft.claims["iss"])
        read = judged(draft.claims, issuer.audience, issuer.skew, demo=issuer.demo)
        if draft.algorithm in issuer.algorithms and read.begins <= at < read.ends:
            keys = _keys(issuer, draft.kid)
            _check(token, keys, draft.kid, draft.algorithm)
            keys.keep(token, read)
            return read
    except UnknownKey:
        raise
    except Exception:  # noqa: BLE001  # whatever is wrong with a token, it is no token (R41)
        raise _refused(_INVALID) from None
    raise _refused(_INVALID)


def _keys(issuer: Issuer, kid: str | None) -> PublicKeys:
    keys = issuer.keys.known
    if keys is None or (kid is not None and keys.named(kid) is None):
        raise UnknownKey(issuer)
    return keys


def _check(token: str, keys: PublicKeys, kid: str | None, algorithm: str) -> None:
    """Check the signature with the one key that the token names. Raises whatever, where it is not that key's.

    A key of another type, curve or `alg` than the algorithm's is refused by the library; the tests hold it to that.
    """
    if (key := keys.named(kid)) is None:
        raise _refused(_INVALID)
    registry = jws.JWSRegistry(algorithms=[algorithm], strict_check_header=False)
    registry.max_header_length = registry.max_signature_length = LONGEST
    jws.deserialize_compact(token, key, registry=registry)


def _refused(message: str) -> Refusal:
    return Refusal(Code.UNAUTHENTICATED, message)
