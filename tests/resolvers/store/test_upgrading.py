"""Two versions at once: code that serves a database which newer code has migrated, and what a migration may say of itself."""

import asyncio
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, inspect

from gateway.command import Stop, migrated
from resolvers.belief import AGREEMENT_VERSION
from resolvers.store import tables as t
from resolvers.store.engine import database_url, make_engine
from resolvers.store.migrations import HERE, Fit, NewerDatabase, downgrade, fit, head, migrate
from tests.cast import cast
from tests.client import gateway_on
from tests.databases import Template
from tests.queries import CHILD
from tests.world import number_of

STEPS = sorted(file.stem for file in (HERE / "versions").glob("0*.py"))
ADDS = [step for step in STEPS if "\nadditive = True\n" in (HERE / "versions" / f"{step}.py").read_text()]
NEXT = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on, additive = "9999", "{head}", None, None, {additive}


def upgrade():
    op.add_column("access_event", sa.Column("station", sa.Text()))
    op.add_column("child", sa.Column("shoe_size", sa.Integer(), nullable=False, server_default="30"))
    op.create_index("ix_child_shoe_size", "child", ["shoe_size"])
    op.create_table("shoe", sa.Column("id", sa.Uuid(), primary_key=True))
"""


def history(folder: Path, *, without: int = 0, additive: bool | None = None) -> Path:
    """Return migrations as another version has them: some steps fewer, or one more that says whether it only adds."""
    scripts = folder / "scripts"
    shutil.copytree(HERE, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    for step in STEPS[len(STEPS) - without :]:
        (scripts / "versions" / f"{step}.py").unlink()
    if additive is not None:
        (scripts / "versions" / "9999_next.py").write_text(NEXT.format(head=head(), additive=additive))
    return scripts


async def test_a_version_serves_what_the_next_has_migrated_where_it_only_added(
    template: Template, tmp_path: Path
) -> None:
    """Ready, reads, deeds and the journal go on while the database is a step ahead; a step that does more is refused."""
    world = cast()
    world.child("anna")
    world.account("newcomer", "PRACTITIONER", "school", agreement_version="2019-1")  # type: ignore[arg-type]
    async with template.copy(tmp_path) as url, gateway_on(url, tmp_path) as gateway:
        engine = make_engine(database_url(url))
        await world.write(engine)
        before = await gateway.ask("teacher", CHILD, number=number_of("anna"))
        await migrate(engine, history(tmp_path, additive=True))
        assert await fit(engine) is Fit.COMPATIBLE
        await migrate(engine)  # the older version's own, as it starts: leaves it as it is
        assert (await gateway.http.get("/readyz")).json() == {"ready": True, "faults": []}
        assert await gateway.ask("teacher", CHILD, number=number_of("anna")) == before
        given = {"version": AGREEMENT_VERSION}
        assert (await gateway.do("newcomer", "acceptAgreement", given, purpose=None))["problems"] == []
        found, _ = await gateway.journal()
        assert [event.deed for event in found] == [None, None, "acceptAgreement"]
        async with migrated(make_engine(database_url(url))):
            pass
        with pytest.raises(Stop, match="newer than this code"):
            async with migrated(make_engine(database_url(url)), exactly=True):
                pass
        await engine.dispose()


async def test_a_version_does_not_serve_a_step_that_does_more(template: Template, tmp_path: Path) -> None:
    """Where the next version has not said that its step only adds, nothing of the older one starts or stays ready."""
    async with template.copy(tmp_path) as url, gateway_on(url, tmp_path) as gateway:
        engine = make_engine(database_url(url))
        await migrate(engine, history(tmp_path, additive=False))
        ready = await gateway.http.get("/readyz")
        assert (ready.status_code, "newer than this code" in ready.text) == (503, True)
        with pytest.raises(NewerDatabase, match="newer than this code"):
            await migrate(engine)
        with pytest.raises(Stop, match="newer than this code"):
            async with migrated(make_engine(database_url(url))):
                pass
        await engine.dispose()


async def test_the_version_before_serves_this_one_where_the_newest_step_only_adds(
    template: Template, tmp_path: Path
) -> None:
    """What this version leaves in the database says so to code that expects the revision before, and to none older."""
    async with template.copy(tmp_path) as url:
        engine = make_engine(database_url(url))
        since = next(n for n, step in enumerate(reversed(STEPS)) if step not in ADDS)
        for without in (1, since, since + 1):
            found = await fit(engine, history(tmp_path / str(without), without=without))
            assert found is (Fit.COMPATIBLE if without <= since else Fit.AHEAD)
        await engine.dispose()


@pytest.mark.parametrize("step", ADDS)
async def test_a_step_that_only_adds_only_adds(template: Template, tmp_path: Path, step: str) -> None:
    """It leaves every table and column as it was; new columns may be left out of a row, and nothing new is demanded."""
    async with template.copy(tmp_path) as url:
        engine = make_engine(database_url(url))
        await downgrade(engine, STEPS[STEPS.index(step) - 1].partition("_")[0])
        before = await shape_of(engine)
        await migrate(engine, history(tmp_path, without=len(STEPS) - STEPS.index(step) - 1))
        after = await shape_of(engine)
        assert [part for part in before if part not in after] == []
        tables = {part[1] for part in before}
        new = [part for part in after if part not in before and part[1] in tables]
        optional = {part[1:3] for part in new if part[0] == "may be left out"}
        assert [part for part in new if part[0] != "may be left out" and not _about_new(part, optional)] == []
        await migrate(engine)
        await engine.dispose()


def _about_new(part: tuple[Any, ...], optional: set[tuple[Any, ...]]) -> bool:
    """Tell whether a demand is about new columns alone, which older code leaves out of its rows."""
    kind, table, _name, *about = part
    columns = {column.name for column in t.Base.metadata.tables[table].columns}
    named = columns & set(re.findall(r"\w+", " ".join(each for each in about if each != table)))
    return kind == "demand" and bool(named) and {(table, column) for column in named} <= optional


async def shape_of(engine: Any) -> list[tuple[Any, ...]]:
    """Return what a database demands of its rows, table by table; what is in no table of before is no demand."""
    async with engine.connect() as connection:
        return await connection.run_sync(_shape)  # type: ignore[no-any-return]


def _shape(connection: Connection) -> list[tuple[Any, ...]]:
    looking, found = inspect(connection), []
    for table in sorted(set(looking.get_table_names()) & t.Base.metadata.tables.keys()):
        for column in looking.get_columns(table):
            optional = column["nullable"] or column["default"] is not None
            kind = ("may be left out" if optional else "must be there", table, column["name"], str(column["type"]))
            found.append(kind)
        demands = [
            *(index for index in looking.get_indexes(table) if index["unique"]),
            *looking.get_foreign_keys(table),
            *looking.get_check_constraints(table),
            *looking.get_unique_constraints(table),
        ]
        parts = ("name", "column_names", "constrained_columns", "referred_table", "sqltext")
        found += [("demand", table, *(str(demand.get(part)) for part in parts)) for demand in demands]
    return found


async def test_migrations_that_meet_take_turns(template: Template, tmp_path: Path) -> None:
    """Two machines that start at once and migrate one empty database both end well."""
    async with template.copy(tmp_path) as url:
        engine, other = make_engine(database_url(url)), make_engine(database_url(url))
        await downgrade(engine, "0012")
        await asyncio.gather(migrate(engine), migrate(other))
        assert await fit(engine) is Fit.CURRENT
        await asyncio.gather(engine.dispose(), other.dispose())
