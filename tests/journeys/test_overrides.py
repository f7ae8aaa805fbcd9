"""R17: an override opens one record to one account, for minutes, and is looked into."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from gateway.settings import Settings
from resolvers.store import tables as t
from tests.applying import codes
from tests.cast import PURPOSE
from tests.client import gateway_on
from tests.conftest import Serve
from tests.journeys.test_suspension import account, suspend
from tests.overriding import LOCATED, SHOWN, WHY, child_id, closed, family, is_open, opened, record, rows_of
from tests.refusing import refuse, take_again
from tests.world import NOW, id_of

TASKS = "{ tasks { edges { node { kind subject child { givenNames } } } } }"
ALERTS = "{ alerts { edges { node { kind event } } } }"


async def test_r17_an_override_from_warning_to_investigation(serve: Serve) -> None:
    """Who accepts the warning reads one record for 15 minutes; team and auditor have it before the answer leaves."""
    gateway = await serve(family())
    assert not is_open(await record(gateway, "anna"))
    unwarned = await opened(gateway, acceptInvestigation=False)
    assert (codes(unwarned), unwarned["problems"][0]["field"], unwarned["child"]) == (
        ["INVALID"],
        "acceptInvestigation",
        None,
    )
    payload = await opened(gateway)
    assert payload["problems"] == []
    assert is_open(payload["child"])
    assert payload["until"] == (NOW + timedelta(minutes=15)).isoformat()
    assert is_open(await record(gateway, "anna"))
    tasks = [edge["node"] for edge in (await gateway.ask("team", TASKS))["tasks"]["edges"]]
    assert [(task["kind"], task["child"]) for task in tasks] == [("OVERRIDE_INVESTIGATION", {"givenNames": "Anna"})]
    (alert,) = (await gateway.ask("auditor", ALERTS, purpose="CASE_REVIEW"))["alerts"]["edges"]
    assert alert["node"]["kind"] == "OVERRIDE"
    ended = await closed(gateway)
    assert (is_open(ended["child"]), ended["until"], ended["problems"]) == (False, None, [])
    assert not is_open(await record(gateway, "anna"))
    assert len((await gateway.ask("team", TASKS))["tasks"]["edges"]) == 1, "closing ends no investigation"


async def test_r17_what_an_override_leaves(serve: Serve) -> None:
    """Override, task, alert, change and audit event name each other; what was read under it says so in the journal."""
    gateway = await serve(family())
    await opened(gateway, explanation=f"  {WHY} ")
    (override,), (task,) = await rows_of(gateway, t.Override), await rows_of(gateway, t.Task)
    (alert,), (change,) = await rows_of(gateway, t.Alert), await rows_of(gateway, t.Change)
    events, subjects = await gateway.journal()
    (deed,), (answer,) = ([event for event in events if (event.deed is not None) is done] for done in (True, False))
    assert (override.account_id, override.child_id) == (id_of("account", "officer"), id_of("child", "anna"))
    assert (override.explanation, override.ground, override.investigation_id) == (
        WHY,
        "CHILD_AT_IMMEDIATE_RISK",
        task.id,
    )
    assert (task.kind, task.child_id, task.resolved_at) == ("OVERRIDE_INVESTIGATION", id_of("child", "anna"), None)
    assert (alert.kind, alert.child_id, alert.event_id) == ("OVERRIDE", id_of("child", "anna"), deed.id)
    assert (change.deed, change.account_id, change.event_id) == ("openOverride", id_of("account", "officer"), deed.id)
    assert (deed.deed, deed.purpose, deed.role) == ("openOverride", "IMMEDIATE_RISK", "PROTECTION_OFFICER")
    assert [row.child_id for row in subjects if row.event_id == deed.id] == [id_of("child", "anna")]
    (read,) = [row for row in subjects if row.event_id == answer.id]
    assert (read.override, read.kind) == (True, "OPENED")
    assert {"WHEREABOUTS", "PLACES"} <= set(read.disclosed)


async def test_r17_an_override_opens_one_record_to_one_account(serve: Serve) -> None:
    """No sibling opens, nobody else's record, and to no colleague, teacher or other team the record itself."""
    gateway = await serve(family())
    await opened(gateway)
    assert [is_open(await record(gateway, name)) for name in ("bea", "dora")] == [False, False]
    for other in ("colleague", "teacher", "manager"):
        assert not is_open(await record(gateway, "anna", other, PURPOSE.get(other, "CHILD_PROTECTION")))


