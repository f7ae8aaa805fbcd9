"""What deeds write: changes, keys under which to ask again, suspensions; and by whom applications were decided."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ROLES = (
    "PRACTITIONER",
    "PROTECTION_OFFICER",
    "POLICE_APPLICANT",
    "DIRECTORY_TEAM",
    "DATA_MANAGER",
    "AUDITOR",
    "FEED_CLIENT",
)
_DECIDED = "application_decision"
_BODY_KEY = "fk_application_decision_organisation_id_organisation"


def _refers(table: str, column: str, target: str) -> Any:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))


def upgrade() -> None:
    op.create_table(
        "change",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deed", sa.Text(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("groups", sa.JSON(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        _refers("change", "child_id", "child"),
        _refers("change", "account_id", "account"),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_change")),
    )
    op.create_index(op.f("ix_change_at"), "change", ["at"])
    op.create_table(
        "idempotency",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("answer_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _refers("idempotency", "account_id", "account"),
        sa.PrimaryKeyConstraint("account_id", "key", name=op.f("pk_idempotency")),
    )
    op.create_table(
        "suspension",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("suspended_by_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        _refers("suspension", "account_id", "account"),
        _refers("suspension", "suspended_by_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspension")),
    )
    op.create_index(op.f("ix_suspension_account_id"), "suspension", ["account_id"])
    op.add_column("access_event", sa.Column("deed", sa.Text(), nullable=True))
    _name_the_deciders()


def _name_the_deciders() -> None:
    """Give each decision its approver's role and body; those that are there already take today's."""
    op.add_column(_DECIDED, sa.Column("role", sa.String(40), nullable=True))
    op.add_column(_DECIDED, sa.Column("organisation_id", sa.Uuid(), nullable=True))
    for column in ("role", "organisation_id"):
        op.execute(
            f"UPDATE {_DECIDED} SET {column} = "  # constant names
            f"(SELECT account.{column} FROM account WHERE account.id = {_DECIDED}.account_id)"
        )
    with op.batch_alter_table(_DECIDED) as batch:
        batch.alter_column("role", existing_type=sa.String(40), nullable=False)
        batch.alter_column("organisation_id", existing_type=sa.Uuid(), nullable=False)
        batch.create_foreign_key(op.f(_BODY_KEY), "organisation", ["organisation_id"], ["id"])
        batch.create_check_constraint(op.f(f"ck_{_DECIDED}_role"), sa.column("role").in_(_ROLES))


def downgrade() -> None:
    with op.batch_alter_table(_DECIDED) as batch:
        batch.drop_constraint(op.f(f"ck_{_DECIDED}_role"), type_="check")
        batch.drop_constraint(op.f(_BODY_KEY), type_="foreignkey")
        batch.drop_column("organisation_id")
        batch.drop_column("role")
    op.drop_column("access_event", "deed")
    op.drop_index(op.f("ix_suspension_account_id"), table_name="suspension")
    op.drop_table("suspension")
    op.drop_table("idempotency")
    op.drop_index(op.f("ix_change_at"), table_name="change")
    op.drop_table("change")
