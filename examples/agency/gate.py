"""How this agency reaches the gateway: a token by client credentials, purpose and reason, and patience."""

import asyncio
import hashlib
import time
from typing import Any

import httpx

RETRIED = {429, 503}
"""Statuses that mean "later": what was sent may be sent again, a deed under the same `clientMutationId`."""


class Tokens:
    """Tokens by OAuth 2.0 client credentials (RFC 6749 4.4), each used until a minute before its end."""

    def __init__(self, url: str, client: str, secret: str, http: httpx.AsyncClient) -> None:
        self._url, self._client, self._secret, self._http = url, client, secret, http
        self._token, self._until = "", 0.0

    async def current(self) -> str:
        """Return a token that is good for a minute at least. Raises httpx.HTTPError."""
        if time.monotonic() > self._until - 60:
            form = {"grant_type": "client_credentials"}
            answer = await self._http.post(self._url, data=form, auth=(self._client, self._secret))
            answer.raise_for_status()
            told = answer.json()
            self._token, self._until = told["access_token"], time.monotonic() + told["expires_in"]
        return self._token

    def forget(self) -> None:
        """Get a new token next time: the gateway has refused this one."""
        self._until = 0.0


class Gate:
    """The HTTP client that the generated `Directory` is given; it finishes each request and sends it again."""

    def __init__(self, tokens: Tokens, http: httpx.AsyncClient, purpose: str, reason: str, *, trusted: bool) -> None:
        self._tokens, self._http, self._trusted = tokens, http, trusted
        self._access = {"purpose": purpose, "reason": reason}

    async def post(
        self, url: str, json: Any = None, data: Any = None, files: Any = None, headers: Any = None, **_: Any
    ) -> httpx.Response:
        """Send one operation, up to five times; raise httpx.TransportError where the last is not answered."""
        body = self._finished(json)
        for attempt in range(5):
            bearer = {"Authorization": f"Bearer {await self._tokens.current()}"}
            try:
                answer = await self._http.post(url, json=body, headers=bearer)
            except httpx.TransportError:
                if attempt == 4:
                    raise
                await asyncio.sleep(2**attempt)
                continue
            if answer.status_code == 401 and attempt == 0:
                self._tokens.forget()
            elif answer.status_code in RETRIED and attempt < 4:
                await asyncio.sleep(min(float(answer.headers.get("retry-after", 2**attempt)), 3_600))
            else:
                break
        return answer

    async def opening(self) -> dict[str, Any]:
        """Return what a stream opens its connection with: the same token, purpose and reason."""
        return {
            "Authorization": f"Bearer {await self._tokens.current()}",
            "extensions": {"access": self._access},
        }

    async def aclose(self) -> None:
        await self._http.aclose()

    def _finished(self, body: dict[str, Any]) -> dict[str, Any]:
        """Return a request with purpose and reason, its document named by its id where only these are trusted."""
        finished = body | {"extensions": {"access": self._access}}
        if self._trusted:
            finished["documentId"] = id_of(finished.pop("query"))
        return finished


def id_of(document: str) -> str:
    """Return a document's id, the SHA-256 of its text."""
    return f"sha256:{hashlib.sha256(document.encode()).hexdigest()}"
