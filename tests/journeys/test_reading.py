"""Opening one record: what is withheld is null, named, and looks the same whatever is behind it."""

import re

import pytest

from authz.words import FieldGroup
from resolvers.ids import Kind, write_id
from resolvers.store.words import Ended
from tests.cast import ACCOUNTS, PURPOSE, cast, full_child
from tests.client import statements
from tests.conftest import Serve
from tests.queries import CHILD
from tests.world import NOW, ago, id_of, number_of

READERS = [name for name in ACCOUNTS if name not in {"auditor", "feed"}]
FIELDS = {
    "FORMER_NAMES": ["formerNames"],
    "WHEREABOUTS": ["whereabouts", "phone", "email", "updatedAt", "responsibleAuthority"],
    "PLACES": ["education", "gpPractice"],
    "AGENCIES": ["agencies"],
    "LEAD": ["leadProfessional", "assessment"],
}
SECRETS = ["Hidden Lane", "LS2 9JT", "07700 900111", "child@reach", "07700 900222", "Carer Close", "York"]


async def test_r1_a_withheld_field_is_null_and_its_group_is_named(serve: Serve) -> None:
    """No viewer outside the responsible team gets a shielded child's hidden values, and each is told the groups."""
    world = cast()
    full_child(world, "bea")
    world.shield("bea")
    world.application("police", "bea")
    gateway = await serve(world)
    for viewer in READERS:
        response = await gateway.raw(viewer, CHILD, purpose=PURPOSE[viewer], number=number_of("bea"))
        child = response.json()["data"]["child"]
        withheld = {row["group"] for row in child["withheld"]}
        for group in ("WHEREABOUTS", "PLACES", "AGENCIES", "LEAD"):
            assert group in withheld
            assert all(child[name] is None for name in FIELDS[group])
        assert [contact["phone"] for contact in child["contacts"]] == [None]
        assert not [secret for secret in SECRETS if secret in response.text]


async def test_r2_withheld_looks_the_same_whether_there_is_data_behind_it(serve: Serve) -> None:
    """A shielded child with data behind every group and one with none give the same answer but for identity."""
    world = cast()
    full_child(world, "bea")
    world.child("cleo", family="Ashworth", given="Bea")
    world.person("mum-cleo")
    world.contact("cleo", "mum-cleo")
    world.former_name("cleo", "Formerly")
    world.shield("bea")
    world.shield("cleo")
    gateway = await serve(world)
    for viewer in ("teacher", "officer", "manager", "team"):
        answers = []
        await gateway.meet(viewer, PURPOSE[viewer])
        for name in ("bea", "cleo"):
            with statements() as texts:
                response = await gateway.raw(viewer, CHILD, purpose=PURPOSE[viewer], number=number_of(name))
            text = response.text.replace(number_of(name), "NUMBER").replace(f"Mum-{name.title()}", "Mum")
            for kind, key in (
                (Kind.CHILD, id_of("child", name)),
                (Kind.CONTACT, id_of("contact", f"{name}/mum-{name}")),
            ):
                text = text.replace(write_id(kind, key), "ID")
            text = re.sub(r'"version":"[\w-]{20}"', "VERSION", text)
            answers.append((text, texts))
        assert answers[0] == answers[1]


async def test_r3_no_notice_names_a_place_a_team_or_an_authority(serve: Serve) -> None:
    """Every notice is one of the national sentences with the one national broker."""
    world = cast()
    full_child(world, "bea", authority="leeds")
    world.shield("bea")
    gateway = await serve(world)
    child = (await gateway.ask("teacher", CHILD, number=number_of("bea")))["child"]
    notices = child["withheld"] + [row for contact in child["contacts"] for row in contact["withheld"]]
    assert len({tuple(row["broker"].values()) for row in notices}) == 1
    assert not [row for row in notices for place in ("leeds", "york", "0113") if place in str(row).lower()]


async def test_hidden_values_are_not_selected(serve: Serve) -> None:
    """For a shielded child no statement on places, reach or authority is even sent."""
    world = cast()
    full_child(world, "bea")
    world.shield("bea")
    gateway = await serve(world)
    with statements() as texts:
        await gateway.ask("teacher", CHILD, number=number_of("bea"))
    hidden = (
        "child_reach", "child_authority", "person_reach", "placement", "registration", "external_identifier",
    )  # fmt: skip
    assert not [text for text in texts for table in hidden if f"FROM {table}" in text or f"JOIN {table}" in text]


