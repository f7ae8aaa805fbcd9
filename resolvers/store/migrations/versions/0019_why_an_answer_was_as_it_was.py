"""Traces: why an answer was as it was, for some minutes."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None
additive = True

_ROLES = (
    "PRACTITIONER",
    "PROTECTION_OFFICER",
    "POLICE_APPLICANT",
    "DIRECTORY_TEAM",
    "DATA_MANAGER",
    "AUDITOR",
    "FEED_CLIENT",
)


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "trace",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(*_ROLES, name="role", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verdicts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_trace_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trace")),
    )
    op.create_index(op.f("ix_trace_until"), "trace", ["until"])


def downgrade() -> None:
    """Take it away."""
    op.drop_table("trace")
