"""Households by address, what is said on shields and tasks, and the tasks of shields."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from resolvers.comparing import address_key, uprn_key

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_KEYS = ("uprn_key", "address_key")
_AT_ONCE = 10_000
_INDEXES = (
    ("child_reach", "uprn_key"),
    ("child_reach", "address_key"),
    ("shield", "raised_by_id"),
    ("shield", "since", "id"),
)
_STEPS = ("APPROVE", "REFUSE", "LIFT")
_RESOLUTIONS = ("SHIELD_TOO", "DOES_NOT_LIVE_THERE", "SAME_CHILD", "NEW_CHILD", "DONE")
_REACH = sa.table("child_reach", *(sa.column(n) for n in ("id", "address_lines", "postcode", "uprn", *_KEYS)))


def _refers(table: str, column: str, target: str) -> Any:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))


def _word(name: str, *words: str) -> Any:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)


def _name(table: str, *columns: str) -> str:
    return op.f(f"ix_{table}_{'_'.join(columns)}")


def upgrade() -> None:
    """Make the tables, and the keys of the addresses that are there already."""
    for name in _KEYS:
        kind = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
        op.add_column("child_reach", sa.Column(name, kind, nullable=True))
    _fill()
    for table, *columns in _INDEXES:
        op.create_index(_name(table, *columns), table, columns)
    op.create_table(
        "shield_decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shield_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("step", _word("shieldstep", *_STEPS), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        _refers("shield_decision", "shield_id", "shield"),
        _refers("shield_decision", "account_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shield_decision")),
    )
    op.create_index(_name("shield_decision", "shield_id"), "shield_decision", ["shield_id"])
    op.create_table(
        "shield_request",
        sa.Column("shield_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _refers("shield_request", "shield_id", "shield"),
        _refers("shield_request", "account_id", "account"),
        sa.PrimaryKeyConstraint("shield_id", name=op.f("pk_shield_request")),
    )
    op.create_index(_name("shield_request", "account_id", "at"), "shield_request", ["account_id", "at"])
    _upgrade_tasks()


def _upgrade_tasks() -> None:
    """Tie tasks to shields; those of holds that are there already take the hold of their child that began with them."""
    with op.batch_alter_table("task") as batch:
        batch.add_column(sa.Column("shield_id", sa.Uuid(), nullable=True))
        batch.create_foreign_key(op.f("fk_task_shield_id_shield"), "shield", ["shield_id"], ["id"])
        batch.create_index(_name("task", "shield_id"), ["shield_id"])
    op.execute(
        "UPDATE task SET shield_id = (SELECT shield.id FROM shield WHERE shield.child_id = task.child_id "
        "AND shield.since = task.since AND shield.raised_by_id IS NOT NULL ORDER BY shield.id LIMIT 1) "
        "WHERE kind = 'HOUSEHOLD_SHIELD'"
    )
    op.create_table(
        "task_resolution",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("resolution", _word("taskresolution", *_RESOLUTIONS), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        _refers("task_resolution", "task_id", "task"),
        _refers("task_resolution", "account_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_resolution")),
    )
    op.create_index(_name("task_resolution", "task_id"), "task_resolution", ["task_id"])


def _fill() -> None:
    connection, row = op.get_bind(), _REACH.c
    update = _REACH.update().where(row.id == sa.bindparam("row_id"))
    found = connection.execute(sa.select(row.id, row.address_lines, row.postcode, row.uprn)).all()
    for start in range(0, len(found), _AT_ONCE):
        changes = [
            {
                "row_id": one.id,
                "uprn_key": uprn_key(one.uprn, one.postcode),
                "address_key": address_key(one.address_lines, one.postcode),
            }
            for one in found[start : start + _AT_ONCE]
        ]
        connection.execute(update, changes)


def downgrade() -> None:
    """Take all of it back."""
    op.drop_table("task_resolution")
    with op.batch_alter_table("task") as batch:
        batch.drop_index(_name("task", "shield_id"))
        batch.drop_constraint(op.f("fk_task_shield_id_shield"), type_="foreignkey")
        batch.drop_column("shield_id")
    op.drop_table("shield_request")
    op.drop_table("shield_decision")
    for table, *columns in _INDEXES:
        op.drop_index(_name(table, *columns), table_name=table)
    for name in _KEYS:
        op.drop_column("child_reach", name)
