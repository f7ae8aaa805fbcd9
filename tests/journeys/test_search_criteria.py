"""Each criterion of a search for children: it finds by what a viewer sees, and only narrows where it must."""

from typing import Any

import pytest

from resolvers.store import tables as t
from resolvers.store.words import Ended, Gender, ReachKind
from tests.cast import PURPOSE, cast, full_child
from tests.conftest import Serve
from tests.queries import CONTACTS, SEARCH
from tests.world import NOW, World, ago, number_of

ASHWORTH = {"familyName": "Ashworth", "dateOfBirth": "2016-03-04"}
POSTCODE, PHONE, EMAIL = {"postcode": "ls29jt"}, {"phone": "+44 (0)7700 900111"}, {"email": " Child@Reach.example "}


async def names(gateway: Any, viewer: str, search: dict[str, Any]) -> list[str]:
    page = (await gateway.ask(viewer, SEARCH, purpose=PURPOSE[viewer], search=search))["children"]
    return [edge["node"]["givenNames"] for edge in page["edges"]]


def two_with_an_address() -> World:
    """Return a world with an open and a shielded child of the same name, birth, address, phone and mailbox."""
    world = cast()
    for name in ("open", "hidden"):
        world.child(name)
        world.reach(name)
    world.shield("hidden")
    world.application("police", "open", "hidden")
    return world


@pytest.mark.parametrize("narrow", [POSTCODE, PHONE, EMAIL, POSTCODE | PHONE | EMAIL])
async def test_r4_whereabouts_only_narrow_where_they_are_in_sight(serve: Serve, narrow: dict[str, str]) -> None:
    """A true postcode, phone or e-mail keeps an open child and never a shielded one; a wrong one keeps nobody."""
    gateway = await serve(two_with_an_address())
    for viewer in ("teacher", "officer", "police", "team", "manager"):
        assert sorted(await names(gateway, viewer, ASHWORTH)) == ["Hidden", "Open"]
        assert await names(gateway, viewer, ASHWORTH | narrow) == ["Open"]
        number = {"directoryNumber": number_of("hidden")}
        assert await names(gateway, viewer, number | narrow) == []
        assert await names(gateway, viewer, ASHWORTH | dict.fromkeys(narrow, "LS9 9ZZ")) == []


async def test_r4_who_sees_a_shielded_childs_whereabouts_finds_by_them(serve: Serve) -> None:
    """Under an override, for the responsible team and under a matching task the postcode finds the child."""
    world = two_with_an_address()
    world.responsible("hidden", "leeds")
    world.override("officer", "hidden")
    world.task("manager", "hidden")
    gateway = await serve(world)
    for viewer in ("officer", "team", "manager"):
        assert sorted(await names(gateway, viewer, ASHWORTH | POSTCODE)) == ["Hidden", "Open"]
    assert await names(gateway, "teacher", ASHWORTH | POSTCODE) == ["Open"]


async def test_r4_only_what_holds_now_is_searched(serve: Serve) -> None:
    """A replaced address, a last known one and that of a child who has left are no current postcode."""
    world = cast()
    for name in ("moved", "missing", "left"):
        world.child(name, ended=(Ended.LEFT, ago(days=9)) if name == "left" else None)
    world.reach("moved", replaced_at=NOW, until=ago(days=30))
    world.reach("missing", kind=ReachKind.LAST_KNOWN, until=ago(days=3))
    world.reach("left")
    gateway = await serve(world)
    assert len(await names(gateway, "teacher", ASHWORTH)) == 3
    assert await names(gateway, "teacher", ASHWORTH | POSTCODE) == []
    assert await names(gateway, "teacher", ASHWORTH | PHONE) == ["Left", "Missing"]


async def test_r4_an_identifier_finds_by_issuer_or_by_the_whole_group(serve: Serve) -> None:
    """A practitioner finds by what the own body issued; a data manager, who holds IDENTIFIERS, by any."""
    world = cast()
    full_child(world, "anna")
    full_child(world, "bea")
    world.rows[t.ExternalIdentifier].clear()
    world.identifier("anna", "school", "UPN 77-a")
    world.identifier("bea", "social", "S-77")
    gateway = await serve(world)
    schools, socials = ({"externalIdentifier": {"scheme": "case", "value": value}} for value in ("upn77A", "s77"))
    assert await names(gateway, "teacher", schools) == ["Anna"]
    assert await names(gateway, "teacher", socials) == []
    assert await names(gateway, "officer", socials) == ["Bea"]
    assert await names(gateway, "team", schools) == []
    assert await names(gateway, "manager", schools) == ["Anna"]
    assert await names(gateway, "manager", socials) == ["Bea"]
    assert await names(gateway, "manager", schools | {"familyName": "Nobody"}) == []


