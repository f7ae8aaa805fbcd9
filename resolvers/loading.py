"""The base of the batching loaders: one per relation and operation, one statement per level of the answer."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, TypeVar
from uuid import UUID

from authz.sight import Sight
from authz.words import NARROWER, Group, Standing, mask
from resolvers.batching import LevelLoader
from resolvers.reading import Keys, Reading, Row, Statement
from resolvers.records import ChildRecord

if TYPE_CHECKING:
    from resolvers.context import Operation


class Keyed(Protocol):
    @property
    def key(self) -> UUID: ...


class Sighted(Keyed, Protocol):
    @property
    def sight(self) -> Sight: ...


K = TypeVar("K")
P = TypeVar("P", bound=Keyed)
R = TypeVar("R")
V = TypeVar("V")


class ByKey(LevelLoader[K, R | None], ABC, Generic[K, R]):
    """Loads single things by a key that a client or a row gave; None stands for whatever is not to be had."""

    def __init__(self, operation: "Operation") -> None:
        super().__init__()
        self.operation = operation

    @abstractmethod
    def statement(self) -> Statement:
        """Return the statement, which binds the keys as `keys`."""

    @abstractmethod
    def read(self, row: Row) -> tuple[K, R | None]:
        """Return the key of one row and what stands in it."""

    async def batch_load_fn(self, keys: list[K]) -> list[R | None]:
        rows = await self.operation.first_rows(self.statement(), keys=keys)
        found = dict(self.read(row) for row in rows)
        return [found.get(key) for key in keys]


class RelationLoader(LevelLoader[P, R], Generic[P, R]):
    """Loads what belongs to parents, all parents of a level at once.

    Keys are the parent records themselves, since their sight decides what may be selected; two records with
    one key are one parent. A parent whose verdict withholds the relation must not be given to `load`: its
    guard stands before, and `keys_of` leaves it out all the same.

    INVARIANT (keys-by-verdict): the lists of keys are filled from the declaration that the proof reads.

    `opaque` says that what it gives tells nothing of what it read, as a keyed hash does.
    """

    reading: ClassVar[Reading[Any]]
    opaque: ClassVar[bool] = False

    def __init__(self, operation: "Operation") -> None:
        # the number in the key, since a UUID is slow to hash
        super().__init__(get_cache_key=attrgetter("key.int"))
        self.operation = operation


class RowsByParent(RelationLoader[P, V], ABC, Generic[P, V, R]):
    """Reads the rows of a relation, a list per parent in the order of the statement."""

    def statement(self) -> Statement:
        """Return the statement."""
        return self.reading()

    def keys_of(self, parents: Sequence[P]) -> Mapping[str, Any]:
        """Return what the statement binds, above all its key lists, by the sight of each parent."""
        return key_lists(self.reading.keys, parents)

    @abstractmethod
    def parent_of(self, row: Row) -> UUID:
        """Return the key of the parent to which one row belongs."""

    @abstractmethod
    def make(self, row: Row, parent: P) -> R:
        """Return the record of one row."""

    async def lists(self, parents: list[P]) -> list[list[R]]:
        rows = await self.operation.rows(self.statement(), **self.keys_of(parents))
        of = {parent.key: parent for parent in parents}
        found: dict[UUID, list[R]] = {key: [] for key in of}
        for row in rows:
            key = self.parent_of(row)
            found[key].append(self.make(row, of[key]))
        return [found[parent.key] for parent in parents]


class RowsByChild(RowsByParent[ChildRecord, V, R], ABC, Generic[V, R]):
    """Reads the rows of a relation of children, which carry `child_id`, a list per child."""

    def in_order(self, records: list[R]) -> list[R]:
        """Return the records of one child as they are listed; unless said otherwise as the statement sorts them."""
        return records

    def parent_of(self, row: Row) -> UUID:
        key: UUID = row.child_id
        return key

    async def lists(self, parents: list[ChildRecord]) -> list[list[R]]:
        return list(map(self.in_order, await super().lists(parents)))


class ByChild(RowsByChild[list[R], R], Generic[R]):
    """Loads a list of records for each child."""

    async def batch_load_fn(self, parents: list[ChildRecord]) -> list[list[R]]:
        return await self.lists(parents)


class FirstByChild(RowsByChild[R | None, R], Generic[R]):
    """Loads the first record for each child, None where there is none."""

    async def batch_load_fn(self, parents: list[ChildRecord]) -> list[R | None]:
        return [rows[0] if rows else None for rows in await self.lists(parents)]


def once_each(key: Callable[[Row], Any], read: Callable[[Row], V]) -> Callable[[Row], V]:
    """Return `read` for the rows of one operation, called once for all rows that have the same `key`."""
    known: dict[Any, V] = {}

    def remembered(row: Row) -> V:
        of = key(row)
        if of not in known:
            known[of] = read(row)
        return known[of]

    return remembered


def key_lists(keys: Keys, parents: Sequence[Any], of: Callable[[Any], UUID] = attrgetter("key")) -> dict[str, Any]:
    """Return the lists of keys of the parents, each filled by the groups that `keys` names for it.

    A list for a narrower group takes the parents that hold it and not the whole: of those all rows are read.
    """
    return {name: list(map(of, _holding(*_masks(named), parents))) for name, named in keys.items()}


def _holding(bits: int, whole: int, parents: Sequence[Sighted]) -> list[Sighted]:
    return [parent for parent in parents if parent.sight.bits & bits and not parent.sight.bits & whole]


@cache
def _masks(named: tuple[Group | Standing, ...]) -> tuple[int, int]:
    """Return the bits of the groups named, and those of the whole groups of which they are the narrower."""
    groups = [group for group in named if isinstance(group, Group)]
    return mask(*groups), mask(*(group for group, narrower in NARROWER.items() if narrower in groups))
