"""A client of `submitFeed`: sends batches until each is answered, whatever fails on the way."""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from gateway.feed_file import Line, Reject, key_of

DOCUMENT = """\
mutation Feed($input: SubmitFeedInput!) {
  submitFeed(input: $input) {
    results { entry outcome problem { code field message } }
    problems { code field message }
  }
}
"""
"""What is asked; `examples/feed.graphql` is the same, for those who trust documents alone."""

TRIES = 10
LONGEST_WAIT = 60.0
AGAIN = {408, 429, 500, 502, 503, 504}
"""Statuses after which the same batch is sent again under its key."""

_OF_THE_SERVER = {"UNAVAILABLE", "TIMEOUT", "INTERNAL", "BUDGET_EXCEEDED"}


class NotSent(Exception):  # noqa: N818  # it ends a feed, which goes on when it is started again
    """A batch could not be sent; its text is a sentence for whoever runs the feed."""


Tokens = Callable[[bool], str]
"""Gives a token; with True a new one, since the last was refused."""


def given_token(token: str) -> Tokens:
    """Return what gives the one token that there is. It raises NotSent where another one is asked for."""

    def give(anew: bool) -> str:
        if anew:
            raise NotSent("the token is refused: get a new one, and start the feed again")
        return token

    return give


def client_credentials(http: httpx.Client, url: str, client: str, secret: str) -> Tokens:
    """Return what fetches tokens by client credentials (RFC 6749 4.4), and keeps the last. It raises NotSent."""
    kept: dict[str, str] = {}

    def give(anew: bool) -> str:
        if anew or "token" not in kept:
            try:
                response = http.post(url, data={"grant_type": "client_credentials"}, auth=(client, secret))
                kept["token"] = str(response.raise_for_status().json()["access_token"])
            except (httpx.HTTPError, ValueError, LookupError):
                raise NotSent(
                    "no token comes from `--token-url`: look at the address, the client and its secret"
                ) from None
        return kept["token"]

    return give


@dataclass
class FeedClient:
    """Sends batches to the gateway at `url`, for the purpose DATA_QUALITY and a `reason`; `rest` waits for seconds."""

    http: httpx.Client
    url: str
    tokens: Tokens
    reason: str
    rest: Callable[[float], None] = time.sleep
    kept: int = 0
    queued: int = 0
    _refused: bool = field(default=False, repr=False)

    def send(self, batch: Sequence[Line]) -> list[Reject]:
        """Send one batch until it is answered; return the entries that are refused. Raises NotSent."""
        given = {"clientMutationId": key_of(list(batch)), "entries": [line.entry for line in batch]}
        payload = self._answered({"input": given})
        if problems := payload["problems"]:
            raise NotSent(f"the gateway refuses the whole: {problems[0]['message']}")
        rejects = []
        for line, result in zip(batch, payload["results"], strict=True):
            if result["problem"] is not None:
                rejects.append(Reject(line.number, result["entry"], **result["problem"]))
            self.queued += result["outcome"] == "QUEUED"
        self.kept += len(batch) - len(rejects)
        return rejects

    def _answered(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        for attempt in range(TRIES):
            response = self._posted(variables)
            if response is not None and response.status_code not in AGAIN:
                answer = self._read(response)
                if answer is not None:
                    return answer
            if attempt < TRIES - 1:
                self.rest(_wait(attempt, response))
        raise NotSent(f"the gateway at `{self.url}` does not answer: start the feed again when it does, it goes on")

    def _posted(self, variables: Mapping[str, Any]) -> httpx.Response | None:
        """Return the response, None where there is none: the connection failed, or it took too long."""
        headers = {
            "authorization": f"Bearer {self.tokens(self._refused)}",
            "accept": "application/graphql-response+json",
        }
        access = {"purpose": "DATA_QUALITY", "reason": self.reason}
        body = {"query": DOCUMENT, "variables": variables, "extensions": {"access": access}}
        try:
            return self.http.post(self.url, json=body, headers=headers)
        except httpx.TransportError:
            return None

    def _read(self, response: httpx.Response) -> dict[str, Any] | None:
        """Return the payload, None where the batch is to be sent again. Raises NotSent."""
        if response.status_code == 401:
            if self._refused:
                raise NotSent("the token is refused, a new one too: have the account looked at")
            self._refused = True
            return None
        self._refused = False
        try:
            answer = response.json()
            payload: dict[str, Any] | None = (answer.get("data") or {}).get("submitFeed")
            errors = [(error["extensions"]["code"], error["message"]) for error in answer.get("errors", ())]
        except (ValueError, LookupError, AttributeError, TypeError):
            raise NotSent(f"`{self.url}` is no gateway: give its address with `--url`, `/graphql` at the end") from None
        if payload is not None:
            return payload
        if errors and errors[0][0] in _OF_THE_SERVER:
            return None
        raise NotSent(": ".join(errors[0]) if errors else f"`{self.url}` answers nothing of a feed")


def _wait(attempt: int, response: httpx.Response | None) -> float:
    """Return for how many seconds to wait: what the gateway asks for, else longer each time, never all at once."""
    asked = "" if response is None else response.headers.get("retry-after", "")
    if asked.isdecimal():
        return min(float(asked), LONGEST_WAIT * 60)
    return min(LONGEST_WAIT, 2.0**attempt) * random.uniform(0.5, 1)  # noqa: S311  # it spreads clients out
