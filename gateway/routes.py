"""The addresses of the gateway, and what stands at each."""

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Route, WebSocketRoute

from gateway.contract import contract
from gateway.endpoint import Endpoint
from gateway.explorer import Explorer
from gateway.health import Health
from gateway.origins import broken
from gateway.parts import Parts
from gateway.sockets import Sockets


def served(
    endpoint: Endpoint,
    sockets: Sockets,
    health: Health,
    parts: Parts,
    *,
    explorer: Explorer | None,
    browsers: Middleware,
) -> Starlette:
    """Return the application: its addresses, behind what `browsers` are told. Without an explorer it has no page."""
    routes: list[BaseRoute] = [
        Route("/graphql", endpoint.post, methods=["POST"]),
        WebSocketRoute("/graphql", sockets.serve),
        Route("/schema.graphql", contract, methods=["GET"]),
        Route("/healthz", health.alive, methods=["GET"]),
        Route("/readyz", health.ready, methods=["GET"]),
        *(explorer.routes if explorer is not None else ()),
    ]
    return Starlette(
        routes=routes, lifespan=parts.opened, middleware=[browsers], exception_handlers={Exception: broken}
    )
