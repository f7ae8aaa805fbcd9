"""What a stream reads of the outbox: the changes of some children, however many others there are."""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None
additive = True


def upgrade() -> None:
    """Add the index."""
    op.create_index(op.f("ix_change_child_id_position"), "change", ["child_id", "position"], if_not_exists=True)


def downgrade() -> None:
    """Take it away."""
    op.drop_index(op.f("ix_change_child_id_position"), table_name="change")
