"""What a change is to those who work with the child, and whose work it is about."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None
additive = True

_WHAT = ("SOMEONE_BECAME_INVOLVED", "INVOLVEMENT_ENDED", "DETAILS_CHANGED")


def upgrade() -> None:
    """Add the columns; rows of before are changes of details."""
    with op.batch_alter_table("change") as change:
        change.add_column(sa.Column("what", sa.String(40), nullable=True))
        change.add_column(sa.Column("practitioner_id", sa.Uuid(), nullable=True))
        change.create_check_constraint(op.f("ck_change_caseloadchange"), sa.column("what").in_(_WHAT))
        change.create_foreign_key(
            op.f("fk_change_practitioner_id_practitioner"), "practitioner", ["practitioner_id"], ["id"]
        )


def downgrade() -> None:
    """Take them away."""
    with op.batch_alter_table("change") as change:
        change.drop_constraint(op.f("fk_change_practitioner_id_practitioner"), type_="foreignkey")
        change.drop_constraint(op.f("ck_change_caseloadchange"), type_="check")
        change.drop_column("practitioner_id")
        change.drop_column("what")
