"""Applications are listed newest first."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_INDEX = "ix_application_applied_at_id"


def upgrade() -> None:
    op.create_index(op.f(_INDEX), "application", ["applied_at", "id"])


def downgrade() -> None:
    op.drop_index(op.f(_INDEX), table_name="application")
