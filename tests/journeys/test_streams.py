"""R34: streams of caseloads, told what their viewer may hear of, and silent about all else."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from authz.words import FieldGroup
from resolvers.ids import Kind, write_id
from resolvers.store import tables as t
from resolvers.store.words import CaseloadChange, ServiceKind
from tests.cast import cast
from tests.client import Gateway
from tests.conftest import Serve
from tests.streaming import FOLLOW, change, following, happen, request, socket, streamed
from tests.world import NOW, World, id_of

G = FieldGroup
BECAME, ENDED, DETAILS = CaseloadChange


def caseload() -> World:
    """Return a world in which teacher and officer work with anna, who is open, and bea, who is shielded."""
    world = cast()
    for name in ("anna", "bea", "carl"):
        world.child(name, authority="york")
    world.shield("bea")
    for name in ("anna", "bea"):
        world.involve(name, "tess", "school", ServiceKind.EDUCATION)
        world.involve(name, "olaf", "social")
    return world


LAST = change("anna", G.IDENTITY)
"""A change that everybody in these tests hears of: what comes before it and is not told is silence."""

VISIBLE: dict[str, tuple[dict[str, Any], str]] = {
    "names of an open child": (change("anna", G.IDENTITY), "DETAILS_CHANGED"),
    "where an open child is": (change("anna", G.WHEREABOUTS), "DETAILS_CHANGED"),
    "work with an open child": (
        change("anna", G.SERVICES, G.AGENCIES, what=BECAME, worker="carl"),
        "SOMEONE_BECAME_INVOLVED",
    ),
    "the end of it": (change("anna", G.SERVICES, what=ENDED, worker="carl"), "INVOLVEMENT_ENDED"),
    "own sensitive work": (change("anna", G.SENSITIVE_SERVICES, what=BECAME, worker="tess"), "SOMEONE_BECAME_INVOLVED"),
    "that a child is shielded": (change("bea", G.IDENTITY, G.SHIELD_CASE), "DETAILS_CHANGED"),
    "own work with a shielded child": (
        change("bea", G.SERVICES, what=BECAME, worker="tess"),
        "SOMEONE_BECAME_INVOLVED",
    ),
    "a name beside hidden work": (change("bea", G.IDENTITY, G.SERVICES, what=BECAME, worker="carl"), "DETAILS_CHANGED"),
}
HIDDEN: dict[str, dict[str, Any]] = {
    "sensitive work of others": change("anna", G.SENSITIVE_SERVICES, what=BECAME, worker="nora"),
    "identifiers of an open child": change("anna", G.IDENTIFIERS),
    "who looked": change("anna", G.TRAIL),
    "where a shielded child is": change("bea", G.WHEREABOUTS, G.PLACES),
    "work with a shielded child": change("bea", G.SERVICES, G.AGENCIES, G.LEAD, what=BECAME, worker="carl"),
    "a step of a case": change("bea", G.SHIELD_CASE),
    "work of nobody in particular": change("bea", G.SERVICES, what=ENDED),
    "a child of nobody's caseload": change("carl", G.IDENTITY),
}


@pytest.mark.parametrize("name", VISIBLE)
async def test_r34_a_change_in_sight_is_told(serve: Serve, name: str) -> None:
    """Whoever works with a child hears of a change of what is in sight, in words that tell no more than that."""
    gateway = await serve(caseload())
    row, what = VISIBLE[name]
    child = "anna" if row["child_id"] == id_of("child", "anna") else "bea"
    async with following(gateway, "teacher") as one:
        await happen(gateway, row)
        event = await one.event()
    shown = {"childId": write_id(Kind.CHILD, id_of("child", child)), "givenNames": child.title()}
    assert event["child"] == {**shown, "shielded": child == "bea", "involved": True}
    assert (event["change"], event["at"], len(event["position"])) == (what, NOW.isoformat(), 43)


async def test_r34_a_hidden_change_is_not_told(serve: Serve) -> None:
    """Of all that is hidden nothing comes, not even an empty event: the next that comes is of what is in sight."""
    gateway = await serve(caseload())
    async with following(gateway, "teacher") as one:
        await happen(gateway, *HIDDEN.values(), LAST)
        event = await one.event()
        assert (event["child"]["givenNames"], event["change"]) == ("Anna", "DETAILS_CHANGED")
        await one.settled()
    events, subjects = await gateway.journal()
    assert [row.operation_name for row in events] == ["Follow", "Follow"]
    assert [row.child_id for row in subjects] == [id_of("child", "anna")]


async def test_r34_a_carer_withheld_for_a_siblings_sake_is_not_told_of(serve: Serve) -> None:
    """Where R8 withholds how to reach a carer, no change of that is told; that the child has moved is."""
    world = caseload()
    world.person("aunt")
    for child in ("anna", "bea"):
        world.contact(child, "aunt")
    world.person("uncle")
    world.child("dora")
    world.contact("dora", "uncle")
    world.involve("dora", "tess", "school", ServiceKind.EDUCATION)
    gateway = await serve(world)
    aunt, uncle = ({"person_id": id_of("person", name)} for name in ("aunt", "uncle"))
    async with following(gateway, "teacher") as one:
        await happen(gateway, change("anna", G.WHEREABOUTS, **aunt), change("anna", G.WHEREABOUTS, **uncle))
        await happen(gateway, change("dora", G.WHEREABOUTS, **uncle))
        assert (await one.event())["child"]["givenNames"] == "Dora"
        await one.settled()
        await happen(gateway, change("anna", G.WHEREABOUTS))
        assert (await one.event())["child"]["givenNames"] == "Anna"
        await one.settled()


@pytest.mark.parametrize("viewer", ["teacher", "officer", "team"])
async def test_r34_each_kind_of_viewer_hears_of_their_own_caseload(serve: Serve, viewer: str) -> None:
    """A team works with no child, so it hears of none; the others hear of theirs."""
    world = caseload()
    gateway = await serve(world)
    async with following(gateway, viewer) as one:
        await happen(gateway, LAST)
        if viewer != "team":
            assert (await one.event())["child"]["givenNames"] == "Anna"
        await one.settled()


@pytest.mark.parametrize("viewer", ["police", "manager", "auditor", "feed"])
async def test_r34_who_has_no_caseload_follows_none(serve_small: Serve, viewer: str) -> None:
    """Without the act CASELOAD the subscription is refused whole, over both transports, and leaves an event."""
    gateway = await serve_small(caseload())
    async with socket(gateway) as one:
        await one.init(gateway.token(viewer))
        one.subscribe("one", request(viewer))
        message = await one.next()
        assert (message["type"], message["payload"][0]["extensions"]["code"]) == ("error", "FORBIDDEN")
    async with streamed(gateway, viewer) as events:
        kind, data = await events.next()
        assert (kind, data["errors"][0]["extensions"]["code"]) == ("next", "FORBIDDEN")
        assert await events.next() == ("complete", None)
    assert [row.outcome for row in (await gateway.journal())[0]] == ["FORBIDDEN"] * 2


async def test_r15_r34_a_stream_needs_a_purpose_and_a_reason(serve_small: Serve) -> None:
    """Without either, from `subscribe` or `connection_init`, nothing is followed; with them from one of both it is."""
    gateway = await serve_small(caseload())
    bad = {"access": {"purpose": "COORDINATE_CARE", "reason": "because"}}
    async with socket(gateway) as one:
        await one.init(gateway.token("teacher"), extensions=bad)
        one.subscribe("one", {"query": FOLLOW})
        assert (await one.next())["payload"][0]["extensions"]["code"] == "PURPOSE_REQUIRED"
        one.subscribe("one", request("teacher"))
        await one.settled()
        await happen(gateway, LAST)
        assert (await one.event())["child"]["givenNames"] == "Anna"


async def test_r21_r34_the_verdict_is_of_the_moment_in_which_an_event_is_told(serve: Serve) -> None:
    """A shield that is requested is in force for the stream that is open: its request is told, what it hides is not."""
    gateway = await serve(caseload())
    given = {
        "childId": write_id(Kind.CHILD, id_of("child", "anna")),
        "reason": "OTHER",
        "evidence": "a letter of the school",
    }
    async with following(gateway, "teacher") as one:
        await gateway.do("officer", "requestShield", given, purpose="CHILD_PROTECTION")
        assert (await one.event())["child"] == {
            "childId": given["childId"],
            "givenNames": "Anna",
            "shielded": True,
            "involved": True,
        }
        await happen(gateway, change("anna", G.WHEREABOUTS), change("bea", G.IDENTITY))
        assert (await one.event())["child"]["givenNames"] == "Bea"


async def test_r21_r34_what_waited_is_decided_when_it_is_told(serve: Serve) -> None:
    """What got into a stream, and may no longer be heard of, is dropped: the event's own reading decides."""
    gateway = await serve(caseload())
    hub = gateway.app.state.streams.hub
    async with following(gateway, "teacher") as one:
        for hidden in HIDDEN.values():
            await happen(gateway, hidden)
            async with gateway.database() as connection:
                position = (await connection.execute(select(func.max(t.Change.position)))).scalar_one()
            for kind in CaseloadChange:
                for stream in hub._streams[id_of("account", "teacher")]:
                    stream.offer(hidden["child_id"], kind, position)
        await happen(gateway, change("bea", G.IDENTITY))
        assert (await one.event())["child"]["givenNames"] == "Bea"
        await one.settled()


