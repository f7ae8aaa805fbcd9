"""Conditions that the law gave, marked as such in the statement, so that a proof can read which groups they ask."""

from typing import Any

from sqlalchemy import ColumnElement, inspect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.elements import False_, True_
from sqlalchemy.sql.functions import FunctionElement

from authz.words import Group


class Judged(FunctionElement[Any]):
    """A part of a statement that belongs to the law: it compiles to what is within, in brackets.

    `groups` are those of which any must be in sight, of the record behind each row of `of`, where it holds as a
    condition; without any, the part reads facts for the law to judge by. The proof (`resolvers/proof.py`) takes
    it as it is and does not look inside.
    """

    inherit_cache = True
    name = "judged"

    def __init__(self, clause: ColumnElement[Any], *groups: Group, of: Any = None) -> None:
        super().__init__(clause)
        self.type = clause.type
        self.groups = groups
        self.of = None if of is None else inspect(of).selectable

    def self_group(self, against: Any = None) -> "Judged":  # noqa: ARG002  # SQLAlchemy's signature
        """Stay as it is: the brackets are there already, and SQLite would compare it with 1."""
        return self


@compiles(Judged)
def _compile(element: Judged, compiler: Any, **options: Any) -> str:
    (clause,) = element.clauses
    return f"({compiler.process(clause, **options)})"


def judged(condition: ColumnElement[bool], *groups: Group, of: Any = None) -> ColumnElement[bool]:
    """Return `condition` marked as one that tests for any of `groups`, of the rows of the table or alias `of`.

    A constant stays one, to be simplified.
    """
    return condition if isinstance(condition, True_ | False_) else Judged(condition, *groups, of=of)


def of_the_law(facts: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return `facts` marked as what the law judges by: whatever it reads is for no record."""
    return Judged(facts)
