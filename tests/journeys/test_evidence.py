"""The journal as evidence, from the request that leaves an event to whoever finds that it was tampered with (R29)."""

from pathlib import Path

from gateway.demo import DemoKeys
from gateway.seal import Keyring, read_seal
from gateway.settings import Settings
from resolvers.audit.verify import Verified, Verifier
from tests.applying import applied, bench
from tests.client import Gateway
from tests.conftest import Serve
from tests.queries import CHILD, SEARCH
from tests.world import id_of, number_of


async def verified(gateway: Gateway, folder: Path) -> tuple[Verified, list[str]]:
    """Return what `gateway audit verify` finds in the database of a gateway whose keys are in `folder`."""
    seal = read_seal(Settings(data=folder), DemoKeys.at(folder).secret)
    async with gateway.database() as connection:
        verifier = Verifier(connection, Keyring(seal.public).read, lambda *_: None)
        return verifier.seen, [fault async for fault in verifier.faults()]


async def test_r29_reads_deeds_and_refusals_stand_in_chains(serve: Serve, tmp_path: Path) -> None:
    """A record opened, a search, an id sought in vain, a refusal, a deed and its answer: all verify as they are stored."""
    gateway = await serve(bench())
    await gateway.ask("teacher", CHILD, number=number_of("bea"))
    await gateway.ask("teacher", CHILD, number="123456789018")
    await gateway.ask("teacher", SEARCH, search={"familyName": "Ashworth", "dateOfBirth": "2016-03-04"})
    await gateway.codes("feed", CHILD, number=number_of("anna"))
    await applied(gateway, "anna", "bea")
    seen, faults = await verified(gateway, tmp_path)
    assert faults == []
    assert (seen.events, seen.writers) == (6, 2)


async def test_r29_a_journal_that_was_tampered_with_is_found_out(serve: Serve, tmp_path: Path) -> None:
    """An officer who looked at a child, and has a friend with the database: who looked, and that it was, cannot go."""
    gateway = await serve(bench())
    for account, purpose in (
        ("teacher", "COORDINATE_CARE"),
        ("officer", "CHILD_PROTECTION"),
        ("team", "COORDINATE_CARE"),
    ):
        await gateway.ask(account, CHILD, number=number_of("bea"), purpose=purpose)
    found, _ = await gateway.journal()
    (event,) = [event for event in found if event.account_id == id_of("account", "officer")]
    place = f"'{event.id.hex}'" if gateway.url.startswith("sqlite") else f"'{event.id}'"
    async with gateway.database() as connection:
        await connection.exec_driver_sql(f"UPDATE access_event SET outcome = 'FORBIDDEN' WHERE id = {place}")
    _, faults = await verified(gateway, tmp_path)
    assert [f"event {event.id} " in fault and "was changed" in fault for fault in faults] == [True]
    async with gateway.database() as connection:
        await connection.exec_driver_sql(f"DELETE FROM access_event WHERE id = {place}")
        await connection.exec_driver_sql(f"DELETE FROM access_subject WHERE event_id = {place}")
    _, faults = await verified(gateway, tmp_path)
    assert faults == [f"the event at position 2 is missing from writer {event.writer}: removed"]
