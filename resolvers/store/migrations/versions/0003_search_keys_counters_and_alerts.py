"""What search compares, counters for `version`, and alerts."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from resolvers.store.tables import Base
from resolvers.store.tables.base import DERIVED

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_KEYS = {
    "child": ("family_name_key", "family_name_metaphone", "family_name_nysiis", "given_names_sounds"),
    "person": ("given_names_folded", "family_name_key"),
    "organisation": ("name_folded",),
    "practitioner": ("name_folded",),
}
_KEYS_OR_NOTHING = {
    "child_reach": ("phone_key", "email_key", "postcode_key"),
    "person_reach": ("phone_key", "email_key", "postcode_key"),
    "external_identifier": ("search_key",),
}
_COUNTED = ("person", "contact", "person_reach")
_INDEXES = (
    ("child", "family_name_key", "date_of_birth"),
    ("child", "family_name_metaphone", "date_of_birth"),
    ("child", "family_name_nysiis", "date_of_birth"),
    ("person", "family_name_key", "given_names_folded"),
    ("person_reach", "phone_key"),
    ("person_reach", "email_key"),
    ("person_reach", "postcode_key"),
    ("external_identifier", "search_key"),
    ("organisation", "name_folded", "id"),
    ("practitioner", "name_folded", "id"),
    ("practitioner", "organisation_id", "name_folded", "id"),
)
_REPLACED = (("child", "family_name_folded", "date_of_birth"), ("practitioner", "organisation_id"))

_GROUPS = (
    "IDENTITY",
    "FORMER_NAMES",
    "CONTACT_NAMES",
    "WHEREABOUTS",
    "PLACES",
    "SERVICES",
    "AGENCIES",
    "LEAD",
    "SENSITIVE_SERVICES",
    "IDENTIFIERS",
    "SHIELD_CASE",
    "TRAIL",
    "PLACE",
)
_ALERTS = (
    "CONFLICT",
    "OWN_RECORD",
    "SAME_HOUSEHOLD",
    "COLLEAGUES_CHILD",
    "MANY_REFUSALS",
    "MANY_RECORDS",
    "OVERRIDE",
    "SHIELD_REQUEST",
)


def _ordered() -> Any:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _word(name: str, *words: str) -> Any:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)


def _name(table: str, columns: tuple[str, ...]) -> str:
    return op.f(f"ix_{table}_{'_'.join(columns)}")


def upgrade() -> None:
    for table, names in _KEYS.items():
        for name in names:
            # The empty text stands until `_fill` has run; a database that can, forgets it afterwards.
            op.add_column(table, sa.Column(name, _ordered(), nullable=False, server_default=""))
    for table, names in _KEYS_OR_NOTHING.items():
        for name in names:
            op.add_column(table, sa.Column(name, _ordered(), nullable=True))
    for table in _COUNTED:
        op.add_column(table, sa.Column("changes", sa.Integer(), nullable=False, server_default="0"))
    _fill({**_KEYS, **_KEYS_OR_NOTHING})
    _forget_defaults()
    for table, *columns in _REPLACED:
        op.drop_index(_name(table, tuple(columns)), table_name=table)
    for table, *columns in _INDEXES:
        op.create_index(_name(table, tuple(columns)), table, columns)
    op.create_table(
        "change_counter",
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("group", _word("fieldgroup", *_GROUPS), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_change_counter_child_id_child")),
        sa.PrimaryKeyConstraint("child_id", "group", name=op.f("pk_change_counter")),
    )
    op.create_table(
        "alert",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", _word("alertkind", *_ALERTS), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_alert_child_id_child")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
    )
    op.create_index(_name("alert", ("at", "id")), "alert", ["at", "id"])


def _fill(keys: dict[str, tuple[str, ...]]) -> None:
    """Make the keys of the rows that are there already, by the functions that make those of new rows."""
    connection = op.get_bind()
    for name, columns in keys.items():
        table = Base.metadata.tables[name]
        made_by = {column: table.c[column].info[DERIVED] for column in columns}
        key = next(iter(table.primary_key))
        sources = {source: table.c[source] for _, names in made_by.values() for source in names}
        update = sa.update(table).where(key == sa.bindparam("row_key"))
        changes = [
            {"row_key": row.row_key}
            | {column: make(*(row._mapping[source] for source in names)) for column, (make, names) in made_by.items()}
            for row in connection.execute(sa.select(key.label("row_key"), *sources.values()))
        ]
        if changes:
            connection.execute(update, changes)


def _forget_defaults() -> None:
    if op.get_context().dialect.name != "postgresql":
        return
    for table, names in _KEYS.items():
        for name in names:
            op.alter_column(table, name, server_default=None)
    for table in _COUNTED:
        op.alter_column(table, "changes", server_default=None)


def downgrade() -> None:
    op.drop_table("alert")
    op.drop_table("change_counter")
    for table, *columns in _INDEXES:
        op.drop_index(_name(table, tuple(columns)), table_name=table)
    for table, *columns in _REPLACED:
        op.create_index(_name(table, tuple(columns)), table, columns)
    for table in _COUNTED:
        op.drop_column(table, "changes")
    for table, names in {**_KEYS, **_KEYS_OR_NOTHING}.items():
        for name in names:
            op.drop_column(table, name)
