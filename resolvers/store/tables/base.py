"""What every table shares: naming, column types that mean the same on both databases, and labels."""

from collections.abc import Callable
from datetime import UTC, datetime
from enum import Enum as PythonEnum
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Date, DateTime, Dialect, Enum, ForeignKey, MetaData, Text, Uuid
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedColumn, declared_attr, mapped_column
from sqlalchemy.types import TypeDecorator

from authz.words import FieldGroup

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)


class Unguarded(PythonEnum):
    """The labels of columns that no field group covers."""

    LAW = "keys and facts that only the law reads"
    PUBLIC = "the public directory of bodies and workers"


LAW, PUBLIC = Unguarded.LAW, Unguarded.PUBLIC
Label = FieldGroup | Unguarded


DERIVED = "derived"
"""The key, in a column's `info`, of the function that makes it and the names of the columns it is made of."""


def label(group: Label) -> dict[str, Label]:
    """Return the `info` that labels a column: the group that must be in sight for it to be selected."""
    return {"group": group}


class Instant(TypeDecorator[datetime]):
    """An instant, aware and in UTC on both sides; SQLite, which has no time zones, stores it as UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  # SQLAlchemy's signature
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


def key() -> MappedColumn[UUID]:
    """Declare a random primary key: it has no order and tells nothing."""
    return mapped_column(Uuid, primary_key=True, info=label(LAW))


def refers(target: str, *, group: Label = LAW, primary_key: bool = False) -> MappedColumn[Any]:
    """Declare a foreign key to `target`; it may be null where its `Mapped` type says so."""
    return mapped_column(Uuid, ForeignKey(target), primary_key=primary_key, info=label(group))


def word(words: type[StrEnum], group: Label, *, primary_key: bool = False) -> MappedColumn[Any]:
    """Declare a word of a closed set: stored by name, checked by the database."""
    kind = Enum(words, native_enum=False, length=40, name=words.__name__.lower(), create_constraint=True)
    return mapped_column(kind, primary_key=primary_key, info=label(group))


def text(group: Label) -> MappedColumn[Any]:
    return mapped_column(Text, info=label(group))


def derived(make: Callable[..., str | None], *names: str, group: Label) -> MappedColumn[Any]:
    """Declare a text that `make` gives of the row's other columns `names`, for search and sorting.

    Every insert fills it. It is compared by code point, on both databases alike.
    """

    def default(context: Any) -> str | None:
        row = context.get_current_parameters()
        return make(*(row.get(name) for name in names))

    info = {**label(group), DERIVED: (make, names)}
    return mapped_column(Text().with_variant(Text(collation="C"), "postgresql"), default=default, info=info)


def day(group: Label) -> MappedColumn[Any]:
    return mapped_column(Date, info=label(group))


def instant(group: Label) -> MappedColumn[Any]:
    return mapped_column(Instant, info=label(group))


def counter(group: Label) -> MappedColumn[Any]:
    """Declare how often the other columns of `group` in this row have changed (R32)."""
    return mapped_column(info=label(group), default=0)


def flag(group: Label) -> MappedColumn[Any]:
    return mapped_column(info=label(group), default=False)


class Located:
    """The columns of an address, its lines joined by line feeds; all null where none is known."""

    GROUP: ClassVar[FieldGroup]

    @declared_attr
    def address_lines(cls) -> Mapped[str | None]:  # noqa: N805  # a declared attribute gets the class
        return text(cls.GROUP)

    @declared_attr
    def town(cls) -> Mapped[str | None]:  # noqa: N805
        return text(cls.GROUP)

    @declared_attr
    def postcode(cls) -> Mapped[str | None]:  # noqa: N805
        return text(cls.GROUP)

    @declared_attr
    def uprn(cls) -> Mapped[str | None]:  # noqa: N805
        return text(cls.GROUP)