async def test_r34_work_that_has_ended_is_followed_no_longer(serve: Serve) -> None:
    """Once the viewer no longer works with a child, nothing of that record is told."""
    gateway = await serve(caseload())
    async with following(gateway, "teacher") as one:
        async with gateway.database() as connection:
            work = t.Involvement.child_id == id_of("child", "anna")
            await connection.execute(update(t.Involvement).where(work).values(ended_on=NOW.date() - timedelta(days=1)))
        await happen(gateway, LAST, change("bea", G.IDENTITY))
        assert (await one.event())["child"]["givenNames"] == "Bea"


async def test_r14_r29_each_event_is_charged_once_an_hour_and_in_the_journal(serve: Serve) -> None:
    """Two events of one child cost one record and leave an audit event each; where the budget ends, the stream does."""
    gateway = await serve(caseload(), records_per_hour=1)
    async with following(gateway, "teacher") as one:
        for _ in range(2):
            await happen(gateway, LAST)
            await one.event()
        await happen(gateway, change("bea", G.IDENTITY))
        message = await one.next()
        assert (message["type"], message["payload"][0]["extensions"]["code"]) == ("error", "BUDGET_EXCEEDED")
    events, subjects = await gateway.journal()
    assert sorted(row.outcome for row in events) == ["BUDGET_EXCEEDED", "OK", "OK", "OK"]
    assert len([row for row in subjects if row.child_id == id_of("child", "anna")]) == 2