async def test_r8_an_override_opens_the_carers_of_its_record(serve: Serve) -> None:
    """A carer shared with shielded siblings is readable below the overridden record, and below no shielded sibling.

    Below an open sibling the carer is readable once no shielded child of that carer is out of sight.
    """
    gateway = await serve(family())

    async def reach(name: str) -> list[Any]:
        return sorted(str(contact["phone"]) for contact in (await record(gateway, name))["contacts"])

    assert await reach("anna") == ["None"]
    assert await reach("cleo") == ["07700 900222", "None"]
    payload = await opened(gateway)
    assert [contact["phone"] for contact in payload["child"]["contacts"]] == ["07700 900222"]
    assert [contact["withheld"] for contact in payload["child"]["contacts"]] == [[]]
    assert await reach("anna") == ["07700 900222"]
    assert await reach("bea") == ["None", "None"]
    assert await reach("cleo") == ["07700 900222", "None"], "bea is shielded still"
    await opened(gateway, "bea")
    assert await reach("cleo") == ["07700 900222", "07700 900222"]
    await closed(gateway, "anna")
    assert await reach("cleo") == ["07700 900222", "None"]


async def test_r17_it_ends_by_the_clock(serve: Serve, tmp_path: Path) -> None:
    """A moment before its time the record is open; at the very moment, and ever after, it is shut."""
    gateway = await serve(family(), override_minutes=7)
    assert (await opened(gateway))["until"] == (NOW + timedelta(minutes=7)).isoformat()
    moments = {-1: True, 0: False, 1: False}
    for microseconds, expected in moments.items():
        now = NOW + timedelta(minutes=7, microseconds=microseconds)
        async with gateway_on(gateway.url, tmp_path, now=now) as later:
            assert expected is is_open(await record(later, "anna"))
    async with gateway_on(gateway.url, tmp_path, now=NOW + timedelta(minutes=8)) as later:
        again = await closed(later)
        assert (is_open(again["child"]), again["until"], again["problems"]) == (False, None, [])
        assert is_open((await opened(later))["child"]), "in a new emergency it is opened anew, and looked into anew"
    assert len(await rows_of(gateway, t.Task)) == 2
    assert [row.closed_at for row in await rows_of(gateway, t.Override)] == [None, None]


@pytest.mark.parametrize("minutes", [0, 16])
def test_r17_no_setting_lengthens_an_override(minutes: int) -> None:
    """More than 15 minutes cannot be set, nor none."""
    with pytest.raises(ValueError, match="override_minutes"):
        Settings(override_minutes=minutes)


@pytest.mark.parametrize("table", ["task", "override", "alert", "change", "access_event", "access_subject"])
async def test_r17_where_a_part_of_it_cannot_be_written_nothing_is_shown(serve: Serve, table: str) -> None:
    """No override without its investigation, alert, change and audit event: the answer is a fault, nothing is left."""
    gateway = await serve(family())
    async with gateway.database() as connection:
        await refuse(connection, table)
    given = {"childId": child_id("anna"), "ground": "CHILD_MISSING", "explanation": WHY, "acceptInvestigation": True}
    response = await gateway.deed("officer", "openOverride", given, SHOWN, purpose="IMMEDIATE_RISK")
    assert response.status_code >= 500
    answer = response.json()
    assert answer.get("data") is None
    assert [error["extensions"]["code"] for error in answer["errors"]] in (["INTERNAL"], ["UNAVAILABLE"])
    left = [await rows_of(gateway, kind) for kind in (t.Override, t.Task, t.Alert, t.Change)]
    assert left == [[], [], [], []]
    assert not [event for event in (await gateway.journal())[0] if event.deed]
    async with gateway.database() as connection:
        await take_again(connection, table)
    assert not is_open(await record(gateway, "anna"))


