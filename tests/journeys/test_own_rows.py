"""R2, R35: of which only the viewer's own rows are seen, the rows of others change neither answer nor statement."""

from typing import Any

from resolvers.store import tables as t
from tests.cast import PURPOSE, cast, full_child
from tests.client import Gateway, statements
from tests.conftest import Serve
from tests.world import World, number_of

OWN_ALONE = """query($n: String) { child(directoryNumber: $n) {
  externalIdentifiers { scheme value } sensitiveInvolvements { service } withheld { group } } }"""


def directory(*, others: bool) -> World:
    """Return a world in which bodies that are not the viewer's have issued identifiers and work with Anna, or have not."""
    world = cast()
    full_child(world, "anna")
    kept = {
        t.ExternalIdentifier: lambda row: row["value"] != "SCHOOL-77" and others,
        t.Involvement: lambda row: not row["sensitive"] or others,
    }
    for table, keeps in kept.items():
        if rows := [row for row in world.rows.pop(table) if keeps(row)]:
            world.rows[table] = rows
    return world


async def _asked(gateway: Gateway) -> tuple[Any, list[str]]:
    with statements() as texts:
        answer = await gateway.ask("teacher", OWN_ALONE, purpose=PURPOSE["teacher"], n=number_of("anna"))
    return answer, texts


async def test_r2_r35_rows_of_others_change_no_statement(serve: Serve) -> None:
    """With nothing of the viewer's own there are empty lists and the same statements, whatever others have stored."""
    some, none = [await _asked(await serve(directory(others=others))) for others in (True, False)]
    assert some == none
    assert some[0]["child"]["externalIdentifiers"] == some[0]["child"]["sensitiveInvolvements"] == []
