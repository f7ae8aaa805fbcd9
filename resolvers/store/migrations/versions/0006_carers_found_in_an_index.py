"""Carers are found in an index alone."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_NAME, _COLUMNS = "ix_person_family_name_key_given_names_folded", ["family_name_key", "given_names_folded"]


def upgrade() -> None:
    """Have the index of carers' names hold their keys too; SQLite has no such indexes."""
    if op.get_context().dialect.name == "postgresql":
        op.drop_index(_NAME, "person")
        op.create_index(_NAME, "person", _COLUMNS, postgresql_include=["id"])


def downgrade() -> None:
    """Put the index back as it was."""
    if op.get_context().dialect.name == "postgresql":
        op.drop_index(_NAME, "person")
        op.create_index(_NAME, "person", _COLUMNS)
