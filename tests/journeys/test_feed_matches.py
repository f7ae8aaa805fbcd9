"""Where feeds land: on the record that their own identifier names, or on one that is born shielded, never on another (R19).

Two of these tests are the failures that closed such a directory in 2009: an update that made a duplicate without a
shield, and the names of adopted children, tied to one another.
"""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import and_

from resolvers.ids import Kind, write_id
from resolvers.store import tables as t
from resolvers.store.words import Ended, ServiceKind, ShieldReason, ShieldState
from tests.cast import cast, full_child
from tests.conftest import Serve
from tests.feeding import child_by, children_by, entry, feed, place, reach, rows_of, shields_of, submit, work
from tests.world import World, ago, id_of

FOUND = "query($search: ChildSearch!) { children(search: $search) { edges { node { childId shielded } } } }"
OPENED = """query($id: ID!) { child(id: $id) { shielded phone email whereabouts { __typename }
    education { organisation { name } } involvements { edges { node { organisation { name } } } } } }"""
HIDDEN = {"phone": None, "email": None, "whereabouts": None, "education": None}


def known(**row: Any) -> World:
    """Return a world with one child whom social care knows as C-1: Nadia Farouk, of York, with a carer."""
    world = cast()
    world.child("nadia", **{"family": "Farouk", "authority": "york", **row})
    world.identifier("nadia", "social", "C-1")
    return world


async def found(gateway: Any, account: str, family: str = "Farouk", born: str = "2016-03-04") -> list[Any]:
    search = {"familyName": family, "dateOfBirth": born}
    told = await gateway.ask(account, FOUND, search=search)
    return [edge["node"] for edge in told["children"]["edges"]]


@pytest.mark.parametrize(
    "state", [ShieldState.REQUESTED, ShieldState.HOLD, ShieldState.ACTIVE, ShieldState.LIFT_PROPOSED]
)
async def test_r19_the_update_that_made_an_unshielded_duplicate_lands_on_the_shielded_record(
    serve: Serve, state: ShieldState
) -> None:
    """New address, school and work of a shielded child go onto the shielded record: nobody sees them, and nothing is new."""
    world = known()
    world.shield("nadia", state, None if state is ShieldState.HOLD else ShieldReason.DOMESTIC_VIOLENCE)
    world.reach("nadia", address_lines="1 Former Row")
    gateway = await serve(world)
    deeds = ({"reach": reach(phone="07700 900800")}, {"placement": place()}, {"involvement": work()})
    await feed(gateway, *(entry(f"e{n}", " c-1 ", **deed) for n, deed in enumerate(deeds)))
    child = await child_by(gateway, "Farouk")
    assert child.id == id_of("child", "nadia")
    assert [state] == await shields_of(gateway, child.id)
    (now,) = await rows_of(
        gateway, t.ChildReach, and_(t.ChildReach.child_id == child.id, t.ChildReach.replaced_at.is_(None))
    )
    assert (now.address_lines, now.phone) == ("9 Fed Row", "07700 900800")
    assert [{"childId": write_id(Kind.CHILD, child.id), "shielded": True}] == await found(gateway, "teacher")
    told = (await gateway.ask("teacher", OPENED, id=write_id(Kind.CHILD, child.id)))["child"]
    assert told == {"shielded": True, **HIDDEN, "involvements": {"edges": []}}


@pytest.mark.parametrize("told", ["another identifier", "another scheme", "the identifier of another body"])
async def test_r19_the_update_that_made_an_unshielded_duplicate_is_born_shielded(serve: Serve, told: str) -> None:
    """Whatever else names a shielded child makes a record that is shielded from its first moment, and a task for people."""
    world = known()
    world.shield("nadia")
    world.identifier("nadia", "school", "S-1", "UPN")
    gateway = await serve(world)
    value, scheme = {"another scheme": ("C-1", "NHS"), "the identifier of another body": ("S-1", "UPN")}.get(
        told, ("C-9", "CASE")
    )
    await feed(gateway, entry("1", value, scheme=scheme, reach=reach()))
    await feed(gateway, entry("2", value, scheme=scheme, placement=place()), key="next")
    (born,) = [child for child in await children_by(gateway, "Farouk") if child.id != id_of("child", "nadia")]
    assert [ShieldState.HOLD] == await shields_of(gateway, born.id)
    assert all(node["shielded"] for node in await found(gateway, "teacher"))
    shown = (await gateway.ask("teacher", OPENED, id=write_id(Kind.CHILD, born.id)))["child"]
    assert shown == {"shielded": True, **HIDDEN, "involvements": {"edges": []}}
    (task,) = await rows_of(gateway, t.Task)
    assert (task.kind, task.child_id, task.other_child_id) == ("UNCERTAIN_MATCH", born.id, id_of("child", "nadia"))
    (hold,) = await rows_of(gateway, t.Shield, t.Shield.child_id == born.id)
    assert (task.shield_id, task.assignee_id, hold.raised_by_id, hold.reason) == (hold.id, None, None, None)
    tasks = await gateway.ask("team", "{ tasks { edges { node { kind child { childId shielded } } } } }")
    (seen,) = [edge["node"] for edge in tasks["tasks"]["edges"]]
    assert seen == {"kind": "UNCERTAIN_MATCH", "child": {"childId": write_id(Kind.CHILD, born.id), "shielded": True}}


