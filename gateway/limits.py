"""How much a document may ask for: held against what was measured of it, before it is validated and before it runs."""

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.errors import Code, Refusal
from gateway.measure import DEEPEST, Size

WRITTEN_OUT = "with its fragments written out: ask for less at once"
ONCE = "where it introspects: ask once, without aliases"
FEWER = "ask for fewer rows, or less of each"
LONGEST_WORD = 100
"""The most characters of a name or a number: a longer one is no name of ours and no number that fits."""

Finding = tuple[str, int, int, str]
"""What was measured, its value, the most that it may be, and a remedy."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that a document may have, counted as if its fragments were written out.

    `repeats` is how often fields may be asked for again at the same place: to see whether they can be merged takes a
    comparison for each two of them. Introspection has a depth of its own.
    """

    tokens: int = 1_000
    depth: int = 12
    aliases: int = 30
    root_fields: int = 10
    cost: int = 20_000
    values: int = 200_000
    directives: int = 30
    fragments: int = 30
    repeats: int = 30
    introspection_depth: int = 20

    def check(self, size: Size) -> None:
        """Refuse a document that is over a limit. Raises Refusal LIMIT_EXCEEDED, naming limit, value and maximum."""
        for limit, value, most, remedy in self._findings(size):
            if value > most:
                raise over(limit, value, most, remedy)

    def check_work(self, cost: int, values: int) -> None:
        """Refuse an operation that may touch too many records, or answer too much. Raises Refusal LIMIT_EXCEEDED."""
        if cost > self.cost:
            raise over("cost", cost, self.cost, f"in records that it may touch: {FEWER}")
        if values > self.values:
            raise over("values", values, self.values, f"in fields of all rows: {FEWER}")

    def _findings(self, size: Size) -> Iterator[Finding]:
        yield "word length", size.word, LONGEST_WORD, "in characters of a name or number: shorten it"
        yield "fragments", len(size.fragments), self.fragments, "in definitions: ask for less at once"
        yield "repeats", size.repeats, self.repeats, "in fields asked for again at the same place: ask for each once"
        for part in size.parts:
            yield "fields", part.fields, self.tokens, WRITTEN_OUT
            yield "aliases", part.aliases, self.aliases, WRITTEN_OUT
            yield "directives", part.directives, self.directives, WRITTEN_OUT
            yield "introspection roots", max(part.schemas, part.types), 1, ONCE
            if part.schemas or part.types:
                yield "aliases", part.aliases, 0, ONCE
        for part in size.operations.values():
            yield "depth", part.depth, self.depth, WRITTEN_OUT
            yield "introspection depth", part.looking, self.introspection_depth, WRITTEN_OUT
            yield "root fields", part.top, self.root_fields, WRITTEN_OUT


def over(limit: str, value: int | str, most: int, remedy: str) -> Refusal:
    """Return the refusal of a document whose `limit` has a `value` above the `most`."""
    message = f"the document is over the limit of `{limit}`: {value}, where {most} may be, {remedy}"
    told = {"code": Code.LIMIT_EXCEEDED, "limit": limit, "value": value, "maximum": most}
    return Refusal(Code.LIMIT_EXCEEDED, errors=[{"message": message, "extensions": told}])


def too_deep() -> Refusal:
    """Return the refusal of a document that nobody has measured to its end."""
    return over("depth", f"more than {DEEPEST}", DEEPEST, "in selections one inside the other: ask for less at once")
