"""Search: finds children by what this viewer may see of them, and never by anything else (R4, R13)."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from sqlalchemy import Date, Select, Text, bindparam

from authz.trail import Searched
from authz.words import Role
from resolvers.child import in_order, read_children, visible_children
from resolvers.cursor import CursorScope
from resolvers.errors import BadInput
from resolvers.names import fold, name_key
from resolvers.numbers import read_number
from resolvers.page import LIMIT, Page, cut
from resolvers.records import ChildRecord
from resolvers.store import tables as t

if TYPE_CHECKING:
    from resolvers.context import Operation

MOST = 25
"""The most children that a search lists; above, it says `tooMany` and lists none."""

WIDEST = timedelta(days=731)
"""The widest range of dates of birth: two years, a leap day allowed for."""

NEEDED = "a search needs `familyName` with `dateOfBirth` or `bornBetween` (two years at most), or `directoryNumber`"


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """What a search asks for, as the client spelt it; every criterion given must hold."""

    family_name: str | None = None
    date_of_birth: date | None = None
    born_between: tuple[date, date] | None = None
    directory_number: str | None = None

    def check(self) -> None:
        """Refuse, from the arguments alone, a search that is too wide or contradicts itself (R13).

        Raises BadInput with what a search needs.
        """
        if self.born_between is not None:
            first, last = self.born_between
            if first > last:
                raise BadInput("`bornBetween` ends before it begins: give the earlier date as `from`")
            if last - first > WIDEST:
                raise BadInput("`bornBetween` is wider than two years: narrow it")
        if self.family_name is not None and not fold(self.family_name):
            raise BadInput("`familyName` has no letters: give a family name")
        named = self.family_name is not None and (self.date_of_birth or self.born_between)
        if not named and self.directory_number is None:
            raise BadInput(NEEDED)

    def names(self) -> tuple[str, ...]:
        """Return the names of the criteria given, for the trail."""
        given = {
            "familyName": self.family_name,
            "dateOfBirth": self.date_of_birth,
            "bornBetween": self.born_between,
            "directoryNumber": self.directory_number,
        }
        return tuple(name for name, value in given.items() if value is not None)

    def parameters(self) -> dict[str, Any]:
        """Return what the statement binds; a number that is none is bound as one that nobody has."""
        first, last = self.born_between or (None, None)
        return {
            "family_name": name_key(self.family_name or ""),
            "date_of_birth": self.date_of_birth,
            "born_first": first,
            "born_last": last,
            "directory_number": read_number(self.directory_number or "") or "",
        }


@cache
def _search(role: Role, names: tuple[str, ...]) -> Select[Any]:
    child = t.Child
    conditions = {
        "familyName": child.family_name_key == bindparam("family_name", type_=Text()),
        "dateOfBirth": child.date_of_birth == bindparam("date_of_birth", type_=Date()),
        "bornBetween": child.date_of_birth.between(
            bindparam("born_first", type_=Date()), bindparam("born_last", type_=Date())
        ),
        "directoryNumber": child.directory_number == bindparam("directory_number", type_=Text()),
    }
    found = visible_children(role, child).where(*(conditions[name] for name in names))
    return found.order_by(*in_order(child)).limit(LIMIT)


async def search(operation: "Operation", criteria: Criteria, first: int) -> Page[ChildRecord]:
    """Return the children that match `criteria` and exist for the viewer, as rows that name them.

    Above 25 matches the page says `too_many` and is empty: no rows, no count. Raises BadInput for criteria
    that are too wide.
    """
    criteria.check()
    names = criteria.names()
    statement = _search(operation.viewer.role, names)
    await operation.charge(f"search {uuid4()}")
    rows = await operation.rows(statement, **criteria.parameters(), limit=MOST + 1)
    found = read_children(rows, operation.viewer)
    if len(found) > MOST:
        operation.trail.searched.append(Searched(names, None))
        return Page([], too_many=True)
    scope = CursorScope(operation.cursor_secret, operation.viewer.account, "children", arguments=str(criteria))
    page = cut(found, first, scope, has_previous=False)
    operation.trail.searched.append(Searched(names, len(page.items)))
    if not found and criteria.directory_number is not None:
        operation.trail.missed(read_number(criteria.directory_number) or criteria.directory_number)
    for child in page.items:
        operation.trail.listed(child.key, child.facts, child.sight)
    await operation.charge(*(child.id for child in page.items))
    return page
