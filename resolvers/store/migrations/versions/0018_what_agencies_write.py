"""On what ground sensitive work is on record, merges, and whose reach a change is about."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0016"
branch_labels = None
depends_on = None
additive = True

_BASES = ("CONSENT", "RISK_OF_SIGNIFICANT_HARM")


def upgrade() -> None:
    """Add the columns and the table."""
    with op.batch_alter_table("involvement") as involvement:
        involvement.add_column(sa.Column("basis", sa.String(40), nullable=True))
        involvement.create_check_constraint(op.f("ck_involvement_sensitivebasis"), sa.column("basis").in_(_BASES))
    for table, column, target in (("change", "person_id", "person"), ("task_resolution", "other_child_id", "child")):
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column(column, sa.Uuid(), nullable=True))
            batch.create_foreign_key(op.f(f"fk_{table}_{column}_{target}"), target, [column], ["id"])
    op.create_table(
        "merge",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kept_id", sa.Uuid(), nullable=False),
        sa.Column("merged_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["kept_id"], ["child.id"], name=op.f("fk_merge_kept_id_child")),
        sa.ForeignKeyConstraint(["merged_id"], ["child.id"], name=op.f("fk_merge_merged_id_child")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_merge_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merge")),
    )
    for column in ("kept_id", "merged_id"):
        op.create_index(op.f(f"ix_merge_{column}"), "merge", [column])


def downgrade() -> None:
    """Take them away."""
    op.drop_table("merge")
    for table, column, target in (("task_resolution", "other_child_id", "child"), ("change", "person_id", "person")):
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"fk_{table}_{column}_{target}"), type_="foreignkey")
            batch.drop_column(column)
    with op.batch_alter_table("involvement") as involvement:
        involvement.drop_constraint(op.f("ck_involvement_sensitivebasis"), type_="check")
        involvement.drop_column("basis")
