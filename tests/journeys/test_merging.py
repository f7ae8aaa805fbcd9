"""Two records of one child made one: shielded if either was, and the other's id is as an unknown one (R20)."""

from typing import Any

import pytest

from resolvers.ids import Kind
from resolvers.store import tables as t
from resolvers.store.words import ServiceKind, ShieldReason
from tests.applying import codes
from tests.conftest import Serve
from tests.overriding import rows_of
from tests.world import World, id_of, number_of
from tests.writing import child_id, homes, read, wire, written


def pair(*, shielded: str = "") -> World:
    """Return the homes with a second record of anna's, each with rows of its own and a twin of the other's."""
    world = homes()
    world.child("again", given="Ana", authority="york")
    world.reach(
        "again", postcode="LS7 7AA", since=world.rows[t.ChildReach][0]["since"].replace(year=2026), phone="07700 900888"
    )
    world.person("dad")
    world.contact("again", "dad")
    world.involve("again", "olaf", "social")
    world.involve(
        "again", "carl", "charity", ServiceKind.VOLUNTARY, started_on=world.rows[t.Involvement][0]["started_on"]
    )
    world.placement("again", "school")
    world.identifier("again", "social", "SOCIAL-77")
    world.identifier("again", "social", "SOCIAL-88")
    if shielded:
        world.shield(shielded)
    return world


async def merged(gateway: Any, keep: str = "anna", merge: str = "again", by: str = "manager", **given: Any) -> Any:
    values = {"keep": child_id(keep), "merge": child_id(merge), "note": "one child, seen by both schools", **given}
    return await written(gateway, by, "mergeChildren", values)


async def test_r20_what_both_hold_comes_together(serve: Serve) -> None:
    """Rows of both are in the one, those alike once; the later address holds; the other is as an unknown one."""
    gateway = await serve(pair())
    payload = await merged(gateway)
    assert payload["problems"] == []
    seen = await read(gateway, "team", "anna")
    assert {each["givenNames"] for each in seen["contacts"]} == {"Mum-Anna", "Dad"}
    assert sorted(edge["node"]["service"] for edge in seen["involvements"]["edges"]) == ["SOCIAL_CARE", "VOLUNTARY"]
    assert len(seen["education"]) == 1
    assert (seen["phone"], seen["whereabouts"]["address"]["postcode"]) == ("07700 900888", "LS7 7AA")
    assert seen["givenNames"] == "Anna"
    assert {each["familyName"] for each in seen["formerNames"]} == {"Formerly"}  # no name of the other is linked
    values = [
        row.value for row in await rows_of(gateway, t.ExternalIdentifier) if row.child_id == id_of("child", "anna")
    ]
    assert sorted(value for value in values if value.startswith("SOCIAL")) == ["SOCIAL-77", "SOCIAL-88"]
    for by, purpose in (("manager", "DATA_QUALITY"), ("team", "CASE_REVIEW"), ("teacher", "COORDINATE_CARE")):
        asked = "query($id: ID, $n: String) { child(id: $id, directoryNumber: $n) { id } }"
        answers = [
            await gateway.raw(by, asked, purpose=purpose, **how)
            for how in (
                {"id": child_id("again")},
                {"id": child_id("nobody")},
                {"n": number_of("again")},
                {"n": number_of("nobody")},
            )
        ]
        assert len({answer.content for answer in answers}) == 1
    (row,) = await rows_of(gateway, t.Merge)
    assert (row.kept_id, row.merged_id, row.account_id) == (
        id_of("child", "anna"), id_of("child", "again"), id_of("account", "manager"),
    )  # fmt: skip


@pytest.mark.parametrize("shielded", ["anna", "again"])
async def test_r20_a_merge_is_shielded_if_either_was(serve: Serve, shielded: str) -> None:
    """Nothing of either is seen by who saw the open one, and the open one's household is on hold (R9)."""
    world = pair(shielded=shielded)
    world.child("sister", authority="leeds")
    world.contact("sister", "mum-anna")
    gateway = await serve(world)
    assert (await merged(gateway))["problems"] == []
    seen = await read(gateway, "teacher", "anna")
    assert (seen["shielded"], seen["whereabouts"], seen["phone"], seen["education"]) == (True, None, None, None)
    assert [contact["phone"] for contact in seen["contacts"]] == [None, None]
    assert (await read(gateway, "teacher", "sister"))["shielded"] is (shielded == "again")
    states = sorted(
        str(row.state) for row in await rows_of(gateway, t.Shield) if row.child_id == id_of("child", "anna")
    )
    assert [state for state in states if state != "LIFTED"] == ["ACTIVE"]


