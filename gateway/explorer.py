"""The explorer: a page on which people look at what the gateway answers to whom, served by the gateway itself.

It is part of the demo; elsewhere it is served where the operator asks for it, and nobody's token comes with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from gateway.law import law
from gateway.personas import Personas
from gateway.room import Room
from gateway.settings import Settings
from gateway.site import Site
from gateway.tokens import Issuer
from gateway.why import Why


def explores(settings: Settings, personas: Personas | None) -> bool:
    """Tell whether there is an explorer: as the operator says, by default where there are personas to be."""
    return personas is not None if settings.explorer is None else settings.explorer


@dataclass(frozen=True, slots=True)
class Explorer:
    """What the explorer's page asks the gateway for, beside what everybody asks it for."""

    site: Site
    why: Why
    personas: Personas | None

    @property
    def routes(self) -> Sequence[Route]:
        """The addresses; that of the personas in the demo alone."""
        routes = [
            Route("/graphql", self.page, methods=["GET"]),
            Route("/explorer/law", self.law, methods=["GET"]),
            Route("/explorer/profile", self.profile, methods=["GET"]),
            Route("/explorer/why", self.why.answer, methods=["GET", "POST"]),
        ]
        if self.personas is not None:
            routes.append(Route("/explorer/personas", self.people, methods=["GET"]))
        return [*routes, Route("/explorer/{name:path}", self.file, methods=["GET"])]

    async def page(self, request: Request) -> Response:
        """Answer the page to a browser that looks for one; 405 to everybody else: nothing is executed by GET."""
        if "text/html" not in request.headers.get("accept", ""):
            return PlainTextResponse("send POST: GET executes nothing", 405, {"Allow": "POST", "Vary": "Accept"})
        answer = self.site.page(request)
        answer.headers.add_vary_header("Accept")
        return answer

    async def file(self, request: Request) -> Response:
        """Answer one of the page's files."""
        return self.site.file(request)

    async def law(self, request: Request) -> Response:  # noqa: ARG002  # Starlette's signature
        """Answer the policy, which is no secret and names nobody."""
        return Response(law(), headers={"Cache-Control": "no-cache"}, media_type="application/json")

    async def profile(self, request: Request) -> Response:  # noqa: ARG002  # as above
        """Answer whether this is the demo, where the page can be everybody, or whether a token must be brought."""
        told = orjson.dumps({"demo": self.personas is not None})
        return Response(told, headers={"Cache-Control": "no-store"}, media_type="application/json")

    async def people(self, request: Request) -> Response:
        """Answer who one can be in the demo."""
        if self.personas is None:
            return Response(status_code=404)
        return self.personas.answer(request, self.why.room.operations.clock())


def explorer_of(
    settings: Settings, issuers: Sequence[Issuer], room: Room, personas: Personas | None, *, access_headers: bool
) -> Explorer | None:
    """Return the explorer of one process, None where there is none.

    `access_headers` tells whether headers may state purpose and reason.
    """
    if not explores(settings, personas):
        return None
    why = Why(
        issuers=issuers,
        room=room,
        demo=personas is not None,
        access_headers=access_headers,
        body_seconds=settings.body_seconds,
    )
    return Explorer(Site(), why, personas)
