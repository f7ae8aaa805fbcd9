"""The number of statements follows from the operation, never from the rows."""

from resolvers.store.words import ServiceKind
from tests.cast import cast, full_child
from tests.client import statements
from tests.conftest import Serve
from tests.queries import BODIES, CASELOAD, CHILD, LISTS, PAGE, SEARCH, WORKERS
from tests.world import World, number_of


def class_of(size: int) -> World:
    """Return a world in which the teacher works with `size` full children, every fifth of them shielded."""
    world = cast()
    for n in range(size):
        full_child(world, f"kid{n}")
        world.involve(f"kid{n}", "tess", "school", ServiceKind.EDUCATION)
        if n % 5 == 4:
            world.shield(f"kid{n}")
    return world


async def test_a_page_takes_the_same_four_selects_for_5_and_for_50_rows(serve: Serve) -> None:
    """A caseload with contacts, involvements, practitioners and organisations: four SELECTs, the account included.

    That holds once the account is known to the process; before, one more reads it.
    """
    gateway = await serve(class_of(50))
    await gateway.ask("teacher", PAGE, first=1)
    texts_of = {}
    for first in (5, 50):
        with statements() as texts:
            page = await gateway.ask("teacher", PAGE, first=first)
        assert len(page["caseload"]["edges"]) == first
        texts_of[first] = texts
    assert texts_of[5] == texts_of[50]
    assert len(texts_of[50]) == 4


async def test_each_query_shape_has_its_own_fixed_number(serve: Serve) -> None:
    """Record, search and full caseload take the numbers below, whatever they find, once the account is known."""
    gateway = await serve(class_of(10))
    await gateway.ask("teacher", PAGE, first=1)
    search = {"familyName": "Ashworth", "dateOfBirth": "2016-03-04"}
    shapes = [
        (CHILD, {"number": number_of("kid0")}, 13),
        (CHILD, {"number": number_of("nobody")}, 2),
        (SEARCH, {"search": search}, 1),
        (CASELOAD, {"first": 2}, 13),
        (CASELOAD, {"first": 10}, 13),
    ]
    for query, variables, count in shapes:
        with statements() as texts:
            await gateway.ask("teacher", query, **variables)
        assert len(texts) == count, (variables, len(texts))


async def test_the_directory_takes_one_statement_a_level(serve: Serve) -> None:
    """A page of bodies or of workers takes one beside the account's; bodies, workers and their caseloads one each."""
    world = class_of(10)
    for n in range(10):
        world.practitioner(f"otto{n}", "social")
        world.involve(f"kid{n}", f"otto{n}", "social")
    gateway = await serve(world)
    found = {}
    for query, count in ((BODIES, 2), (WORKERS, 2), (LISTS, 4)):
        for first in (8, 12):
            with statements() as texts:
                found[first] = await gateway.ask("officer", query, purpose="CHILD_PROTECTION", first=first)
            assert len(texts) == count, (query, first, len(texts))
    lists = [
        worker["node"]["caseload"]["edges"]
        for body in found[12]["organisations"]["edges"]
        for worker in body["node"]["practitioners"]["edges"]
    ]
    assert len([rows for rows in lists if rows]) == 8, "those of Otto's whose child is not shielded"


async def test_a_relation_asked_twice_is_read_once(serve: Serve) -> None:
    """Aliases of one relation share its loader."""
    gateway = await serve(class_of(3))
    query = "query($n: String) { a: child(directoryNumber: $n) { contacts { phone } } b: child(directoryNumber: $n) { contacts { email } } }"
    with statements() as texts:
        await gateway.ask("teacher", query, n=number_of("kid0"))
    assert len(texts) == 4
