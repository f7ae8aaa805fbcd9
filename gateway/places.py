"""Where an issuer's public keys are: a file, or an address that is asked over HTTP and never waited for long."""

import asyncio
import re
import ssl
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Protocol

import httpx

from gateway.jwks import MOST_BYTES, UnusableKeys

PATIENCE = 5.0
"""For how many seconds an address is waited for at most, from the name's lookup to the last byte."""
_HEADERS = {
    "Accept": "application/jwk-set+json, application/json",
    "Accept-Encoding": "identity",  # what is packed is as large as it likes once it is unpacked
    "User-Agent": "contactpoint-gateway",
}


@dataclass(frozen=True, slots=True)
class Found:
    """The text of a set of keys, and for how many seconds it is fresh, where its place says so."""

    text: bytes
    fresh: int | None = None


class Place(Protocol):
    """Somewhere a set of keys is looked for; `look` raises UnusableKeys where there is none to be had."""

    async def look(self) -> Found: ...


@dataclass(frozen=True, slots=True)
class Given:
    """A set of keys that is at hand and stays as it is."""

    text: bytes

    async def look(self) -> Found:
        return self.read()

    def read(self) -> Found:
        return Found(self.text)


@dataclass(frozen=True, slots=True)
class File:
    """A file with a set of keys."""

    path: Path

    def __str__(self) -> str:
        return str(self.path)

    async def look(self) -> Found:
        return await asyncio.to_thread(self.read)

    def read(self) -> Found:
        """Read the file, no further than a set may reach."""
        try:
            with self.path.open("rb") as stream:
                return Found(stream.read(MOST_BYTES + 1))
        except OSError as error:
            raise UnusableKeys(f"cannot be read ({error.strerror}): look at its name and rights") from None


@dataclass(frozen=True, slots=True)
class Address:
    """An address with a set of keys, asked directly: by way of no proxy, with no redirect followed and no login sent.

    Certificates are checked with those that the machine trusts, so that an authority of one's own can be among them.
    """

    url: httpx.URL
    patience: float = PATIENCE
    trusted: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False)

    def __str__(self) -> str:
        return str(self.url.copy_with(query=None))

    async def look(self) -> Found:
        try:
            # httpx bounds each wait for the socket alone: who sends a byte now and then would be waited for all day.
            async with asyncio.timeout(self.patience):
                return await self._asked()
        except (TimeoutError, httpx.TimeoutException):
            raise UnusableKeys(f"did not answer within {self.patience:g} seconds: look at the issuer") from None
        except (httpx.HTTPError, OSError) as error:
            raise UnusableKeys(f"cannot be reached ({type(error).__name__}): look at the issuer and the way") from None

    async def _asked(self) -> Found:
        async with (
            httpx.AsyncClient(verify=self.trusted, trust_env=False, timeout=self.patience) as client,
            client.stream("GET", self.url, headers=_HEADERS, follow_redirects=False) as answer,
        ):
            if answer.status_code != 200:
                raise UnusableKeys(
                    f"answered with status {answer.status_code}: name the address of the keys themselves"
                )
            if answer.headers.get("content-encoding", "identity") != "identity":
                raise UnusableKeys("answered in an encoding that was not asked for: look at the issuer")
            text = bytearray()
            async for chunk in answer.aiter_raw():
                text += chunk
                if len(text) > MOST_BYTES:
                    break
            return Found(bytes(text), _fresh(answer.headers.get("cache-control", "")))


def _fresh(directives: str) -> int | None:
    """Return for how many seconds an answer may be kept (RFC 9111 5.2.2), None where it does not say."""
    told = directives.lower()
    if "no-store" in told or "no-cache" in told:
        return 0
    found = re.search(r"(?:^|[\s,])max-age=\"?(\d{1,10})", told)
    return int(found[1]) if found else None


def place_of(text: str) -> File | Address:
    """Return the place that a setting names. Raises ValueError, with the end of a sentence, for an unsafe address."""
    if "://" not in text:
        return File(Path(text))
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL:
        raise ValueError("is no address: write `https://`, a host and a path") from None
    if not url.host or url.scheme not in {"http", "https"}:
        raise ValueError("is no address: write `https://`, a host and a path")
    if url.scheme == "http" and not _is_loopback(url.host):
        raise ValueError("must begin with `https://`: whoever is on the way could put keys of their own in its place")
    if url.userinfo or url.fragment:
        raise ValueError("holds a login or a fragment: public keys need neither")
    return Address(url)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
