"""R28: an account that lapses is refused from its next request on; nothing of it is remembered."""

from sqlalchemy import update

from resolvers.store import tables as t
from tests.cast import cast, full_child
from tests.conftest import Serve
from tests.queries import CHILD
from tests.world import NOW, id_of, number_of


async def test_r28_an_account_that_is_suspended_reads_nothing_from_then_on(serve: Serve) -> None:
    """Suspended between two requests, the account is refused the second; no longer so, it is answered as before."""
    world = cast()
    full_child(world, "anna")
    gateway = await serve(world)

    async def suspended(at: object) -> None:
        async with gateway.database() as connection:
            mine = update(t.Account).where(t.Account.id == id_of("account", "teacher"))
            await connection.execute(mine.values(suspended_at=at))

    before = await gateway.ask("teacher", CHILD, number=number_of("anna"))
    await suspended(NOW)
    assert (403, ["FORBIDDEN"]) == await gateway.codes("teacher", CHILD, number=number_of("anna"))
    await suspended(None)
    assert before == await gateway.ask("teacher", CHILD, number=number_of("anna"))
