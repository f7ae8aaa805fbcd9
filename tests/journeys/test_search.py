"""Search: finds by what a viewer sees, and answers for what a viewer can reach."""

from datetime import date

import pytest

from resolvers.store.words import Ended
from tests.cast import cast, full_child
from tests.conftest import Serve
from tests.queries import CHILD, SEARCH
from tests.world import World, ago, number_of

ANNA = {"familyName": "Ashworth", "dateOfBirth": "2016-03-04"}


def crowd(world: World, size: int, **row: object) -> list[str]:
    names = [f"kid{n}" for n in range(size)]
    for name in names:
        world.child(name, family="Crowd", **row)
    return names


async def found(gateway, viewer, search, *, purpose="COORDINATE_CARE", first=None):
    data = await gateway.ask(viewer, SEARCH, purpose=purpose, search=search, first=first)
    return data["children"]


async def test_r4_no_search_finds_a_record_that_does_not_exist_for_the_viewer(serve: Serve) -> None:
    """A true match on a concealed, archived, conflicted or unapproved record is not listed, by any criteria."""
    world = cast()
    world.child("open", born=date(2016, 3, 4))
    world.child("gone", born=date(2016, 3, 4), concealed=True)
    world.child("dead", born=date(2016, 3, 4), ended=(Ended.DECEASED, ago(days=400)))
    world.child("kin", born=date(2016, 3, 4))
    world.conflict("teacher", "kin")
    gateway = await serve(world)
    between = {"familyName": "Ashworth", "bornBetween": {"from": "2015-06-01", "to": "2017-05-31"}}
    for search in (ANNA, between):
        page = await found(gateway, "teacher", search)
        assert [edge["node"]["givenNames"] for edge in page["edges"]] == ["Open"]
        assert (await found(gateway, "police", search, purpose="POLICE_APPLICATION"))["edges"] == []
    for name in ("gone", "dead", "kin"):
        for search in ({"directoryNumber": number_of(name)}, ANNA | {"directoryNumber": number_of(name)}):
            assert (await found(gateway, "teacher", search))["edges"] == []


async def test_r4_a_former_name_finds_nobody(serve: Serve) -> None:
    """A former name is no criterion: it finds nobody, sealed or not."""
    world = cast()
    full_child(world, "anna")
    gateway = await serve(world)
    assert (await found(gateway, "teacher", ANNA | {"familyName": "Formerly"}))["edges"] == []


async def test_r6_too_many_counts_what_the_viewer_can_reach(serve: Serve) -> None:
    """Twenty-five reachable matches are listed although more exist; a twenty-sixth makes it too many, with no rows."""
    world = cast()
    names = crowd(world, 30)
    for name in names[25:]:
        world.conflict("teacher", name)
    for name in names[:26]:
        world.application("police", name, name=name)
    gateway = await serve(world)
    crowded = {"familyName": "crowd", "dateOfBirth": "2016-03-04"}
    page = await found(gateway, "teacher", crowded)
    assert (page["tooMany"], len(page["edges"]), page["pageInfo"]["hasNextPage"]) == (False, 25, False)
    page = await found(gateway, "police", crowded, purpose="POLICE_APPLICATION")
    assert (page["tooMany"], page["edges"]) == (True, [])
    assert page["pageInfo"] == {"hasNextPage": False, "hasPreviousPage": False, "startCursor": None, "endCursor": None}


async def test_r6_a_shorter_page_says_that_more_follow(serve: Serve) -> None:
    """With `first` below the number of matches, the page is full and says that more follow."""
    world = cast()
    crowd(world, 5)
    gateway = await serve(world)
    page = await found(gateway, "teacher", {"familyName": "Crowd", "dateOfBirth": "2016-03-04"}, first=3)
    assert (len(page["edges"]), page["pageInfo"]["hasNextPage"]) == (3, True)


@pytest.mark.parametrize(
    "search",
    [
        {},
        {"familyName": "Ashworth"},
        {"dateOfBirth": "2016-03-04"},
        {"bornBetween": {"from": "2016-01-01", "to": "2016-02-01"}},
        {"familyName": "Ashworth", "bornBetween": {"from": "2014-01-01", "to": "2016-01-03"}},
        {"familyName": "Ashworth", "bornBetween": {"from": "2016-02-01", "to": "2016-01-01"}},
        {"familyName": "-'-", "dateOfBirth": "2016-03-04"},
        {"familyName": None, "dateOfBirth": "2016-03-04", "directoryNumber": None},
    ],
)
async def test_r13_a_search_needs_the_minimum_criteria(serve_small: Serve, search: dict[str, object]) -> None:
    """Too little or too wide is refused from the arguments alone, before the directory is read."""
    gateway = await serve_small(cast())
    response = await gateway.raw("teacher", SEARCH, purpose="COORDINATE_CARE", search=search)
    assert [error["extensions"]["code"] for error in response.json()["errors"]] == ["BAD_USER_INPUT"]


@pytest.mark.parametrize("first", [0, -1, 26, 2**31 - 1])
async def test_r13_a_page_of_a_search_is_between_1_and_25(serve_small: Serve, first: int) -> None:
    """`first` outside its bounds is refused from the argument alone."""
    gateway = await serve_small(cast())
    response = await gateway.raw("teacher", SEARCH, purpose="COORDINATE_CARE", search=ANNA, first=first)
    assert [error["extensions"]["code"] for error in response.json()["errors"]] == ["BAD_USER_INPUT"]


@pytest.mark.parametrize(
    ("stored", "asked"),
    [
        ("O'Brien-Śmith", "obrien smith"),
        ("Müller", "MULLER"),
        ("de la Cruz", "De  La-Cruz"),
        ("李", "李"),
        ("Øster", "oster"),
    ],
)
async def test_names_are_found_whatever_their_spelling(serve: Serve, stored: str, asked: str) -> None:
    """Case, diacritics, hyphens, apostrophes and doubled spaces do not matter."""
    world = cast()
    world.child("anna", family=stored)
    gateway = await serve(world)
    page = await found(gateway, "teacher", ANNA | {"familyName": asked})
    assert [edge["node"]["familyName"] for edge in page["edges"]] == [stored]


async def test_all_criteria_must_hold(serve: Serve) -> None:
    """A number that is right finds nobody beside a date of birth that is wrong."""
    world = cast()
    world.child("anna")
    gateway = await serve(world)
    number = {"directoryNumber": number_of("anna")}
    assert len((await found(gateway, "teacher", number))["edges"]) == 1
    assert (await found(gateway, "teacher", number | {"dateOfBirth": "2016-03-05"}))["edges"] == []


@pytest.mark.parametrize("number", ["", "abc", "1234", "٣٦٥٢٠٨٠٤٦٥٤٨", "0" * 400, "%", "\x00"])
async def test_a_malformed_number_is_simply_not_found(serve: Serve, number: str) -> None:
    """Whatever is no directory number finds nobody, in a search and by `child`, without an error."""
    gateway = await serve(cast())
    assert (await found(gateway, "teacher", {"directoryNumber": number}))["edges"] == []
    assert (await gateway.ask("teacher", CHILD, number=number))["child"] is None


async def test_rows_are_sorted_by_name_and_birth(serve: Serve) -> None:
    """Rows come by family name, given names and date of birth: nothing that any viewer lacks."""
    world = cast()
    for name in ("zoe", "amy", "kim"):
        world.child(name, family="Same")
    gateway = await serve(world)
    page = await found(gateway, "teacher", {"familyName": "same", "dateOfBirth": "2016-03-04"})
    assert [edge["node"]["givenNames"] for edge in page["edges"]] == ["Amy", "Kim", "Zoe"]
