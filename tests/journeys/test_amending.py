"""Records amended: what is left out stays, null clears, and what is withheld refuses the whole (R32)."""

from typing import Any

import pytest

from resolvers.ids import Kind
from resolvers.store import tables as t
from tests.applying import codes
from tests.conftest import Serve
from tests.overriding import rows_of
from tests.world import ago, id_of
from tests.writing import ADDRESS, TODAY, TOMORROW, YESTERDAY, child_id, homes, read, wire, written


async def amended(gateway: Any, by: str = "teacher", name: str = "anna", **given: Any) -> Any:
    seen = await read(gateway, by, name)
    values = {"childId": child_id(name), "version": (seen and seen["version"]) or "", **given}
    return await written(gateway, by, "amendChild", values)


async def test_what_is_given_changes_and_all_else_stays(serve: Serve) -> None:
    """A telephone, then no e-mail, then an address: each alone; what was known before is kept."""
    gateway = await serve(homes())
    payload = await amended(gateway, phone="07700 900999")
    assert payload["problems"] == []
    assert (payload["child"]["phone"], payload["child"]["email"]) == ("07700 900999", "child@reach.example")
    payload = await amended(gateway, email=None)
    assert (payload["child"]["phone"], payload["child"]["email"]) == ("07700 900999", None)
    payload = await amended(gateway, address=ADDRESS)
    assert payload["child"]["whereabouts"] == {
        "__typename": "CurrentAddress", "since": TODAY, "address": {**ADDRESS},
    }  # fmt: skip
    assert payload["child"]["phone"] == "07700 900999"
    rows = [row for row in await rows_of(gateway, t.ChildReach) if row.child_id == id_of("child", "anna")]
    known = sorted((row.phone, row.postcode, row.replaced_at is None) for row in rows)
    assert [row for row in known if row[0].startswith("07700")] == [
        ("07700 900111", "LS2 9JT", False),
        ("07700 900999", "LS2 9JT", False),
        ("07700 900999", "LS2 9JT", False),
        ("07700 900999", "LS6 1AA", True),
    ]


async def test_what_was_amended_is_found_by(serve: Serve) -> None:
    """Keys of names, telephones and postcodes follow what was written."""
    gateway = await serve(homes())
    await amended(gateway, familyName="O'Néw", phone="07700 900999", address=ADDRESS)
    found = "query($s: ChildSearch!) { children(search: $s) { edges { node { givenNames } } } }"
    search = {"familyName": "Onew", "dateOfBirth": "2016-03-04"}
    for more in ({}, {"phone": "+447700900999"}, {"postcode": "ls61aa"}):
        answer = await gateway.ask("teacher", found, s={**search, **more})
        assert [edge["node"]["givenNames"] for edge in answer["children"]["edges"]] == ["Anna"], more
    assert (await gateway.ask("teacher", found, s={**search, "phone": "07700 900111"}))["children"]["edges"] == []


async def test_a_name_of_before_is_a_former_one(serve: Serve) -> None:
    """It stands under FORMER_NAMES, sealed where those are; the same name again changes nothing."""
    world = homes()
    world.child("adopted", authority="leeds")
    world.shield("adopted", reason=t.Shield.__table__.c.reason.type.enum_class.ADOPTION)
    gateway = await serve(world)
    payload = await amended(gateway, familyName="Newname")
    assert payload["child"]["familyName"] == "Newname"
    assert {each["familyName"] for each in payload["child"]["formerNames"]} == {"Formerly", "Ashworth"}
    await amended(gateway, familyName="Newname")
    assert len((await read(gateway, "teacher", "anna"))["formerNames"]) == 2
    payload = await amended(gateway, name="adopted", familyName="Reborn")
    assert (payload["problems"], payload["child"]["familyName"], payload["child"]["formerNames"]) == (
        [],
        "Reborn",
        None,
    )
    assert [each["familyName"] for each in (await read(gateway, "team", "adopted"))["formerNames"]] == ["Ashworth"]


@pytest.mark.parametrize(
    "mentioned", [{"phone": None}, {"email": "a@b.example"}, {"address": None}, {"address": ADDRESS}]
)
async def test_r32_any_mention_of_what_is_withheld_refuses_the_whole(serve: Serve, mentioned: dict[str, Any]) -> None:
    """A form that sends back a withheld null erases nothing, whatever is stored, and its names are not taken either."""
    world = homes()
    world.child("blank", authority="leeds")
    world.shield("blank")
    gateway = await serve(world)
    answers = []
    for name in ("bea", "blank"):
        payload = await amended(gateway, name=name, givenNames="Other", **mentioned)
        assert (codes(payload), payload["child"]) == (["NOT_YOURS_TO_CHANGE"], None)
        answers.append(payload["problems"])
    assert answers[0] == answers[1]
    assert answers[0][0]["field"] == next(iter(mentioned))
    team = await read(gateway, "team", "bea")
    assert (team["givenNames"], team["phone"]) == ("Bea", "07700 900111")
    assert codes(await amended(gateway, by="team", name="bea", phone="07700 900777")) == []


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, None),
        ({"givenNames": None}, "givenNames"),
        ({"familyName": " "}, "familyName"),
        ({"familyName": "x" * 201}, "familyName"),
        ({"phone": "call me"}, "phone"),
        ({"email": "nobody"}, "email"),
        ({"address": {**ADDRESS, "lines": []}}, "address"),
        ({"address": {**ADDRESS, "postcode": "-"}}, "address"),
        ({"address": {**ADDRESS, "lines": ["a\u0000b"]}}, "address"),
    ],
)
async def test_what_cannot_be_is_invalid(serve_small: Serve, given: dict[str, Any], field: str | None) -> None:
    """From the input alone, with nothing changed."""
    gateway = await serve_small(homes())
    payload = await amended(gateway, **given)
    assert (codes(payload), payload["problems"][0]["field"]) == (["INVALID"], field)
    assert await rows_of(gateway, t.Change) == []


