"""The budget of records: what each account has asked for in an hour."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "budget",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_budget_account_id_account")),
        sa.PrimaryKeyConstraint("account_id", "hour", "asked", name=op.f("pk_budget")),
    )


def downgrade() -> None:
    op.drop_table("budget")
