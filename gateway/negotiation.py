"""Which media type an answer takes (GraphQL over HTTP), and with it which status."""

from dataclasses import dataclass

from starlette.datastructures import Headers

from gateway.errors import Code, Refusal

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"
EVENTS = "text/event-stream"

ALWAYS_TOLD = {401, 429, 503}
"""Statuses that hold under `application/json` too; all else is 200 there when the request is well formed."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a client takes: an answer of the type `whole`, unless that is None; a stream of events if it `streams`."""

    whole: str | None
    streams: bool = False

    @property
    def media_type(self) -> str:
        """The type of an answer that is no stream by its nature."""
        return self.whole or EVENTS


def answer_type(headers: Headers) -> Taken:
    """Return what is taken for an answer: the GraphQL type when it is named, JSON for JSON, `*/*` or nothing.

    A stream of events is taken where it is named; it is for subscriptions, and for all else where nothing else is.
    Raises Refusal BAD_REQUEST, status 406, where the client takes none of these.
    """
    accepted = [_weighed(part) for value in headers.getlist("accept") for part in value.split(",") if part.strip()]
    wanted = {kind for kind, weight in accepted if weight > 0}
    streams = EVENTS in wanted
    if not accepted or wanted & {JSON, "*/*", "application/*"}:
        weight = dict(accepted)
        preferred = weight.get(GRAPHQL, 0) >= weight.get(JSON, 0) and GRAPHQL in wanted
        return Taken(GRAPHQL if preferred else JSON, streams)
    if GRAPHQL in wanted or streams:
        return Taken(GRAPHQL if GRAPHQL in wanted else None, streams)
    raise Refusal(
        Code.BAD_REQUEST, f"this endpoint answers `{GRAPHQL}`, `{JSON}` or `{EVENTS}`: accept one", status=406
    )


def _weighed(part: str) -> tuple[str, float]:
    kind, *parameters = (piece.strip().lower() for piece in part.split(";"))
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            return kind, _weight(value.strip())
    return kind, 1.0


def _weight(value: str) -> float:
    try:
        return min(max(float(value), 0.0), 1.0)
    except ValueError:
        return 0.0


def check_content_type(headers: Headers) -> None:
    """Refuse whatever is not JSON in UTF-8, which no cross-site form can send unasked.

    Raises Refusal BAD_REQUEST, status 415.
    """
    kind, *parameters = (piece.strip().lower() for piece in headers.get("content-type", "").split(";"))
    charsets = [p.partition("=")[2].strip('" ') for p in parameters if p.startswith("charset")]
    if kind != JSON or any(charset not in {"utf-8", "utf8"} for charset in charsets):
        raise Refusal(Code.BAD_REQUEST, f"send `Content-Type: {JSON}` in UTF-8", status=415)


def status_for(refusal: Refusal, media_type: str, *, well_formed: bool) -> int:
    """Return the status of a refusal: as the draft says, and 200 for well-formed requests that want JSON."""
    if media_type == GRAPHQL or not well_formed or refusal.status in ALWAYS_TOLD:
        return refusal.status
    return 200
