"""Trusted documents over sockets and event streams: the rules of the door are the same for whatever follows."""

from typing import Any

import pytest

from gateway.manifest import id_of
from gateway.trusted import NOT_HERE, NOT_TRUSTED
from tests.conftest import Serve
from tests.journeys.test_streams import LAST, caseload
from tests.streaming import FOLLOW, access, happen, socket, streamed
from tests.trusting import ROUND, token_of, trusting

OTHER = "subscription Other { caseloadChanged { position } }"
SENT: dict[str, tuple[dict[str, Any], str]] = {
    "a trusted subscription, changed": ({"query": FOLLOW + " "}, NOT_TRUSTED),
    "another one": ({"query": OTHER}, NOT_TRUSTED),
    "a trusted query, changed": ({"query": ROUND + " "}, NOT_TRUSTED),
    "an id of nothing": ({"documentId": id_of(OTHER)}, NOT_HERE),
}


async def test_r34_a_trusted_subscription_is_followed_by_its_id(serve: Serve) -> None:
    """In production any client follows by `documentId`, over both transports, and goes on by its variables."""
    gateway = await serve(caseload(), profile=trusting(FOLLOW, ROUND))
    named, token = {"documentId": id_of(FOLLOW), "extensions": access("teacher")}, token_of(gateway, "page")
    async with socket(gateway) as one, streamed(gateway, "teacher", named, token=token) as events:
        await one.init(token)
        one.subscribe("one", named)
        await one.settled()
        assert await events.part() == ":"
        await happen(gateway, LAST)
        told = [await one.event(), await events.event()]
        assert [each["child"]["givenNames"] for each in told] == ["Anna", "Anna"]
    await happen(gateway, LAST)
    for each in told:
        again = {**named, "variables": {"after": each["position"]}}
        async with streamed(gateway, "teacher", again, token=token) as events:
            assert (await events.event())["child"]["givenNames"] == "Anna"


@pytest.mark.parametrize("name", SENT)
async def test_a_client_that_is_not_free_follows_trusted_documents_alone(serve_small: Serve, name: str) -> None:
    """Whatever else it sends is one error, over both transports, and nothing is followed; a trusted query is answered."""
    gateway = await serve_small(caseload(), profile=trusting(FOLLOW, ROUND))
    sent, message = SENT[name]
    body, token = {**sent, "extensions": access("teacher")}, token_of(gateway, "page")
    async with socket(gateway) as one:
        await one.init(token)
        one.subscribe("one", body)
        refused = await one.next()
        assert (refused["type"], [error["message"] for error in refused["payload"]]) == ("error", [message])
        assert refused["payload"][0]["extensions"]["code"] == "DOCUMENT_NOT_FOUND"
        one.subscribe("one", {"documentId": id_of(ROUND), "extensions": access("teacher")})
        assert len((await one.next())["payload"]["data"]["caseload"]["edges"]) == 2
        assert gateway.app.state.streams.hub.open == 0
    async with streamed(gateway, "teacher", body, token=token) as events:
        _, data = await events.next()
        assert [error["message"] for error in data["errors"]] == [message]
    assert [row.operation_name for row in (await gateway.journal())[0]] == ["Round"]