async def test_r32_what_has_changed_since_is_not_undone(serve: Serve) -> None:
    """A version of before is stale for those who see the change; a change out of sight makes none stale."""
    gateway = await serve(homes())
    old = (await read(gateway, "teacher", "anna"))["version"]
    await amended(gateway, by="officer", phone="07700 900999")
    given = {"childId": child_id("anna"), "version": old, "phone": "07700 900111"}
    assert codes(await written(gateway, "teacher", "amendChild", given)) == ["STALE_VERSION"]
    old = (await read(gateway, "teacher", "bea"))["version"]
    await amended(gateway, by="team", name="bea", phone="07700 900777")
    given = {"childId": child_id("bea"), "version": old, "givenNames": "Beatrice"}
    assert codes(await written(gateway, "teacher", "amendChild", given)) == []


async def test_a_carer_is_added_as_a_new_person(serve: Serve) -> None:
    """Whoever is on record elsewhere: the same names make another person, whom no shield elsewhere can hide (R9)."""
    gateway = await serve(homes())
    given = {"childId": child_id("anna"), "givenNames": "Mum-Bea", "familyName": "Carer", "relationship": "OTHER_CARER"}
    given |= {"parentalResponsibility": False, "phone": "07700 900333", "address": ADDRESS}
    payload = await written(gateway, "teacher", "addContact", given)
    assert payload["problems"] == []
    (added,) = [each for each in payload["child"]["contacts"] if each["givenNames"] == "Mum-Bea"]
    assert (added["phone"], added["email"], added["address"], added["withheld"]) == (
        "07700 900333", None, {"postcode": "LS6 1AA"}, [],
    )  # fmt: skip
    assert len([row for row in await rows_of(gateway, t.Person) if row.given_names == "Mum-Bea"]) == 2
    (change,) = await rows_of(gateway, t.Change)
    assert change.groups == ["CONTACT_NAMES"]


async def test_r32_a_carer_of_a_shielded_child_gets_no_reach_from_who_does_not_see_it(serve: Serve) -> None:
    """The name is taken, since names of carers are in sight; a telephone refuses the whole."""
    gateway = await serve(homes())
    given = {"childId": child_id("bea"), "givenNames": "Aunt", "familyName": "Carer", "relationship": "OTHER_CARER"}
    given |= {"parentalResponsibility": False}
    assert codes(await written(gateway, "teacher", "addContact", {**given, "phone": "07700 900333"})) == [
        "NOT_YOURS_TO_CHANGE"
    ]
    payload = await written(gateway, "teacher", "addContact", {**given, "phone": None})
    assert [each["givenNames"] for each in payload["child"]["contacts"]] == ["Aunt", "Mum-Bea"] or payload
    assert payload["problems"] == []


async def contact_amended(gateway: Any, name: str, by: str = "teacher", **given: Any) -> Any:
    contacts = (await read(gateway, by, name))["contacts"]
    (seen,) = [each for each in contacts if each["id"] == wire(Kind.CONTACT, f"{name}/mum-{name}")]
    values = {"contactId": seen["id"], "version": seen["version"], **given}
    return await written(gateway, by, "amendContact", values)


async def test_how_to_reach_a_carer_is_amended(serve: Serve) -> None:
    """What is given changes, null clears, a version of before is stale, and all children of the carer are told of it."""
    world = homes()
    world.child("cleo", authority="leeds")
    world.contact("cleo", "mum-anna")
    gateway = await serve(world)
    old = (await read(gateway, "teacher", "anna"))["contacts"][0]
    payload = await contact_amended(gateway, "anna", phone="07700 900444", email=None)
    assert payload["problems"] == []
    (seen,) = payload["child"]["contacts"]
    assert (seen["phone"], seen["email"], seen["address"]) == ("07700 900444", None, {"postcode": "LS3 1AB"})
    assert (await read(gateway, "teacher", "cleo"))["contacts"][0]["phone"] == "07700 900444"
    given = {"contactId": old["id"], "version": old["version"], "phone": "07700 900222"}
    assert codes(await written(gateway, "teacher", "amendContact", given)) == ["STALE_VERSION"]
    changes = {(row.child_id, row.person_id, *row.groups) for row in await rows_of(gateway, t.Change) if row.person_id}
    person = id_of("person", "mum-anna")
    assert changes >= {(id_of("child", name), person, "WHEREABOUTS") for name in ("anna", "cleo")}
    assert id_of("child", "bea") not in {child for child, *_ in changes}
    assert await rows_of(gateway, t.ChangeCounter) == []  # R8 may withhold it where WHEREABOUTS is in sight