async def test_r9_duplicates_of_one_home_leave_no_hold_on_themselves(serve: Serve) -> None:
    """A hold that followed the shield of the record that is merged says nothing more once it is one's own."""
    world = pair()
    world.contact("again", "mum-anna")
    gateway = await serve(world)
    given = {"childId": child_id("again"), "reason": "DOMESTIC_VIOLENCE", "evidence": "told by the mother"}
    await gateway.do("officer", "requestShield", given, purpose="CHILD_PROTECTION")
    assert (await read(gateway, "teacher", "anna"))["shielded"] is True
    await merged(gateway)
    states = [str(row.state) for row in await rows_of(gateway, t.Shield) if row.child_id == id_of("child", "anna")]
    assert sorted(state for state in states if state != "LIFTED") == ["REQUESTED"]
    tasks = [row for row in await rows_of(gateway, t.Task) if row.child_id == id_of("child", "anna")]
    assert [row for row in tasks if row.resolved_at is None and str(row.kind) == "HOUSEHOLD_SHIELD"] == []


async def test_r16_a_conflict_with_either_is_one_with_both(serve: Serve) -> None:
    """Who had a conflict with the other record does not find the one that it went into."""
    world = pair()
    world.conflict("teacher", "again")
    gateway = await serve(world)
    await merged(gateway)
    assert await read(gateway, "teacher", "anna") is None


async def test_r24_access_to_the_other_is_not_access_to_the_one(serve: Serve) -> None:
    """An application that covered the record that is merged covers nothing by it."""
    world = pair()
    world.application("police", "again")
    gateway = await serve(world)
    await merged(gateway)
    assert await read(gateway, "police", "anna") is None


async def test_r18_a_merge_links_no_names_of_an_adopted_child(serve: Serve) -> None:
    """The names of before an adoption are in no answer to who sees the record that is kept, by field or by search."""
    world = pair()
    world.former_name("again", "Birthname")
    world.shield("again", reason=ShieldReason.ADOPTION)
    gateway = await serve(world)
    await merged(gateway)
    seen = await read(gateway, "teacher", "anna")
    assert (seen["formerNames"], "Birthname" in str(seen), "Ana" in str(seen["givenNames"])) == (None, False, False)
    assert "FORMER_NAMES" in {each["group"] for each in seen["withheld"]}


async def test_r32_versions_move_by_what_comes_into_sight(serve: Serve) -> None:
    """What the merged record held moves the counters of its groups; of what it did not hold none."""
    world = homes()
    world.child("again", authority="york")
    world.person("dad")
    world.contact("again", "dad")
    gateway = await serve(world)
    await merged(gateway)
    counted = {
        str(row.group) for row in await rows_of(gateway, t.ChangeCounter) if row.child_id == id_of("child", "anna")
    }
    assert counted - {"WHEREABOUTS", "SENSITIVE_SERVICES"} == {"CONTACT_NAMES"} or counted >= {"CONTACT_NAMES"}


async def test_what_cannot_be_merged(serve: Serve) -> None:
    """One record with itself, without a note, one that does not exist: nothing is done."""
    world = pair()
    world.child("gone", authority="leeds", concealed=True)
    gateway = await serve(world)
    assert codes(await merged(gateway, merge="anna")) == ["INVALID"]
    assert codes(await merged(gateway, note=" ")) == ["INVALID"]
    texts = set()
    for merge in (child_id("gone"), child_id("nobody"), "", wire(Kind.ORGANISATION, "leeds")):
        given = {"keep": child_id("anna"), "merge": merge, "note": "one child"}
        texts.add((await gateway.deed("manager", "mergeChildren", given, purpose="DATA_QUALITY")).text)
    assert len(texts) == 1
    assert "NOT_FOUND" in texts.pop()
    assert await rows_of(gateway, t.Merge) == []


@pytest.mark.parametrize("by", ["teacher", "officer", "team"])
async def test_only_data_managers_merge(serve_small: Serve, by: str) -> None:
    """Every other role is refused whole."""
    gateway = await serve_small(pair())
    given = {"keep": child_id("anna"), "merge": child_id("again"), "note": "one child"}
    answer = await gateway.deed(by, "mergeChildren", given, purpose="CHILD_PROTECTION")
    assert answer.json()["errors"][0]["extensions"]["code"] in {"FORBIDDEN", "PURPOSE_REQUIRED"}
