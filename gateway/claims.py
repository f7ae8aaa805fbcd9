"""What a token says, read and judged apart from its signature (RFC 7519, RFC 9068 2.2 and 4, RFC 8725 3).

Nothing here is believed until `gateway/tokens.py` has verified the signature.
"""

import base64
import binascii
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

LONGEST_CHAIN = 5
"""How many actors a token may name, one within the other."""
_TYPES = frozenset({"at+jwt", "application/at+jwt"})


class Unfit(ValueError):  # noqa: N818  # as `Refusal`
    """Says that a token is none that could be taken, whoever has signed it."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """What a valid token says: the account's subject, and for the demo a purpose and a reason to fall back on.

    `client` is the `client_id` that it was issued to (RFC 9068 2.2), `on_behalf_of` the one who acts for the subject
    now (`act.sub`, RFC 8693 4.1). The token is good before `ends` (seconds since 1970).
    """

    subject: str
    client: str | None = None
    on_behalf_of: str | None = None
    purpose: str | None = None
    reason: str | None = None
    ends: float = field(default=math.inf, compare=False)


@dataclass(frozen=True, slots=True)
class Verified:
    """A token that holds in every way but time: it is good from `begins` on (seconds since 1970)."""

    bearer: Bearer
    begins: float

    @property
    def ends(self) -> float:
        """Before when it is good."""
        return self.bearer.ends


@dataclass(frozen=True, slots=True)
class Draft:
    """A token in parts, nothing of which is proven."""

    algorithm: str
    kid: str | None
    claims: dict[str, Any]


def read_draft(token: str) -> Draft:
    """Return the parts of a JWS in compact form that says it is an access token (`typ`, RFC 9068 4).

    Raises Unfit for anything else, for a name that stands twice (RFC 7515 4, RFC 7519 4), and for `crit`, since no
    extension is understood. Other parts of a header are never looked at: keys that a token brings (`jwk`, `jku`, `x5c`,
    `x5u`) count for nothing.
    """
    parts = token.split(".")
    if len(parts) != 3:
        raise Unfit
    header, claims = _object(parts[0]), _object(parts[1])
    algorithm, kind, kid = header.get("alg"), header.get("typ"), header.get("kid")
    if not isinstance(algorithm, str) or not isinstance(kind, str) or kind.lower() not in _TYPES:
        raise Unfit
    if "crit" in header or ("kid" in header and not isinstance(kid, str)):
        raise Unfit
    return Draft(algorithm, kid, claims)


def judged(claims: dict[str, Any], audience: str, skew: int, *, demo: bool) -> Verified:
    """Return what `claims` say of who is asking and when, for the issuer that they name.

    Raises Unfit where a claim is missing that must be there, or is not what it must be. `skew` is by how many seconds
    the issuer's clock and ours may differ. Claims of a purpose count for the `demo` alone.
    """
    if audience not in _audiences(claims.get("aud")) or claims.get("cnf") is not None:
        raise Unfit  # a token bound to a key (`cnf`, RFC 7800) is no bearer token, and nothing here checks the binding
    issued, ends = _time(claims.get("iat")), _time(claims.get("exp"))
    begins = max(issued, _time(claims["nbf"])) if "nbf" in claims else issued
    bearer = Bearer(
        subject=_name(claims.get("sub")),
        client=_name(claims["client_id"]) if "client_id" in claims else None,
        on_behalf_of=_actor(claims["act"], claims["iss"]) if "act" in claims else None,
        purpose=_text(claims.get("demo_purpose")) if demo else None,
        reason=_text(claims.get("demo_reason")) if demo else None,
        ends=ends + skew,
    )
    return Verified(bearer, begins - skew)


def _actor(act: Any, issuer: str, depth: int = 1) -> str:
    """Return who acts now: the outermost actor; those within it acted before (RFC 8693 4.1).

    What cannot be read is refused, not overlooked: the journal would say that the subject acted alone. So is an actor
    of another issuer, who would stand there under a name that means somebody else.
    """
    if not isinstance(act, dict) or depth > LONGEST_CHAIN or act.get("iss", issuer) != issuer:
        raise Unfit
    if "act" in act:
        _actor(act["act"], issuer, depth + 1)
    return _name(act.get("sub"))


def _audiences(value: Any) -> Sequence[str]:
    audiences = value if isinstance(value, list) else [value]
    if not all(isinstance(each, str) for each in audiences):
        raise Unfit
    return audiences


def _time(value: Any) -> float:
    """Return a NumericDate: a number, and none of those that compare with nothing."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise Unfit
    return float(value)


def _name(value: Any) -> str:
    if not (text := _text(value)):
        raise Unfit
    return text


def _text(value: Any) -> str | None:
    """Return a claim that is a text one can store and print, else None."""
    return value if isinstance(value, str) and value.isprintable() else None


def _object(part: str) -> dict[str, Any]:
    """Return the JSON object in a part of a token (RFC 7515 2: base64url without padding)."""
    try:
        raw = base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
        read = json.loads(raw, object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError, binascii.Error):
        raise Unfit from None
    if not isinstance(read, dict) or "=" in part:
        raise Unfit
    return read


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) < len(pairs):
        raise Unfit
    return read


def _no_number(_: str) -> NoReturn:
    raise Unfit