async def test_r17_targets_that_do_not_exist_are_not_found(serve: Serve) -> None:
    """Concealed, conflicted, archived and unknown children, other ids and no ids end alike, and nothing is raised."""
    world = family()
    for name in ("gone", "grown", "mine"):
        world.child(name, concealed=name == "gone", **({"born": NOW.date().replace(2000)} if name == "grown" else {}))
        world.shield(name)
    world.conflict("officer", "mine")
    gateway = await serve(world)
    targets = [child_id(name) for name in ("gone", "grown", "mine", "nobody")]
    answers = [await opened(gateway, childId=target) for target in [*targets, child_id("anna")[:-1], "x", ""]]
    assert (codes(answers[0]), answers[0]["child"], answers[0]["until"]) == (["NOT_FOUND"], None, None)
    assert answers == [answers[0]] * len(answers)
    assert [await rows_of(gateway, table) for table in (t.Override, t.Task)] == [[], []]
    assert {row.kind for row in await rows_of(gateway, t.Alert)} == {"CONFLICT"}
    ends = [
        await gateway.do("officer", "closeOverride", {"childId": each}, SHOWN, purpose="IMMEDIATE_RISK")
        for each in targets
    ]
    assert ends == [answers[0]] * len(ends)


async def test_r17_an_open_record_needs_no_override(serve: Serve) -> None:
    """It is refused in a sentence, and so is a second one beside the first: both can be seen on the record."""
    gateway = await serve(family())
    assert codes(await opened(gateway, "cleo")) == ["INVALID"]
    await opened(gateway)
    again = await opened(gateway)
    assert (codes(again), again["problems"][0]["field"]) == (["INVALID"], "childId")
    assert len(await rows_of(gateway, t.Override)) == 1


@pytest.mark.parametrize(
    "why", ["", "too short", "lorem ipsum", "x" * 300 + " " + "y" * 300, "oneword" * 3, "a\x07 long explanation"]
)
async def test_r17_an_override_is_explained(serve_small: Serve, why: str) -> None:
    """The explanation is held to the bounds of a reason."""
    gateway = await serve_small(family())
    refused = await opened(gateway, explanation=why)
    assert (codes(refused), refused["problems"][0]["field"]) == (["INVALID"], "explanation")
    assert await rows_of(gateway, t.Override) == []


@pytest.mark.parametrize("purpose", ["COORDINATE_CARE", "MISSING_EDUCATION", "CASE_REVIEW"])
@pytest.mark.parametrize("deed", ["openOverride", "closeOverride"])
async def test_r17_an_override_is_for_two_purposes(serve_small: Serve, deed: str, purpose: str) -> None:
    """Under another purpose that the account holds the whole operation is refused before anything is read."""
    gateway = await serve_small(family())
    given: dict[str, Any] = {"childId": child_id("anna")}
    if deed == "openOverride":
        given |= {"ground": "LEGAL_DUTY", "explanation": WHY, "acceptInvestigation": True}
    response = await gateway.deed("officer", deed, given, purpose=purpose)
    (error,) = response.json()["errors"]
    assert (response.status_code, error["extensions"]["code"]) == (400, "PURPOSE_REQUIRED")
    assert "CHILD_PROTECTION or IMMEDIATE_RISK" in error["message"]
    assert "data" not in response.json()
    assert (await gateway.deed("officer", deed, given, purpose="CHILD_PROTECTION")).status_code == 200


@pytest.mark.parametrize("by", ["teacher", "police", "team", "manager", "auditor", "feed"])
async def test_r17_only_protection_officers_override(serve_small: Serve, by: str) -> None:
    """Every other role is refused before anything is read."""
    gateway = await serve_small(family())
    for deed in ("openOverride", "closeOverride"):
        given: dict[str, Any] = {"childId": child_id("anna")}
        if deed == "openOverride":
            given |= {"ground": "LEGAL_DUTY", "explanation": WHY, "acceptInvestigation": True}
        answer = (await gateway.deed(by, deed, given, purpose=PURPOSE[by])).json()
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]


async def test_r17_a_suspension_ends_it_at_once(serve: Serve) -> None:
    """A suspended officer is refused; the override is over even for an account whose suspension were taken back."""
    gateway = await serve(family())
    await opened(gateway)
    assert codes(await suspend(gateway, "team", account("officer"))) == []
    given = {"id": child_id("anna")}
    query = f"query($id: ID!) {{ child(id: $id) {{ {LOCATED} }} }}"
    assert (403, ["FORBIDDEN"]) == await gateway.codes("officer", query, purpose="CHILD_PROTECTION", **given)
    async with gateway.database() as connection:
        await connection.execute(update(t.Account).values(suspended_at=None))
    assert not is_open(await record(gateway, "anna"))


