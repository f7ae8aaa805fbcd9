"""The journal is read: by the hour, and by what was sought; a subject says whether its record was shielded then."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_SOUGHT, _HOUR = "ix_access_subject_sought_at", "ix_access_event_hour"


def upgrade() -> None:
    """Add the column, closed for what was written before, and the indexes; that of hours is PostgreSQL's alone."""
    op.add_column("access_subject", sa.Column("shielded", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.create_index(op.f(_SOUGHT), "access_subject", ["sought", "at"])
    if op.get_context().dialect.name == "postgresql":
        op.create_index(_HOUR, "access_event", [sa.text("date_trunc('hour', timezone('UTC', at))")])


def downgrade() -> None:
    """Take the indexes and the column away."""
    if op.get_context().dialect.name == "postgresql":
        op.drop_index(_HOUR, table_name="access_event")
    op.drop_index(op.f(_SOUGHT), table_name="access_subject")
    with op.batch_alter_table("access_subject") as table:
        table.drop_column("shielded")
