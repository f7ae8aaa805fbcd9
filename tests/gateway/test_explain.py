"""`gateway policy explain`: what decides one verdict, as the law reads it, and no value of the record."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine

from authz.rules import Facts
from authz.sight import sight_of
from authz.words import FieldGroup, Lapse, Role, Shield, Standing, Status
from gateway.explain import told
from resolvers.clock import Moment
from resolvers.explain import Known, NotThere, look_up
from resolvers.ids import Kind, write_id
from resolvers.session import Session
from resolvers.store.engine import database_url, make_engine
from resolvers.store.snapshot import Reader
from resolvers.store.words import ShieldReason
from tests.cast import cast, full_child
from tests.client import statements
from tests.databases import Template
from tests.world import NOW, World, ago, id_of, number_of

NOTHING_THERE = "there is no record with this directory number or id: look for a slip in it"


def _world() -> World:
    """An open child, its adopted and shielded sister of the same mother, one concealed and one of a conflict."""
    world = cast()
    full_child(world, "anna", authority="leeds")
    full_child(world, "bea", authority="leeds")
    world.contact("bea", "mum-anna")
    world.shield("bea", reason=ShieldReason.ADOPTION)
    full_child(world, "cora", concealed=True)
    full_child(world, "dora")
    world.conflict("teacher", "dora")
    world.involve("bea", "tess", "school")
    world.override("officer", "bea")
    world.task("manager", "bea")
    world.application("police", "anna")
    world.account("untrained", Role.PRACTITIONER, "school", trained_until=ago(days=1))
    return world


@pytest_asyncio.fixture
async def reading(template: Template, tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    async with template.copy(tmp_path) as url:
        writing, reading = make_engine(database_url(url)), make_engine(database_url(url), reading=True)
        await _world().write(writing)
        await writing.dispose()
        yield reading
        await reading.dispose()


async def known(engine: AsyncEngine, subject: str, asked: str) -> Known:
    session = Session(Reader(engine))
    try:
        return await look_up(session, Moment(NOW), subject, asked)
    finally:
        await session.close()


@pytest.mark.parametrize(
    ("subject", "child", "facts"),
    [
        ("teacher", "anna", Facts()),
        ("teacher", "bea", Facts(Shield.SHIELDED, Status.LIVE, Standing.INVOLVED, True)),
        ("officer", "bea", Facts(Shield.SHIELDED, Status.LIVE, Standing.OVERRIDING, True)),
        ("team", "bea", Facts(Shield.SHIELDED, Status.LIVE, Standing.RESPONSIBLE, True)),
        ("manager", "bea", Facts(Shield.SHIELDED, Status.LIVE, Standing.TASKED, True)),
        ("police", "anna", Facts(standing=Standing.IN_SCOPE)),
        ("police", "bea", Facts(Shield.SHIELDED, former_names_sealed=True)),
        ("teacher", "cora", Facts(Shield.CONCEALED)),
        ("teacher", "dora", Facts(standing=Standing.CONFLICTED)),
        ("auditor", "anna", Facts()),
    ],
)
async def test_facts_and_sight_are_those_of_a_request(
    reading: AsyncEngine, subject: str, child: str, facts: Facts
) -> None:
    """By number or by id, the facts are those that are stored, and the sight is the one that follows from them."""
    for asked in (number_of(child), write_id(Kind.CHILD, id_of("child", child))):
        found = await known(reading, subject, asked)
        assert facts == found.facts
        assert sight_of(found.viewer, facts) == found.sight


async def test_what_exists_for_nobody_is_explained(reading: AsyncEngine) -> None:
    """A record that does not exist for the viewer has reasons all the same: that is what the command is for."""
    lines = "\n".join(told(await known(reading, "teacher", number_of("cora"))))
    assert "verdict   the record does not exist for this viewer" in lines
    assert "IDENTITY            no record  taken by concealed" in lines
    lines = "\n".join(told(await known(reading, "untrained", number_of("anna"))))
    assert f"lapses: {Lapse.TRAINING}" in lines
    assert "reads by  no act" in lines
    assert "IDENTITY            no record  given by open-to-practitioners; taken by" in lines


async def test_r8_the_carer_of_a_shielded_sibling_is_explained(reading: AsyncEngine) -> None:
    """R8: below an open record a carer's details that a shielded sibling takes are told as such, by the rule."""
    lines = list(told(await known(reading, "teacher", number_of("anna"))))
    assert "WHEREABOUTS         seen       given by open-to-practitioners" in lines
    assert "  below a carer     withheld   taken by shielded-sibling" in lines
    assert any("WHEREABOUTS of a carer are withheld" in line for line in lines)
    for subject, child in (("officer", "anna"), ("teacher", "bea"), ("teacher", "dora")):
        assert "below a carer" not in "".join(told(await known(reading, subject, number_of(child))))


async def test_no_value_of_the_record_is_read_or_told(reading: AsyncEngine) -> None:
    """Neither the statements nor what is printed hold a name, a place or a number of the record, or the account's name."""
    for subject in ("teacher", "officer", "team", "manager"):
        for child in ("anna", "bea", "dora"):
            with statements() as asked:
                found = await known(reading, subject, number_of(child))
            lines = "\n".join(told(found))
            values = [child.title(), "Ashworth", "Formerly", "2016", "Lane", "LS2", "07700", "-77", subject.title()]
            assert not [value for value in (*values, number_of(child), str(id_of("child", child))) if value in lines]
            columns = " ".join(text.partition("FROM")[0] for text in asked if "account.subject" not in text)
            assert not [
                name for name in ("given_names", "family_name", "phone", "postcode", "value") if name in columns
            ]


@pytest.mark.parametrize(
    ("subject", "asked", "sentence"),
    [
        ("nobody", number_of("anna"), "`nobody` is the subject of no account: give one as tokens name it"),
        ("teacher", number_of("nobody"), NOTHING_THERE),
        ("teacher", "", NOTHING_THERE),
        ("teacher", "' OR 1=1 --", NOTHING_THERE),
        ("teacher", write_id(Kind.CHILD, id_of("child", "nobody")), NOTHING_THERE),
        ("teacher", write_id(Kind.CONTACT, id_of("child", "anna")), NOTHING_THERE),
    ],
)
async def test_what_is_not_there_is_said(reading: AsyncEngine, subject: str, asked: str, sentence: str) -> None:
    """An account or a record that is not there is told in a sentence that repeats no number and no id."""
    with pytest.raises(NotThere) as raised:
        await known(reading, subject, asked)
    assert sentence == str(raised.value)


async def test_every_group_is_told_once(reading: AsyncEngine) -> None:
    """Each group of a record has its line, in the order of the law."""
    lines = list(told(await known(reading, "team", number_of("bea"))))
    groups = [group for group in FieldGroup if group is not FieldGroup.PLACE]
    assert groups == [line.split()[0] for line in lines if line.split(" ")[0] in set(groups)]
