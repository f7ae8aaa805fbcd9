"""R16: a conflict is what is stored as one; who lives or works near a child has none."""

from tests.cast import PURPOSE, cast, full_child
from tests.conftest import Serve
from tests.queries import CHILD
from tests.world import World, id_of, number_of


def neighbours(*, moved: bool) -> World:
    """Return a world in which Anna, shielded, lives at the postcode of everybody's body and home, or does not."""
    world = cast()
    world.person("myself", postcode="LS1 1AA")
    for row in next(rows for table, rows in world.rows.items() if table.__tablename__ == "account"):
        row["person_id"] = id_of("person", "myself")
    full_child(world, "anna")
    world.shield("anna")
    world.application("police", "anna")
    for row in next(rows for table, rows in world.rows.items() if table.__tablename__ == "child_reach"):
        row["postcode"] = "YO1 7HH" if moved else "LS1 1AA"
    return world


async def test_r16_where_an_account_lives_makes_no_conflict(serve: Serve) -> None:
    """A hidden address that is the viewer's own, or that of the viewer's body, changes nothing: it would be an oracle."""
    near, far = await serve(neighbours(moved=False)), await serve(neighbours(moved=True))
    for viewer in ("teacher", "officer", "police", "manager"):
        asked = [
            await gateway.raw(viewer, CHILD, purpose=PURPOSE[viewer], number=number_of("anna"))
            for gateway in (near, far)
        ]
        assert asked[0].content == asked[1].content, viewer
        assert asked[0].json()["data"]["child"]["shielded"] is True
