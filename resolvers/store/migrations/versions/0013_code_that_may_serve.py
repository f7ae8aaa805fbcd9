"""The database knows which older code may serve it."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None
additive = True


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "compatible_revision",
        sa.Column("revision", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("revision", name=op.f("pk_compatible_revision")),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("compatible_revision")
