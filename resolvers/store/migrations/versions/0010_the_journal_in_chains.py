"""The journal in chains: where each event stands, and signed checkpoints."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_KINDS = ("START", "HELD", "END", "FOUND", "RESTORE")


def upgrade() -> None:
    op.add_column("access_event", sa.Column("writer", sa.Uuid(), nullable=True))
    op.add_column("access_event", sa.Column("position", sa.BigInteger(), nullable=True))
    op.add_column("access_event", sa.Column("digest", sa.Text(), nullable=True))
    op.create_index(op.f("ix_access_event_writer_position"), "access_event", ["writer", "position"])
    op.create_table(
        "journal_checkpoint",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("writer", sa.Uuid(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.CheckConstraint(sa.column("kind").in_(_KINDS), name=op.f("ck_journal_checkpoint_checkpointkind")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_journal_checkpoint")),
    )
    op.create_index(op.f("ix_journal_checkpoint_writer_position"), "journal_checkpoint", ["writer", "position"])


def downgrade() -> None:
    op.drop_index(op.f("ix_journal_checkpoint_writer_position"), table_name="journal_checkpoint")
    op.drop_table("journal_checkpoint")
    op.drop_index(op.f("ix_access_event_writer_position"), table_name="access_event")
    for column in ("digest", "position", "writer"):
        op.drop_column("access_event", column)
