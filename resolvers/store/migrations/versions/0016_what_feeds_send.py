"""What feeds have sent, and former names that can be compared."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from resolvers.names import name_key

revision = "0016"
down_revision = "0014"
branch_labels = None
depends_on = None
additive = True

_COUNTED = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_DAYS = sa.Text().with_variant(ARRAY(sa.Date()), "postgresql")


def _word(name: str, *words: str) -> Any:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    """Add the tables, and the key of former names; code of the revision before leaves it out, and writes the names."""
    _feed_submission()
    _feed_name()
    _feed_entry()
    _feed_likeness()
    _feed_matched()
    op.add_column("former_name", sa.Column("family_name_key", _KEY, nullable=True))
    op.create_index(op.f("ix_former_name_family_name_key"), "former_name", ["family_name_key"], unique=False)
    _fill()


def _fill() -> None:
    """Make the keys of the names that are there already."""
    connection = op.get_bind()
    names = sa.table("former_name", sa.column("id"), sa.column("family_name"), sa.column("family_name_key"))
    rows = connection.execute(sa.select(names.c.id, names.c.family_name)).all()
    keys = [{"row_id": row.id, "made": name_key(row.family_name)} for row in rows]
    if keys:
        changed = sa.update(names).where(names.c.id == sa.bindparam("row_id"))
        connection.execute(changed.values(family_name_key=sa.bindparam("made")), keys)


def _feed_submission() -> None:
    op.create_table(
        "feed_submission",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("results", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_feed_submission_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_submission")),
    )
    op.create_index(op.f("ix_feed_submission_account_id_at"), "feed_submission", ["account_id", "at"], unique=False)


def _feed_name() -> None:
    op.create_table(
        "feed_name",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_feed_name_account_id_account")),
        sa.PrimaryKeyConstraint("account_id", "key", name=op.f("pk_feed_name")),
    )
    op.create_index(op.f("ix_feed_name_account_id_at"), "feed_name", ["account_id", "at"], unique=False)


def _feed_entry() -> None:
    op.create_table(
        "feed_entry",
        sa.Column("position", _COUNTED, autoincrement=True, nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("issuer_id", sa.Uuid(), nullable=False),
        sa.Column("same_child", sa.Text(), nullable=False),
        sa.Column("came_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("set_aside", sa.Boolean(), nullable=False),
        sa.Column("kind", _word("feedkind", "INVOLVEMENT", "REACH", "PLACEMENT"), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("search_key", _KEY, nullable=False),
        sa.Column("given_names", sa.Text(), nullable=False),
        sa.Column("family_name", sa.Text(), nullable=False),
        sa.Column("family_name_folded", _KEY, nullable=False),
        sa.Column("given_names_folded", _KEY, nullable=False),
        sa.Column("family_name_key", _KEY, nullable=False),
        sa.Column("family_name_metaphone", _KEY, nullable=False),
        sa.Column("family_name_nysiis", _KEY, nullable=False),
        sa.Column("given_names_sounds", _KEY, nullable=False),
        sa.Column("date_of_birth", sa.Date(), nullable=False),
        sa.Column("births", _DAYS, nullable=False),
        sa.Column("gender", _word("gender", "FEMALE", "MALE", "NOT_SPECIFIED"), nullable=False),
        sa.Column("directory_number", sa.Text(), nullable=False),
        sa.Column("other_number", sa.Text(), nullable=False),
        sa.Column("practitioner_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column(
            "service",
            _word(
                "servicekind",
                "EDUCATION",
                "PRIMARY_CARE",
                "HEALTH_VISITING",
                "SOCIAL_CARE",
                "EDUCATION_WELFARE",
                "YOUTH_SERVICE",
                "VOLUNTARY",
                "POLICE",
                "PROBATION",
                "SEXUAL_HEALTH",
                "MENTAL_HEALTH",
                "SUBSTANCE_MISUSE",
                "YOUTH_OFFENDING",
            ),
            nullable=True,
        ),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("gives_end", sa.Boolean(), nullable=False),
        sa.Column("lead", sa.Boolean(), nullable=True),
        sa.Column("assessment", sa.Boolean(), nullable=True),
        sa.Column("sensitive", sa.Boolean(), nullable=False),
        sa.Column("basis", _word("sensitivebasis", "CONSENT", "RISK_OF_SIGNIFICANT_HARM"), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("gives_phone", sa.Boolean(), nullable=False),
        sa.Column("gives_email", sa.Boolean(), nullable=False),
        sa.Column("gives_address", sa.Boolean(), nullable=False),
        sa.Column("phone_key", _KEY, nullable=True),
        sa.Column("email_key", _KEY, nullable=True),
        sa.Column("postcode_key", _KEY, nullable=True),
        sa.Column("uprn_key", _KEY, nullable=True),
        sa.Column("address_key", _KEY, nullable=True),
        sa.Column("address_lines", sa.Text(), nullable=True),
        sa.Column("town", sa.Text(), nullable=True),
        sa.Column("postcode", sa.Text(), nullable=True),
        sa.Column("uprn", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_feed_entry_account_id_account")),
        sa.ForeignKeyConstraint(["issuer_id"], ["organisation.id"], name=op.f("fk_feed_entry_issuer_id_organisation")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_feed_entry_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["practitioner_id"], ["practitioner.id"], name=op.f("fk_feed_entry_practitioner_id_practitioner")
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_feed_entry")),
    )
    op.create_index(op.f("ix_feed_entry_same_child_position"), "feed_entry", ["same_child", "position"], unique=False)
    op.create_index(
        "ix_feed_entry_waiting",
        "feed_entry",
        ["account_id", "position"],
        unique=False,
        postgresql_where=sa.text("NOT set_aside"),
        sqlite_where=sa.text("NOT set_aside"),
    )


def _feed_likeness() -> None:
    op.create_table(
        "feed_likeness",
        sa.Column("position", _COUNTED, nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("likeness", _word("likeness", "SAME", "SPENT", "ALIKE"), nullable=False),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_feed_likeness_child_id_child")),
        sa.ForeignKeyConstraint(
            ["position"], ["feed_entry.position"], name=op.f("fk_feed_likeness_position_feed_entry")
        ),
        sa.PrimaryKeyConstraint("position", "child_id", "likeness", name=op.f("pk_feed_likeness")),
    )


def _feed_matched() -> None:
    op.create_table(
        "feed_matched",
        sa.Column("position", _COUNTED, nullable=False),
        sa.Column("match", _word("feedmatch", "KNOWN", "NEW", "SPENT", "LATER"), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=True),
        sa.Column("other_child_id", sa.Uuid(), nullable=True),
        sa.Column("row_id", sa.Uuid(), nullable=True),
        sa.Column("idle", sa.Boolean(), nullable=False),
        sa.Column("ordinary", sa.Boolean(), nullable=False),
        sa.Column("sensitive", sa.Boolean(), nullable=False),
        sa.Column("rung", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["position"], ["feed_entry.position"], name=op.f("fk_feed_matched_position_feed_entry")
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_feed_matched")),
    )


def downgrade() -> None:
    """Take them away; entries that wait are lost."""
    op.drop_index(op.f("ix_former_name_family_name_key"), table_name="former_name")
    op.drop_column("former_name", "family_name_key")
    for table in ("feed_matched", "feed_likeness", "feed_entry", "feed_name", "feed_submission"):
        op.drop_table(table)