async def missed(gateway: Gateway, viewer: str, after: str, until: str = "Bea") -> list[str]:
    """Return the names of the children that a viewer who resumes is told of, up to one."""
    async with following(gateway, viewer, after) as one:
        names = []
        while not names or names[-1] != until:
            names.append((await one.event())["child"]["givenNames"])
        await one.settled()
        return names


async def test_r34_a_stream_goes_on_where_it_was_broken_off(serve: Serve) -> None:
    """What was missed is told once each, by the law of now; and what was told is not told again."""
    world = caseload()
    world.child("dora")
    world.involve("dora", "tess", "school", ServiceKind.EDUCATION)
    gateway = await serve(world)
    async with following(gateway, "teacher") as one:
        await happen(gateway, LAST)
        position = (await one.event())["position"]
    await happen(
        gateway, change("dora", G.IDENTITY), *HIDDEN.values(), change("dora", G.PLACES), change("bea", G.IDENTITY)
    )
    assert await missed(gateway, "teacher", position) == ["Dora", "Bea"]
    async with following(gateway, "teacher", position) as one:
        assert (await one.event())["child"]["givenNames"] == "Dora"
        later = (await one.event())["position"]
    async with following(gateway, "teacher", later) as one:
        await one.settled()


async def test_r34_a_position_is_its_viewers_own_and_lasts_a_day(serve: Serve) -> None:
    """Another viewer's position, an altered one and one that is too old are refused, each in a sentence."""
    gateway = await serve(caseload())
    async with following(gateway, "teacher") as one:
        await happen(gateway, LAST)
        position = (await one.event())["position"]
    altered = ("B" if position[0] == "A" else "A") + position[1:]

    async def refused(viewer: str, after: str) -> str:
        async with following(gateway, viewer, after) as one:
            message = await one.next()
        assert (message["type"], message["payload"][0]["extensions"]["code"]) == ("error", "BAD_USER_INPUT")
        return str(message["payload"][0]["message"])

    found = {
        await refused("officer", position),
        *[await refused("teacher", after) for after in (altered, "", "é", position + "A", position[:-1])],
    }
    assert found == {"this position is none of this viewer's: take `after` from the last event that came"}
    gateway.clock.now += timedelta(hours=25)
    assert "too old" in await refused("teacher", position)


async def test_event_streams_are_told_the_same(serve: Serve) -> None:
    """Over server-sent events the same comes: `next` for each event, comments between them, nothing else."""
    gateway = await serve(caseload(), keepalive_seconds=0.05)
    async with streamed(gateway, "teacher") as events:
        assert (events.status, events.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
        assert events.headers["cache-control"] == "private, no-store"
        assert [await events.part() for _ in range(3)] == [":"] * 3
        await happen(gateway, *HIDDEN.values(), LAST)
        assert (await events.event())["child"]["givenNames"] == "Anna"
    assert len(gateway.app.state.streams) == 0