async def test_r4_an_identifier_never_finds_a_shielded_child(serve: Serve) -> None:
    """Not even the body that issued it finds a shielded child by its identifier, involved or not."""
    world = cast()
    full_child(world, "bea")
    world.shield("bea")
    world.involve("bea", "tess", "school")
    gateway = await serve(world)
    issued = {"externalIdentifier": {"scheme": "CASE", "value": "SCHOOL-77"}}
    for viewer in ("teacher", "officer", "team", "manager"):
        assert await names(gateway, viewer, issued) == []
        assert await names(gateway, viewer, issued | ASHWORTH) == []


async def test_gender_narrows(serve: Serve) -> None:
    """Of two children alike but for gender, the one asked for is listed."""
    world = cast()
    world.child("anna")
    world.child("adam", gender=Gender.MALE)
    gateway = await serve(world)
    assert await names(gateway, "teacher", ASHWORTH | {"gender": "MALE"}) == ["Adam"]
    assert await names(gateway, "teacher", ASHWORTH | {"gender": "NOT_SPECIFIED"}) == []


@pytest.mark.parametrize(
    "given", ["", "  ", "Al", "A*", "-*", "A-b", "李", "one two three four five six seven eight nine"]
)
async def test_r13_given_names_need_three_letters(serve_small: Serve, given: str) -> None:
    """Too short, or too many, is refused from the argument alone; one Han sign counts as a whole name."""
    gateway = await serve_small(cast())
    response = await gateway.raw("teacher", SEARCH, purpose="COORDINATE_CARE", search=ASHWORTH | {"givenNames": given})
    codes = [error["extensions"]["code"] for error in response.json().get("errors", [])]
    assert codes == ([] if given == "李" else ["BAD_USER_INPUT"])


async def test_the_nearest_spelling_comes_first(serve: Serve) -> None:
    """The very same name, the same without accents, the same in another order, the same by sound: in that order."""
    world = cast()
    for name, family in (("a", "Smyth-Jonas"), ("b", "Jones Smith"), ("c", "Śmith-Jones"), ("d", "Smith-Jones")):
        world.child(name, family=family, given=f"Kim {name}")
    gateway = await serve(world)
    asked = {"familyName": "Smith-Jones", "dateOfBirth": "2016-03-04", "soundsLike": True}
    assert await names(gateway, "teacher", asked) == ["Kim d", "Kim c", "Kim b", "Kim a"]
    assert len(await names(gateway, "teacher", asked | {"soundsLike": False})) == 3


async def test_likely_duplicates_stand_side_by_side(serve: Serve) -> None:
    """Two records of one child, spelt differently, are neighbours, though another child's name lies between."""
    world = cast()
    for name, family, given in (("one", "Miller", "Zoe"), ("two", "Müller", "Zoë"), ("mid", "Mueller", "Ann")):
        world.child(name, family=family, given=given)
    gateway = await serve(world)
    for asked in ("Miller", "Müller", "Mueller"):
        found = await names(gateway, "teacher", {"familyName": asked, "dateOfBirth": "2016-03-04", "soundsLike": True})
        assert abs(found.index("Zoe") - found.index("Zoë")) == 1


async def test_r5_the_order_depends_on_nothing_hidden(serve: Serve) -> None:
    """Rows of the same spelling come by birth and number, whatever address, shield or involvement they have."""
    world = cast()
    for n in range(6):
        world.child(f"kid{n}", given="Sam")
        if n % 2:
            world.reach(f"kid{n}", postcode=f"LS{n} 1AA")
            world.shield(f"kid{n}")
            world.involve(f"kid{n}", "tess", "school")
    gateway = await serve(world)
    page = (await gateway.ask("teacher", SEARCH, search=ASHWORTH))["children"]
    numbers = [edge["node"]["directoryNumber"] for edge in page["edges"]]
    assert numbers == sorted(number_of(f"kid{n}") for n in range(6))


@pytest.mark.parametrize("given", ["a" * 50_010, "\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 4_000])
async def test_r4_r42_a_name_that_is_too_long_tells_nothing(serve: Serve, given: str) -> None:
    """A name too long for a pattern is refused from the argument alone, whatever record the number beside it is of."""
    world = cast()
    world.child("open")
    world.child("gone", concealed=True)
    world.child("dead", ended=(Ended.DECEASED, ago(days=400)))
    world.child("kin")
    world.conflict("teacher", "kin")
    gateway = await serve(world)
    for name in ("open", "gone", "dead", "kin", "nobody"):
        search = {"directoryNumber": number_of(name), "givenNames": given}
        assert await gateway.codes("teacher", SEARCH, search=search) == (200, ["BAD_USER_INPUT"])
    assert await gateway.codes("teacher", CONTACTS, search={"familyName": "Carer", "givenNames": given}) == (
        200,
        ["BAD_USER_INPUT"],
    )
