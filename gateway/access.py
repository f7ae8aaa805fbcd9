"""Why this operation is asked: from the body, the headers or, for the demo alone, the token."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote_to_bytes

from starlette.datastructures import Headers

from authz.policy import PURPOSES_OF
from authz.purpose import read_purpose, says_why
from authz.viewer import Viewer
from gateway.claims import Bearer
from gateway.errors import Code, Refusal
from schema.needs import Needs


@dataclass(frozen=True, slots=True)
class Stated:
    """A purpose and a reason as the client gave them, not checked yet."""

    purpose: str | None = None
    reason: str | None = None

    def __bool__(self) -> bool:
        return self.purpose is not None or self.reason is not None


HEADERS = ("access-purpose", "access-reason")


def stated_in(extensions: Any, headers: Headers, bearer: Bearer, *, by_headers: bool = True) -> Stated:
    """Return what is stated, from the one place that states anything.

    Raises Refusal BAD_REQUEST where a part is no string, where body and headers differ, and where headers state
    something though `by_headers` says that they are not taken: whoever sends a reason in a header must hear of it.
    """
    body, head = _from_body(extensions), _from_headers(headers, taken=by_headers)
    if body and head and body != head:
        raise Refusal(Code.BAD_REQUEST, "body and headers state different purposes or reasons: state them once")
    return body or head or Stated(bearer.purpose, bearer.reason)


def _from_body(extensions: Any) -> Stated:
    access = (extensions or {}).get("access")
    if access is None:
        return Stated()
    if not isinstance(access, dict):
        raise Refusal(Code.BAD_REQUEST, "`extensions.access` must be an object with `purpose` and `reason`")
    purpose, reason = access.get("purpose"), access.get("reason")
    if not all(part is None or isinstance(part, str) for part in (purpose, reason)):
        raise Refusal(Code.BAD_REQUEST, "`purpose` and `reason` in `extensions.access` must be strings")
    return Stated(purpose or None, reason or None)


def _from_headers(headers: Headers, *, taken: bool) -> Stated:
    if not taken and any(value.strip() for name in HEADERS for value in headers.getlist(name)):
        raise Refusal(
            Code.BAD_REQUEST,
            "`Access-Purpose` and `Access-Reason` are not taken here, since headers end in logs: state both in"
            " `extensions.access` of the body",
        )
    purpose, reason = (_header(headers, name) for name in HEADERS)
    return Stated(purpose, reason)


def _header(headers: Headers, name: str) -> str | None:
    """Return a percent-encoded UTF-8 header, None where it is missing or empty."""
    values = headers.getlist(name)
    if len(values) > 1:
        raise Refusal(Code.BAD_REQUEST, f"more than one `{name}` header: send one")
    if not values or not values[0].strip():
        return None
    try:
        return unquote_to_bytes(values[0].encode("latin-1")).decode("utf-8")
    except UnicodeDecodeError:
        raise Refusal(Code.BAD_REQUEST, f"`{name}` is not percent-encoded UTF-8") from None


def admit(viewer: Viewer, needs: Needs, stated: Stated) -> Viewer:
    """Return `viewer` with the purpose and reason of this operation, having checked all that it needs.

    Raises Refusal, for the whole operation and before anything of the directory is read: FORBIDDEN where the
    account has lapsed or lacks an act, PURPOSE_REQUIRED where no good purpose and reason are given (R15).
    """
    if not (needs.purpose or needs.in_force):
        return viewer
    if viewer.lapses:
        raise Refusal(Code.FORBIDDEN, "this account has lapsed: `viewer { lapses }` says what is to be mended")
    if not all(viewer.may(*acts) for acts in needs.acts):
        raise Refusal(Code.FORBIDDEN, "this account may not ask for this: its role has no such right")
    if not needs.purpose:
        return viewer
    purpose = read_purpose(stated.purpose)
    if purpose is None or purpose not in viewer.purposes:
        raise Refusal(
            Code.PURPOSE_REQUIRED,
            "state a purpose that this account holds (`viewer { purposes }`) in `extensions.access.purpose`",
        )
    if not says_why(stated.reason):
        raise Refusal(
            Code.PURPOSE_REQUIRED,
            "state a reason in your own words, 10 to 500 characters, in `extensions.access.reason`",
        )
    stating = replace(viewer, purpose=purpose, reason=(stated.reason or "").strip())
    for acts in needs.acts:
        if not stating.may_for_this(*acts):
            allowed = " or ".join(dict.fromkeys(purpose for act in acts for purpose in PURPOSES_OF.get(act, ())))
            raise Refusal(Code.PURPOSE_REQUIRED, f"this is for another purpose: state {allowed}, if it is yours")
    return stating