@pytest.mark.parametrize("lapse", [{"vetted_until": NOW.date() - timedelta(days=1)}, {"agreement_version": "2019-1"}])
async def test_r17_a_lapse_ends_it_at_once(serve: Serve, lapse: dict[str, Any]) -> None:
    """From the next request on an officer whose account has lapsed reads nothing, overrides or not."""
    gateway = await serve(family())
    await opened(gateway)
    async with gateway.database() as connection:
        await connection.execute(update(t.Account).where(t.Account.subject == "officer").values(**lapse))
    query = "query($id: ID!) { child(id: $id) { phone } }"
    assert (403, ["FORBIDDEN"]) == await gateway.codes(
        "officer", query, purpose="CHILD_PROTECTION", id=child_id("anna")
    )


async def test_r32_an_override_is_opened_once_under_a_key(serve: Serve) -> None:
    """Asked again under its key an override is not opened anew; the record is read as it is then."""
    gateway = await serve(family())
    first, again = [await opened(gateway, clientMutationId="a") for _ in range(2)]
    assert first == again
    assert [len(await rows_of(gateway, table)) for table in (t.Override, t.Task, t.Alert)] == [1, 1, 1]
    await closed(gateway)
    late = await opened(gateway, clientMutationId="a")
    assert (is_open(late["child"]), late["until"], late["problems"]) == (False, None, [])
    assert codes(await opened(gateway, "bea", clientMutationId="a")) == ["DUPLICATE_KEY"]


async def test_r14_an_override_costs_one_record(serve_small: Serve) -> None:
    """The id asked for is charged, found or not, and once an hour."""
    gateway = await serve_small(family(), records_per_hour=3)
    await opened(gateway)
    await closed(gateway)
    await opened(gateway, "nobody")
    left = await gateway.ask("officer", "{ viewer { recordsLeft } }", purpose="CHILD_PROTECTION")
    assert left["viewer"]["recordsLeft"] == 1


async def test_r17_its_end_races_with_readers(serve: Serve) -> None:
    """Each answer is open or shut as a whole; whoever asks after the end was answered finds the record shut."""
    gateway = await serve(family())
    for _ in range(4):
        assert is_open((await opened(gateway))["child"])
        readers = [record(gateway, "anna") for _ in range(8)]
        ended, *seen = await asyncio.gather(closed(gateway), *readers)
        assert not is_open(ended["child"])
        assert {is_open(each) for each in seen} <= {True, False}
        assert not any(is_open(each) for each in await asyncio.gather(*(record(gateway, "anna") for _ in range(4))))


async def test_r17_a_reader_before_the_commit_of_its_end_reads_on(serve: Serve) -> None:
    """An end that is not committed has not happened; from its commit on every new request finds the record shut."""
    gateway = await serve(family())
    await opened(gateway)
    async with gateway.database() as connection:
        await connection.execute(update(t.Override).values(closed_at=NOW))
        if connection.dialect.name == "postgresql":
            assert is_open(await record(gateway, "anna"))
    assert not is_open(await record(gateway, "anna"))


async def test_r29_an_override_that_begins_on_the_way_is_told(serve_small: Serve) -> None:
    """Where one operation closes and opens, the journal says that what it showed was shown under an override."""
    gateway = await serve_small(family())
    given = f'{{childId: "{child_id("anna")}", ground: LEGAL_DUTY, explanation: "{WHY}", acceptInvestigation: true}}'
    query = (
        f'mutation {{ a: closeOverride(input: {{childId: "{child_id("anna")}"}}) {{ child {{ phone }} }} '
        f"b: openOverride(input: {given}) {{ child {{ phone }} }} }}"
    )
    answer = await gateway.ask("officer", query, purpose="IMMEDIATE_RISK")
    assert (answer["a"]["child"]["phone"], answer["b"]["child"]["phone"]) == (None, "07700 900111")
    events, subjects = await gateway.journal()
    (event,) = [event for event in events if event.deed is None]
    (row,) = [row for row in subjects if row.event_id == event.id]
    assert (row.override, "WHEREABOUTS" in row.disclosed) == (True, True)


async def test_r17_of_two_overrides_at_once_one_is_opened(serve: Serve) -> None:
    """Sent at once by one account, two overrides of a record are one: it is looked into once."""
    gateway = await serve(family())
    first, second = await asyncio.gather(opened(gateway), opened(gateway))
    assert sorted([codes(first), codes(second)]) == [[], ["INVALID"]]
    assert [len(await rows_of(gateway, table)) for table in (t.Override, t.Task, t.Alert)] == [1, 1, 1]