ADOPTED = {"given": "Nadia", "family": "Newname", "born": "2016-03-04"}


@pytest.mark.parametrize("sealed", [True, False])
@pytest.mark.parametrize("by", ["the old name", "the new name"])
async def test_r18_r19_the_names_of_an_adopted_child_are_never_linked(serve: Serve, by: str, sealed: bool) -> None:
    """Fed under either name, by an identifier that is known or not, no record, task or answer holds both names."""
    world = known(family="Newname")
    world.former_name("nadia", "Oldname")
    if sealed:
        world.shield("nadia", reason=ShieldReason.ADOPTION)
    gateway = await serve(world)
    family = "Oldname" if by == "the old name" else "Newname"
    await feed(gateway, entry("1", "C-1", family=family, reach=reach()), entry("2", "C-2", family=family))
    record = await child_by(gateway, "Newname") if by == "the old name" else None
    if record is not None:  # what the record is called is not for a feed to say
        assert record.id == id_of("child", "nadia")
        assert [
            row.family_name for row in await rows_of(gateway, t.FormerName, t.FormerName.child_id == record.id)
        ] == ["Oldname"]
    (born,) = [child for child in await children_by(gateway, family) if child.id != id_of("child", "nadia")]
    assert [ShieldState.HOLD] == await shields_of(gateway, born.id)
    assert await rows_of(gateway, t.FormerName, t.FormerName.child_id == born.id) == []
    (task,) = await rows_of(gateway, t.Task)
    unnamed = sealed and by == "the old name"
    assert task.other_child_id == (None if unnamed else id_of("child", "nadia"))
    if sealed:
        for account in ("teacher", "officer", "manager", "team"):
            names = "query($id: ID!) { child(id: $id) { familyName formerNames { familyName } } }"
            for key in (id_of("child", "nadia"), born.id):
                purpose = "DATA_QUALITY" if account in {"manager", "team"} else "COORDINATE_CARE"
                response = await gateway.raw(account, names, purpose=purpose, id=write_id(Kind.CHILD, key))
                assert not (b"Oldname" in response.content and b"Newname" in response.content)


RESEMBLES: dict[str, tuple[dict[str, Any], dict[str, Any], bool]] = {
    "the same": ({}, {}, True),
    "spelt otherwise": ({}, {"family": "FAROUK", "given": "nadía"}, True),
    "heard alike": ({"given": "Aisha"}, {"family": "Farook", "given": "Ayesha"}, True),
    "double name": ({"family": "Farouk-Hill"}, {"family": "Hill Farouk"}, True),
    "one given name of two": ({"given": "Nadia Rose"}, {"given": "Rose"}, True),
    "day and month changed": ({}, {"born": "2016-04-03"}, True),
    "a day later": ({}, {"born": "2016-03-05"}, True),
    "a year earlier": ({}, {"born": "2015-03-04"}, True),
    "a month later": ({}, {"born": "2016-04-04"}, True),
    "two years apart": ({}, {"born": "2014-03-04"}, False),
    "concealed": ({"concealed": True}, {}, False),
    "dead for long": ({"ended": (Ended.DECEASED, ago(days=500))}, {}, False),
    "a twin": ({}, {"given": "Samir"}, False),
    "another family": ({}, {"family": "Hill"}, False),
    "a child who has left": ({"ended": (Ended.LEFT, ago(days=9))}, {}, True),
    "a child who has died": ({"ended": (Ended.DECEASED, ago(days=9))}, {}, True),
}


