"""Tampering: each kind is planted in a real database, and `gateway audit verify` names it."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert

from gateway.seal import Keyring, Seal
from resolvers.audit.verify import Kept
from resolvers.store import tables as t
from resolvers.store.chain import canonical, digest_of, tied
from resolvers.store.checkpoints import Head
from resolvers.store.walk import walk
from resolvers.store.words import CheckpointKind
from tests.audit.office import EVENTS, Office, journal_on
from tests.sealing import CHECKPOINTS, KEYRING, SEAL
from tests.world import NOW


async def written(office: Office) -> None:
    """Write a morning: two processes, reads and deeds, and a last checkpoint for each writer."""
    await office.note("zero")
    await office.restart()
    await office.note("a", "b", "c", "d", "e")
    await office.deed("x")
    await office.deed("y")
    await office.deed("z")
    await office.journal.drain()


async def test_a_journal_that_nobody_touched_has_no_fault(office: Office) -> None:
    """Rounds and deeds of two processes verify: every event is counted, and all are signed for."""
    await written(office)
    seen, faults = await office.verified()
    assert faults == []
    assert (seen.events, seen.writers, seen.unsigned, seen.before) == (9, 3, 0, 0)


async def test_a_changed_event_is_named(office: Office) -> None:
    """A reason that is written anew is found, and its event and place are named; no other is."""
    await written(office)
    event = await office.event("c")
    await office.run("UPDATE access_event SET reason = 'a better reason' WHERE id = :id", id=event.id)
    (fault,) = await office.faults()
    assert f"event {event.id} (writer {event.writer}, position 3)" in fault
    assert "changed" in fault


async def test_a_moved_hour_and_another_account_are_changes(office: Office) -> None:
    """Whatever column of an event is changed is found: its account, its outcome, its deed."""
    await written(office)
    for column, value in (("account_id", uuid4()), ("outcome", "FORBIDDEN"), ("deed", "other"), ("role", "AUDITOR")):
        event = await office.event("x")
        await office.run(
            f"UPDATE access_event SET {column} = :value WHERE id = :id", value=value, id=event.id
        )  # a constant name
        assert [str(event.id) in fault for fault in await office.faults()] == [True]
        old = getattr(event, column)
        await office.run(f"UPDATE access_event SET {column} = :value WHERE id = :id", value=old, id=event.id)
    assert await office.faults() == []


async def test_subjects_are_part_of_their_event(office: Office) -> None:
    """A subject that is changed, removed or added is a change of its event; one of no event is told as well."""
    await written(office)
    event = await office.event("b")
    await office.run("UPDATE access_subject SET override = true WHERE event_id = :id", id=event.id)
    assert [str(event.id) in fault for fault in await office.faults()] == [True]
    event = await office.event("d")
    await office.run("DELETE FROM access_subject WHERE event_id = :id", id=event.id)
    assert [str(event.id) in fault for fault in await office.faults()] == [False, True]
    await office.run("UPDATE access_subject SET event_id = :other", other=uuid4())
    assert any("subject" in fault and "inserted" in fault for fault in await office.faults())


async def test_a_removed_event_is_named_by_its_place(office: Office) -> None:
    """An event that is taken out with its subjects leaves a gap, which is named; what follows is not blamed."""
    await written(office)
    event = await office.event("b")
    await remove(office, event.id)
    assert await office.faults() == [f"the event at position 2 is missing from writer {event.writer}: removed"]


async def test_a_writer_that_is_removed_is_missed(office: Office) -> None:
    """All events of a writer, taken out together, are missed by its checkpoints."""
    await written(office)
    event = await office.event("zero")
    await remove(office, event.id)
    (fault,) = await office.faults()
    assert f"position 1 is missing from writer {event.writer}" in fault
    assert "removed" in fault


async def test_reordered_events_are_named(office: Office) -> None:
    """Two events that change places are named with the places where they stood."""
    await written(office)
    second, third = await office.event("b"), await office.event("c")
    for event, position in ((second, 3), (third, 2)):
        await office.run("UPDATE access_event SET position = :p WHERE id = :id", p=position, id=event.id)
    faults = await office.faults()
    assert [fault for fault in faults if "reordered" in fault] == [
        f"event {third.id} (writer {third.writer}, position 2) was chained at position 3: reordered",
        f"event {second.id} (writer {second.writer}, position 3) was chained at position 2: reordered",
    ]
    assert not [fault for fault in faults if "removed" in fault or "inserted" in fault]


async def test_events_that_change_places_with_their_digests_are_named(office: Office) -> None:
    """It helps nobody to leave the digests where they were."""
    await written(office)
    second, third = await office.event("b"), await office.event("c")
    for event, other in ((second, third), (third, second)):
        place = {"p": other.position, "d": other.digest}
        await office.run("UPDATE access_event SET position = :p, digest = :d WHERE id = :id", **place, id=event.id)
    assert len([fault for fault in await office.faults() if "reordered" in fault]) == 2


async def test_an_inserted_event_is_named(office: Office) -> None:
    """One that takes the place of another, one of no writer that was signed for, and one of no chain, are told."""
    await written(office)
    event = await office.event("c")
    twin = await add(office, event, position=3, digest="1" * 64)
    (fault,) = await office.faults()
    assert f"event {twin} " in fault
    assert fault.endswith("inserted")
    stranger = await add(office, event, writer=uuid4(), position=1, digest="1" * 64)
    assert f"event {stranger} has no place" in (await office.faults())[-1]
    await add(office, event, writer=None, position=None, digest=None)
    assert "1 events stand in no chain, and 0 did when the chains began: inserted" in await office.faults()


async def test_an_event_behind_the_end_of_its_writer_is_inserted(office: Office) -> None:
    """Who knows how a chain is made can add to its end, but not behind a checkpoint that says that it ended."""
    await written(office)
    event = await office.event("z")
    extra = await add(office, event, position=4, digest="1" * 64)
    await chain_anew(office, event.writer, after=3)
    (fault,) = await office.faults()
    assert f"event {extra} " in fault
    assert "behind the end" in fault


async def test_a_chain_made_anew_does_not_fit_its_checkpoint(office: Office) -> None:
    """Who changes an event and makes all digests after it anew meets the checkpoint, which cannot be made anew."""
    await written(office)
    event = await office.event("b")
    await office.run("UPDATE access_event SET reason = 'a better reason' WHERE id = :id", id=event.id)
    await chain_anew(office, event.writer, after=1)
    (fault,) = await office.faults()
    assert "was signed for another event than that of position 5" in fault


async def test_a_tail_that_is_cut_off_is_missed(office: Office) -> None:
    """Events that were signed for and are no longer there, at the end of a chain, are told by their places."""
    await written(office)
    for name in ("d", "e"):
        await remove(office, (await office.event(name)).id)
    (fault,) = await office.faults()
    assert "positions 4 to 5" in fault
    assert "end of the chain" in fault


async def test_what_a_crashed_writer_left_is_signed_for_at_the_next_start(office: Office) -> None:
    """A process that is killed has signed for nothing; the next one signs for what it finds, and the tail is held."""
    await office.note("a", "b", "c")
    assert (await office.verified())[0].unsigned == 3
    await successor(office)
    seen, faults = await office.verified()
    assert (seen.unsigned, faults) == (0, [])
    event = await office.event("c")
    await remove(office, event.id)
    assert "end of the chain" in (await office.faults())[0]


async def test_nothing_broken_is_signed_for(office: Office) -> None:
    """What a crashed writer left, and somebody changed before the next start, is signed for up to there alone."""
    await office.note("a", "b", "c")
    event = await office.event("b")
    await office.run("UPDATE access_event SET reason = 'a better reason' WHERE id = :id", id=event.id)
    await successor(office)
    assert [row.position for row in await office.checkpoints()] == [0, 1]
    assert [str(event.id) in fault for fault in await office.faults()] == [True]


async def test_a_forged_checkpoint_is_told(office: Office) -> None:
    """A checkpoint signed by another key, changed or moved to another writer is told, and counts for nothing."""
    await written(office)
    rows = await office.checkpoints()
    forger, last = Seal.of_bytes(b"f" * 32), rows[-1]
    told = KEYRING.read(last.token)
    assert told is not None
    await office.run(
        "UPDATE journal_checkpoint SET token = :token WHERE number = :n",
        token=forger.sign(canonical(told)),
        n=last.number,
    )
    assert await office.faults() == [f"checkpoint {last.number} is signed by none of the keys: forged or changed"]
    await office.run("UPDATE journal_checkpoint SET token = :token WHERE number = :n", token=last.token, n=last.number)
    await office.run("UPDATE journal_checkpoint SET position = 2 WHERE number = :n", n=last.number)
    assert "not what its signature was made for" in (await office.faults())[0]


async def test_a_checkpoint_that_is_removed_or_replaced_is_told(office: Office) -> None:
    """Checkpoints are numbered and each holds the one before: neither a gap nor another in its place goes unseen."""
    await written(office)
    rows = await office.checkpoints()
    middle = rows[len(rows) // 2]
    await office.run("DELETE FROM journal_checkpoint WHERE number = :n", n=middle.number)
    assert f"checkpoint {middle.number} is missing: removed" in await office.faults()
    told = KEYRING.read(middle.token)
    assert told is not None
    again = SEAL.sign(canonical({**told, "at": NOW.isoformat()}))
    async with office.engine.begin() as connection:
        await connection.execute(insert(t.JournalCheckpoint), [{**middle._mapping, "token": again}])
    assert [fault for fault in await office.faults() if "does not follow the one before it" in fault]


async def test_a_cut_that_takes_its_checkpoints_along_is_told_by_what_was_kept_elsewhere(office: Office) -> None:
    """Whoever has the database can take back its last hours whole; a checkpoint in the log still tells."""
    await written(office)
    last = (await office.checkpoints())[-1]
    kept = {last.number: Kept(last.number, NOW, digest_of(last.token.encode()))}
    assert await office.faults(kept=kept) == []
    await remove(office, (await office.event("zero")).id)
    await office.run("DELETE FROM journal_checkpoint")
    await office.run("DELETE FROM access_event")
    await office.run("DELETE FROM access_subject")
    assert await office.faults() == []
    (fault,) = await office.faults(kept=kept)
    assert fault.startswith(f"checkpoint {last.number} is not the one that was kept elsewhere")


async def test_a_restored_database_is_a_declared_gap(office: Office) -> None:
    """A restoring that is declared explains the checkpoints that were lost by it, and none that is lost after it."""
    await office.note("a")
    await office.journal.drain()
    number = len(await office.checkpoints())
    await office.restart()
    await office.note("b")
    await office.journal.drain()
    lost = (await office.checkpoints())[-1]
    early, late = NOW - timedelta(minutes=1), NOW + timedelta(minutes=1)
    for signed in (early, late):
        kept = {lost.number: Kept(lost.number, signed, digest_of(lost.token.encode()))}
        assert await office.faults(kept=kept) == []
    await remove(office, (await office.event("b")).id)
    await office.run("DELETE FROM journal_checkpoint WHERE number > :n", n=number)
    kept = {lost.number: Kept(lost.number, early, digest_of(lost.token.encode()))}
    assert len(await office.faults(kept=kept)) == 1, "nobody has said so yet"
    async with office.engine.begin() as connection:
        await CHECKPOINTS.add(connection, CheckpointKind.RESTORE, Head())
    seen, faults = await office.verified(kept=kept)
    assert faults == []
    assert "was lost before a restore point" in seen.notes[0]
    assert "was restored from a backup" in seen.notes[1]
    kept = {lost.number: Kept(lost.number, late, digest_of(lost.token.encode()))}
    assert len(await office.faults(kept=kept)) == 1, "what was signed after the restoring is not explained by it"


async def test_other_keys_know_no_checkpoint(office: Office) -> None:
    """With a key that is not the gateway's nothing verifies: no checkpoint is signed by it."""
    await written(office)
    others = Keyring(Seal.of_bytes(b"o" * 32).public)
    assert all("signed by none" in fault or "no place" in fault for fault in await office.faults(others.read))
    assert await office.faults(others.read)


async def remove(office: Office, event: UUID) -> None:
    await office.run("DELETE FROM access_event WHERE id = :id", id=event)
    await office.run("DELETE FROM access_subject WHERE event_id = :id", id=event)


async def add(office: Office, like: Any, **changed: Any) -> UUID:
    """Insert an event like another."""
    key = uuid4()
    async with office.engine.begin() as connection:
        await connection.execute(insert(EVENTS), [{**like._mapping, **changed, "id": key}])
    return key


async def successor(office: Office) -> None:
    """Open the journal of another process, while that of the first neither ends nor drains."""
    await journal_on(office.engine).open(3600)


async def chain_anew(office: Office, writer: UUID, after: int) -> None:
    """Make the digests of a chain anew behind a position, as whoever knows the form can."""
    async with office.engine.begin() as connection:
        async for page in walk(connection, writer, after=after - 1):
            digest = page[0].digest
            for stored in page[1:]:
                digest = tied(writer, stored.position, digest, stored.digests)
                await connection.execute(EVENTS.update().where(EVENTS.c.id == stored.id).values(digest=digest))
