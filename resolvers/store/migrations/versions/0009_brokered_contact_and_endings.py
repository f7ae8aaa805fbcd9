"""Brokered contact, transfers and concealments have tables."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def _refers(table: str, column: str, target: str) -> Any:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))


def _required(name: str, kind: Any) -> Any:
    return sa.Column(name, kind, nullable=False)


def upgrade() -> None:
    _broker_request()
    _transfer()
    op.create_table(
        "concealment",
        _required("id", sa.Uuid()),
        _required("child_id", sa.Uuid()),
        _required("account_id", sa.Uuid()),
        _required("at", sa.DateTime(timezone=True)),
        _required("note", sa.Text()),
        _refers("concealment", "child_id", "child"),
        _refers("concealment", "account_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concealment")),
    )
    op.create_index(op.f("ix_concealment_child_id"), "concealment", ["child_id"])


def _broker_request() -> None:
    op.create_table(
        "broker_request",
        _required("id", sa.Uuid()),
        _required("reference", sa.String()),
        _required("account_id", sa.Uuid()),
        _required("child_id", sa.Uuid()),
        _required("task_id", sa.Uuid()),
        _required("at", sa.DateTime(timezone=True)),
        _required("message", sa.Text()),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Uuid(), nullable=True),
        _refers("broker_request", "account_id", "account"),
        _refers("broker_request", "child_id", "child"),
        _refers("broker_request", "task_id", "task"),
        _refers("broker_request", "answered_by_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broker_request")),
        sa.UniqueConstraint("reference", name=op.f("uq_broker_request_reference")),
    )
    op.create_index(op.f("ix_broker_request_account_id_at_id"), "broker_request", ["account_id", "at", "id"])
    op.create_index(op.f("ix_broker_request_task_id"), "broker_request", ["task_id"])


def _transfer() -> None:
    op.create_table(
        "transfer",
        _required("id", sa.Uuid()),
        _required("child_id", sa.Uuid()),
        _required("from_authority_id", sa.Uuid()),
        _required("to_authority_id", sa.Uuid()),
        _required("account_id", sa.Uuid()),
        _required("at", sa.DateTime(timezone=True)),
        _required("note", sa.Text()),
        _refers("transfer", "child_id", "child"),
        _refers("transfer", "from_authority_id", "organisation"),
        _refers("transfer", "to_authority_id", "organisation"),
        _refers("transfer", "account_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer")),
    )
    op.create_index(op.f("ix_transfer_child_id"), "transfer", ["child_id"])


def downgrade() -> None:
    for table in ("concealment", "transfer", "broker_request"):
        op.drop_table(table)