@pytest.mark.parametrize("how", RESEMBLES)
async def test_r19_r22_every_new_record_is_born_shielded(serve: Serve, how: str) -> None:
    """Whatever it is like, so that its flag tells of nobody; its task names whom it may be, and nobody who is hidden."""
    was, told, named = RESEMBLES[how]
    gateway = await serve(known(**was))
    await feed(gateway, entry("1", "C-9", **told))
    (born,) = [row for row in await rows_of(gateway, t.ExternalIdentifier) if row.value == "C-9"]
    assert await shields_of(gateway, born.child_id) == [ShieldState.HOLD]
    others = [task.other_child_id for task in await rows_of(gateway, t.Task)]
    assert others == [id_of("child", "nadia") if named else None]


async def test_r19_of_a_shielded_child_day_and_family_are_enough(serve: Serve) -> None:
    """A shield that is missed is worse than a name too many in a task."""
    world = known()
    world.shield("nadia")
    gateway = await serve(world)
    await feed(gateway, entry("1", "C-9", given="Samir"))
    (task,) = await rows_of(gateway, t.Task)
    assert task.other_child_id == id_of("child", "nadia")


async def test_r19_of_several_whom_it_might_be_none_is_named(serve: Serve) -> None:
    """Two records alike make one task, which names the new record alone."""
    world = known()
    world.child("nadja", family="Farouk", given="Nadia May", authority="york")
    gateway = await serve(world)
    await feed(gateway, entry("1", "C-9"))
    (task,) = await rows_of(gateway, t.Task)
    assert task.other_child_id is None


async def test_r22_what_is_fed_of_a_concealed_record_leads_nowhere(serve: Serve) -> None:
    """Under an identifier of a record with a new identity nothing is written: no record, no task, no reference to it."""
    world = known(concealed=True)
    gateway = await serve(world)
    before = [len(await rows_of(gateway, table)) for table in (t.Child, t.Task, t.ExternalIdentifier, t.Involvement)]
    told = await feed(gateway, entry("1", "C-1", reach=reach()), entry("2", "C-1", family="Newname"))
    assert told == ["ACCEPTED", "ACCEPTED"]
    after = [len(await rows_of(gateway, table)) for table in (t.Child, t.Task, t.ExternalIdentifier, t.Involvement)]
    assert after == before
    _, subjects = await gateway.journal()
    assert id_of("child", "nadia") not in {row.child_id for row in subjects}
    assert await rows_of(gateway, t.FeedEntry) == []


async def test_r19_of_two_records_with_one_identifier_the_shielded_one_is_taken(serve: Serve) -> None:
    """Where the client's identifier is on an open and on a shielded record, what is fed goes where it shows less."""
    world = known()
    for n in range(6):
        world.child(f"other{n}", family=f"Other{n}", authority="york")
        world.identifier(f"other{n}", "social", "C-1")
    world.shield("other3")
    gateway = await serve(world)
    await feed(gateway, entry("1", "C-1", reach=reach()))
    (row,) = await rows_of(gateway, t.ChildReach, t.ChildReach.address_lines == "9 Fed Row")
    assert row.child_id == id_of("child", "other3")


async def test_r19_two_of_one_batch_who_may_be_one_child_are_told_of_each_other(serve: Serve) -> None:
    """What is sent together is compared as if it had come one after the other: the task of the second names the first."""
    gateway = await serve(cast())
    first, second, third = entry("1", "C-1"), entry("2", "C-2"), entry("3", "C-1", scheme="NHS", reach=reach())
    await feed(gateway, first, second, third, entry("4", "C-4", family="Hill"))
    alike = {child.id for child in await children_by(gateway, "Farouk")}
    named = {task.child_id: task.other_child_id for task in await rows_of(gateway, t.Task)}
    assert len(alike) == 3
    assert sorted(str(named[child] in alike) for child in alike) == ["False", "False", "True"]  # of two none is named
    assert named[(await child_by(gateway, "Hill")).id] is None


async def test_r19_two_identifiers_of_one_record_are_done_one_after_the_other(serve: Serve) -> None:
    """The client knows the child by two numbers: both entries land on the one record, in their order."""
    world = known()
    world.identifier("nadia", "social", "N-1", "NHS")
    gateway = await serve(world)
    later = reach(line="10 Later Row") | {"since": ago(days=1).isoformat()}
    await feed(gateway, entry("1", "C-1", reach=reach()), entry("2", "N-1", scheme="NHS", reach=later))
    reaches = await rows_of(gateway, t.ChildReach, t.ChildReach.child_id == id_of("child", "nadia"))
    told = {row.address_lines: row.replaced_at is None for row in reaches if row.address_lines.endswith("Row")}
    assert told == {"9 Fed Row": False, "10 Later Row": True}


