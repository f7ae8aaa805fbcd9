"""The demo's personas for its explorer: who they are, a token for each, two records to compare. Never elsewhere.

INVARIANT (demo-alone): only `gateway demo` gives `create_app` personas; without them there is no such address.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from authz.policy import ACTS, PURPOSES
from authz.words import Role
from gateway.demo import DemoKeys

OWN = frozenset({"same-origin", "none"})
"""What a browser says of requests of the gateway's own page, and of an address that somebody typed (Fetch Metadata)."""

KEPT_HERE = {"Cache-Control": "no-store", "Cross-Origin-Resource-Policy": "same-origin", "Vary": "Sec-Fetch-Site, Host"}


@dataclass(frozen=True, slots=True)
class Shown:
    """One persona: whose account, of which role, and a sentence on what it shows."""

    name: str
    role: Role
    about: str


@dataclass(frozen=True, slots=True)
class Personas:
    """The personas by their names, the keys that make their tokens, and the numbers of records `open` and `shielded`.

    `host` is the name that the demo listens on.
    """

    keys: DemoKeys
    shown: Mapping[str, Shown]
    records: Mapping[str, str]
    host: str = "127.0.0.1"

    def answer(self, request: Request, now: datetime) -> Response:
        """Answer all of it, to the demo's own page and to programs of this machine; 403 to the page of anybody else."""
        if not (request.headers.get("sec-fetch-site", "none") in OWN and self._is_ours(request.headers.get("host"))):
            return PlainTextResponse("personas are for the demo's own page", 403, KEPT_HERE)
        return JSONResponse({"personas": [*self._told(now)], "records": dict(self.records)}, headers=KEPT_HERE)

    def _told(self, now: datetime) -> Any:
        for name, one in self.shown.items():
            yield {
                "name": name,
                "person": one.name,
                "role": one.role,
                "about": one.about,
                "acts": sorted(ACTS[one.role]),
                "purposes": PURPOSES[one.role],
                "token": self.keys.token(name, one.role, now),
            }

    def _is_ours(self, host: str | None) -> bool:
        """Tell whether a request names the demo by an address, or by the name that it listens on.

        A page of somebody else's name that resolves to this machine (DNS rebinding) is of the same origin as the demo.
        """
        try:
            name = urlsplit(f"//{host}").hostname or "" if host else ""
        except ValueError:  # a bracket without its other half, or with no address within
            return False
        try:
            return bool(ip_address(name))
        except ValueError:
            return name in {"localhost", self.host.lower()}