async def test_r8_r32_a_carer_with_a_shielded_child_elsewhere_is_not_amended(serve: Serve) -> None:
    """Below an open child her details are withheld, so any mention is refused, and her refuge's number stays."""
    world = homes()
    world.contact("bea", "mum-anna")
    gateway = await serve(world)
    for given in ({"phone": None}, {"address": ADDRESS}):
        payload = await contact_amended(gateway, "anna", **given)
        assert codes(payload) == ["NOT_YOURS_TO_CHANGE"]
    (reach,) = [row for row in await rows_of(gateway, t.PersonReach) if row.person_id == id_of("person", "mum-anna")]
    assert reach.phone == "07700 900222"


async def test_r32_contacts_out_of_sight_are_not_found(serve: Serve) -> None:
    """Of a record in conflict, an ended one, none at all: alike to the letter."""
    world = homes()
    world.child("own", authority="leeds")
    world.contact("own", "mum-anna")
    world.conflict("teacher", "own")
    world.contact("anna", "mum-bea", ended=ago(days=1))
    gateway = await serve(world)
    targets = [wire(Kind.CONTACT, name) for name in ("own/mum-anna", "anna/mum-bea", "nothing")] + [
        "",
        child_id("anna"),
    ]
    answers = {
        (await gateway.deed("teacher", "amendContact", {"contactId": each, "version": "x", "phone": None})).text
        for each in targets
    }
    assert len(answers) == 1
    assert "NOT_FOUND" in answers.pop()


async def test_school_places_and_practices(serve: Serve) -> None:
    """A place is added, a registration takes the place of the one before; what is on record already is refused."""
    gateway = await serve(homes())
    school = {"childId": child_id("anna"), "organisationId": wire(Kind.ORGANISATION, "school"), "from": TOMORROW}
    payload = await written(gateway, "teacher", "recordPlacement", {**school, "to": "2027-07-01"})
    assert next((each["from"], each["to"]) for each in payload["child"]["education"]) == (TOMORROW, "2027-07-01")
    assert codes(await written(gateway, "teacher", "recordPlacement", {**school, "to": "2027-07-01"})) == ["INVALID"]
    practice = {"childId": child_id("anna"), "organisationId": wire(Kind.ORGANISATION, "gp-two"), "since": YESTERDAY}
    payload = await written(gateway, "teacher", "recordRegistration", practice)
    assert payload["child"]["gpPractice"] == {"since": YESTERDAY, "organisation": {"name": "Gp-Two"}}
    assert codes(await written(gateway, "teacher", "recordRegistration", practice)) == ["INVALID"]
    ended = {
        row.organisation_id: str(row.ended_on)
        for row in await rows_of(gateway, t.Registration)
        if row.child_id == id_of("child", "anna")
    }
    assert (
        ended.items() >= {id_of("organisation", "practice"): YESTERDAY, id_of("organisation", "gp-two"): "None"}.items()
    )
    assert {tuple(row.groups) for row in await rows_of(gateway, t.Change)} == {("PLACES",)}


@pytest.mark.parametrize(
    ("deed", "body", "day"), [("recordPlacement", "school", "from"), ("recordRegistration", "practice", "since")]
)
async def test_r32_places_are_written_by_who_sees_them(serve: Serve, deed: str, body: str, day: str) -> None:
    """Under a shield they are NOT_YOURS_TO_CHANGE; a confidential body, one of another kind and none are NOT_FOUND."""
    gateway = await serve(homes())
    given = {"childId": child_id("bea"), "organisationId": wire(Kind.ORGANISATION, body), day: YESTERDAY}
    assert codes(await written(gateway, "teacher", deed, given)) == ["NOT_YOURS_TO_CHANGE"]
    answers = set()
    for other in ("hidden-school", "social", "nothing"):
        asked = {**given, "childId": child_id("anna"), "organisationId": wire(Kind.ORGANISATION, other)}
        answers.add((await gateway.deed("teacher", deed, asked)).text)
    assert len(answers) == 1
    assert "NOT_FOUND" in answers.pop()
    late = {**given, "childId": child_id("anna"), day: "2031-01-01"}
    assert codes(await written(gateway, "teacher", deed, late)) == ["INVALID"]


@pytest.mark.parametrize("by", ["police", "auditor", "feed"])
async def test_who_may_not_write_is_refused(serve_small: Serve, by: str) -> None:
    """The act is asked for before anything is read."""
    gateway = await serve_small(homes())
    given = {"childId": child_id("anna"), "version": "x", "phone": None}
    purpose = {"police": "POLICE_APPLICATION", "auditor": "CASE_REVIEW", "feed": "DATA_QUALITY"}[by]
    answer = await gateway.deed(by, "amendChild", given, purpose=purpose)
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (403, "FORBIDDEN")