@pytest.mark.parametrize("on_record", [True, False])
async def test_r9_r19_an_address_shared_with_a_shielded_household_raises_a_task_and_nothing_else(
    serve: Serve, on_record: bool
) -> None:
    """No flag turns by who lives there: else it would tell where the shielded child is. The team is asked."""
    world = known() if on_record else cast()
    world.child("hidden", family="Secret", born=date(2012, 1, 2), authority="leeds")
    world.reach("hidden", address_lines="9 Fed Row", postcode="LS9 9ZZ", uprn=None)
    world.shield("hidden")
    gateway = await serve(world)
    await feed(gateway, entry("1", "C-1", reach=reach()))
    child = await child_by(gateway, "Farouk")
    assert await shields_of(gateway, child.id) == ([] if on_record else [ShieldState.HOLD])
    tasks = sorted((str(task.kind), task.child_id) for task in await rows_of(gateway, t.Task))
    asked = [("HOUSEHOLD_SHIELD", child.id)]
    assert tasks == (asked if on_record else [*asked, ("UNCERTAIN_MATCH", child.id)])
    assert [node["shielded"] for node in await found(gateway, "teacher")] == [not on_record]


async def test_r19_a_feed_changes_neither_names_nor_birth_nor_shield_of_a_record(serve: Serve) -> None:
    """On a record that is known only what the entry is for changes: everything else of it stays as it was."""
    world = cast()
    full_child(world, "nadia", family="Farouk")
    world.shield("nadia")
    gateway = await serve(world)
    before = [
        await rows_of(gateway, table) for table in (t.Child, t.FormerName, t.Shield, t.Contact, t.ExternalIdentifier)
    ]
    await feed(gateway, entry("1", "SOCIAL-77", given="Else", family="Other", born="2015-01-01", placement=place()))
    after = [
        await rows_of(gateway, table) for table in (t.Child, t.FormerName, t.Shield, t.Contact, t.ExternalIdentifier)
    ]
    assert after == before


async def test_r10_sensitive_work_of_an_open_record_moves_no_other_version(serve: Serve) -> None:
    """Only SENSITIVE_SERVICES is counted and told: who does not see it sees no change, the police of agencies neither."""
    world = known()
    world.involve("nadia", "olaf", "social", ServiceKind.SOCIAL_CARE, started_on=ago(days=90))
    gateway = await serve(world)
    await feed(gateway, entry("1", "C-1", involvement=work(service="MENTAL_HEALTH", basis="CONSENT", lead=True)))
    counted = {str(row.group): row.changes for row in await rows_of(gateway, t.ChangeCounter)}
    assert counted == {"SENSITIVE_SERVICES": 1}
    (change,) = [row for row in await rows_of(gateway, t.Change) if row.child_id is not None]
    assert change.groups == ["SENSITIVE_SERVICES"]
    await feed(gateway, entry("2", "C-1", involvement=work(assessment=True)), key="ordinary")
    counted = {str(row.group): row.changes for row in await rows_of(gateway, t.ChangeCounter)}
    assert counted == {"SENSITIVE_SERVICES": 1, "SERVICES": 1, "LEAD": 1}  # its body was an agency before


async def test_r32_a_worker_sees_of_a_record_born_shielded_what_is_the_own(serve: Serve) -> None:
    """The practitioner whose client has fed it sees the own work there, and not whom the record was taken for."""
    world = known()
    world.shield("nadia")
    gateway = await serve(world)
    await submit(gateway, entry("1", "C-9"))
    await gateway.fed()
    (born,) = [child for child in await children_by(gateway, "Farouk") if child.id != id_of("child", "nadia")]
    query = "query($id: ID!) { child(id: $id) { involvements { edges { node { own } } } externalIdentifiers { value } shield { id } } }"
    told = await gateway.ask("officer", query, purpose="CHILD_PROTECTION", id=write_id(Kind.CHILD, born.id))
    assert told["child"] == {
        "involvements": {"edges": [{"node": {"own": True}}]},
        "externalIdentifiers": None,
        "shield": None,
    }
    assert (403, ["FORBIDDEN"]) == await gateway.codes("officer", "{ tasks { edges { cursor } } }")