@pytest.mark.parametrize("viewer", ["auditor", "feed"])
async def test_roles_without_the_act_are_refused_whole(serve_small: Serve, viewer: str) -> None:
    """An auditor and a feed may open no record, and are told nothing of any."""
    world = cast()
    full_child(world, "anna")
    gateway = await serve_small(world)
    assert (403, ["FORBIDDEN"]) == await gateway.codes(viewer, CHILD, purpose=PURPOSE[viewer], number=number_of("anna"))


async def test_r17_an_override_opens_one_record_and_no_sibling(serve: Serve) -> None:
    """An active override shows the shielded child's whereabouts, and the carer's below that child alone."""
    world = cast()
    for name in ("bea", "dan", "eve"):
        full_child(world, name)
    world.shield("bea")
    world.shield("dan")
    world.contact("dan", "mum-bea")
    world.override("officer", "bea")
    gateway = await serve(world)
    bea = (await gateway.ask("officer", CHILD, purpose="CHILD_PROTECTION", number=number_of("bea")))["child"]
    dan = (await gateway.ask("officer", CHILD, purpose="CHILD_PROTECTION", number=number_of("dan")))["child"]
    assert bea["phone"] == "07700 900111"
    assert [contact["phone"] for contact in bea["contacts"]] == ["07700 900222"]
    assert dan["phone"] is None
    assert {contact["phone"] for contact in dan["contacts"]} == {None}


async def test_a_confidential_body_shows_name_and_kind_alone(serve: Serve) -> None:
    """A refuge in sight shows no phone, address or worker, and is no agency, except to its authority's team."""
    world = cast()
    full_child(world, "anna")
    world.involve("anna", "ruth", "refuge")
    world.involve("anna", "ruth", "charity")
    gateway = await serve(world)
    child = (await gateway.ask("teacher", CHILD, number=number_of("anna")))["child"]
    rows = [edge["node"] for edge in child["involvements"]["edges"]]
    refuge = next(row for row in rows if row["organisation"]["name"] == "Refuge")
    assert refuge["organisation"] | {"id": None} == {
        "id": None,
        "name": "Refuge",
        "kind": "CHARITY",
        "phone": None,
        "email": None,
        "address": None,
        "withheld": [{"group": "PLACE"}],
    }
    assert "Ruth" not in str(child), "a refuge's worker is named, be it under another body's row"
    assert "Refuge" not in str(child["agencies"])
    team = (await gateway.ask("team", CHILD, number=number_of("anna")))["child"]
    assert "Ruth" in str(team["involvements"])


async def test_withheld_lists_the_groups_not_held_in_full_in_their_order(serve_small: Serve) -> None:
    """`withheld` names exactly the groups that the viewer lacks, narrow ones included, as the enum orders them."""
    world = cast()
    full_child(world, "anna")
    gateway = await serve_small(world)
    child = (await gateway.ask("teacher", CHILD, number=number_of("anna")))["child"]
    order = [str(group) for group in FieldGroup]
    listed = [row["group"] for row in child["withheld"]]
    assert listed == sorted(["SENSITIVE_SERVICES", "IDENTIFIERS", "SHIELD_CASE", "TRAIL"], key=order.index)


async def test_a_child_who_has_left_england_has_left_whatever_is_still_stored(serve: Serve) -> None:
    """From the day a child has left, `whereabouts` says so, with the address of before or with none stored."""
    for stored in (True, False):
        world = cast()
        world.child("anna", ended=(Ended.LEFT, ago(days=3)))
        if stored:
            world.reach("anna")
        gateway = await serve(world)
        child = (await gateway.ask("teacher", CHILD, number=number_of("anna")))["child"]
        assert child["whereabouts"] == {"__typename": "LeftEngland", "on": str(ago(days=3)), "returning": None}


async def test_an_address_that_was_replaced_is_shown_no_more(serve: Serve) -> None:
    """Of several stored addresses the one that holds now is shown, though a replaced one be dated later."""
    old = {"postcode": "LS9 9OLD", "id": id_of("reach", "old"), "since": ago(days=-5), "replaced_at": NOW}
    new = {"postcode": "LS1 1NOW"}
    for stored in ([old, new], [new, old]):
        world = cast()
        world.child("anna")
        for row in stored:
            world.reach("anna", **row)
        gateway = await serve(world)
        response = await gateway.raw("teacher", CHILD, purpose="COORDINATE_CARE", number=number_of("anna"))
        assert ("LS1 1NOW" in response.text, "LS9 9OLD" in response.text) == (True, False)
