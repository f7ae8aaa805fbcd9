"""Which accounts of a body belong to carers, for alerts on colleagues' children."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None
additive = True

_NAME, _WHERE = "ix_account_organisation_id_of_carers", "person_id IS NOT NULL"


def upgrade() -> None:
    """Add the index."""
    where: dict[str, Any] = {"postgresql_where": sa.text(_WHERE), "sqlite_where": sa.text(_WHERE)}
    op.create_index(_NAME, "account", ["organisation_id"], **where)


def downgrade() -> None:
    """Take it away."""
    op.drop_index(_NAME, table_name="account")
