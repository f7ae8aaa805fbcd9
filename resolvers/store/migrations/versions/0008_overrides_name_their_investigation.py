"""Overrides name the task that looks into them."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_INVESTIGATION = "fk_override_investigation_id_task"


def upgrade() -> None:
    with op.batch_alter_table("override") as batch:
        batch.add_column(sa.Column("investigation_id", sa.Uuid(), nullable=True))
        batch.create_foreign_key(op.f(_INVESTIGATION), "task", ["investigation_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("override") as batch:
        batch.drop_constraint(op.f(_INVESTIGATION), type_="foreignkey")
        batch.drop_column("investigation_id")
