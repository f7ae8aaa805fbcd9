"""R37 and R39: viewers never mix, and a client's own claims gain nothing."""

import asyncio
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey

from gateway.demo import ISSUER
from gateway.tokens import AUDIENCE, Issuer
from tests.cast import PURPOSE, cast, full_child
from tests.client import Clock, Gateway
from tests.conftest import Serve
from tests.queries import CASELOAD, CHILD
from tests.world import NOW, number_of


async def test_r37_interleaved_viewers_each_get_their_own_answer(serve: Serve) -> None:
    """Forty requests of four viewers at once on one worker answer as each does on a gateway that nobody else asks."""
    world = cast()
    for name in ("anna", "bea"):
        full_child(world, name, authority="leeds")
    world.shield("bea")
    world.application("police", "bea")
    viewers = ("teacher", "officer", "team", "police")

    async def ask(gateway: Gateway, viewer: str) -> Any:
        query = CHILD.replace(" version", "")  # it is keyed by the gateway
        response = await gateway.raw(viewer, query, purpose=PURPOSE[viewer], number=number_of("bea"))
        return _without_cursors(response.json())

    alone = {viewer: await ask(await serve(world), viewer) for viewer in viewers}
    assert len({str(answer) for answer in alone.values()}) >= len(viewers) - 1
    gateway = await serve(world)
    together = await asyncio.gather(*(ask(gateway, viewer) for _ in range(10) for viewer in viewers))
    assert together == [alone[viewer] for _ in range(10) for viewer in viewers]


def _without_cursors(answer: Any) -> Any:
    """Leave out of an answer what is signed with the key of one gateway."""
    if isinstance(answer, list):
        return [_without_cursors(each) for each in answer]
    if isinstance(answer, dict):
        return {name: _without_cursors(each) for name, each in answer.items() if name not in {"cursor", "endCursor"}}
    return answer


async def test_r37_two_operations_share_no_loader(serve_small: Serve) -> None:
    """A second operation of the same viewer reads anew: what changed between shows."""
    world = cast()
    full_child(world, "anna")
    gateway = await serve_small(world)
    before = (await gateway.ask("teacher", CHILD, number=number_of("anna")))["child"]
    from resolvers.store.engine import database_url, make_engine
    from tests.world import World

    more = World()
    more.shield("anna")
    engine = make_engine(database_url(gateway.url))
    await more.write(engine)
    await engine.dispose()
    after = (await gateway.ask("teacher", CHILD, number=number_of("anna")))["child"]
    assert (before["phone"], after["phone"]) == ("07700 900111", None)
    assert [carer["phone"] for carer in (*before["contacts"], *after["contacts"])] == ["07700 900222", None]


async def test_r39_headers_claims_and_variables_of_ones_own_gain_nothing(serve_small: Serve) -> None:
    """Privileged headers, claims in a valid token, extensions and variables change no byte of the answer."""
    world = cast()
    full_child(world, "bea", authority="leeds")
    world.shield("bea")
    gateway = await serve_small(world)
    body = {
        "query": CHILD,
        "variables": {"number": number_of("bea")},
        "extensions": {"access": {"purpose": "COORDINATE_CARE", "reason": "Planning a home visit"}},
    }
    plain = (await gateway.post("teacher", body)).text
    key = gateway.keys._key
    claims = {
        "iss": ISSUER, "aud": AUDIENCE, "sub": "teacher", "iat": int(NOW.timestamp()), "exp": int(NOW.timestamp()) + 60,
        "role": "DIRECTORY_TEAM", "roles": ["admin"], "organisation": "team-office", "scope": "*", "act": {"sub": "team"},
    }  # fmt: skip
    token = jwt.encode({"alg": "ES256", "typ": "at+jwt", "kid": key.kid}, claims, key, algorithms=["ES256"])
    loud = body | {"variables": body["variables"] | {"role": "DIRECTORY_TEAM", "viewer": "team"}}
    loud["extensions"] = {**body["extensions"], "viewer": "team", "role": "DIRECTORY_TEAM", "groups": ["WHEREABOUTS"]}
    headers = {
        "authorization": f"Bearer {token}", "x-role": "DIRECTORY_TEAM", "x-user": "team", "x-forwarded-user": "team",
        "x-original-user": "team", "nhsd-session-urid": "team", "x-groups": "WHEREABOUTS",
    }  # fmt: skip
    assert (await gateway.post("teacher", loud, **headers)).text == plain


async def test_r39_a_purpose_in_a_token_counts_for_the_demo_issuer_alone(serve_small: Serve) -> None:
    """Another issuer's token with the demo's claims states no purpose."""
    gateway = await serve_small(cast())
    key = ECKey.generate_key("P-256")
    key.ensure_kid()
    endpoint = next(route for route in gateway.app.routes if route.path == "/graphql")
    assert endpoint is not None
    claims = {
        "iss": "https://idp.example", "aud": AUDIENCE, "sub": "teacher", "iat": int(NOW.timestamp()),
        "exp": int(NOW.timestamp()) + 60, "demo_purpose": "COORDINATE_CARE", "demo_reason": "Planning a home visit",
    }  # fmt: skip
    token = jwt.encode({"alg": "ES256", "typ": "at+jwt", "kid": key.kid}, claims, key, algorithms=["ES256"])
    other = Issuer.given("https://idp.example", {"keys": [key.as_dict(private=False)]})
    from gateway.app import create_app
    from gateway.settings import Settings
    from tests.client import Gateway

    app = create_app(
        Settings(database_url=gateway.url), [gateway.keys.issuer, other], gateway.keys.secret, clock=lambda: NOW
    )
    async with app.router.lifespan_context(app):
        second = Gateway(app, gateway.keys, gateway.url, Clock(NOW))
        answer = await second.post("teacher", {"query": CASELOAD}, authorization=f"Bearer {token}")
        assert [error["extensions"]["code"] for error in answer.json()["errors"]] == ["PURPOSE_REQUIRED"]
        await second.http.aclose()
