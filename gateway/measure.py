"""The size of a document: one walk, linear in its length, that visits each node once, whatever its fragments spread.

A fragment is measured once and counted wherever it is spread: sizes are sums, so that doubling fragments double a
number and no work. Nothing is taken for granted, since the document is not validated yet: what is unknown counts
nothing, and a fragment that spreads itself counts nothing at that place.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from graphql import (
    DefinitionNode,
    DocumentNode,
    FieldNode,
    FloatValueNode,
    FragmentDefinitionNode,
    InlineFragmentNode,
    IntValueNode,
    NameNode,
    Node,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
    StringValueNode,
)

from gateway.weight import NOTHING, Weight, together, weigh
from schema.cost import FREE, Price, Prices

INTROSPECTION = {"__schema", "__type"}

DEEPEST = 100
"""How many selections may stand one inside the other, of whatever kind: far more than a limit, and no deep stack."""

_UNKNOWN = Price("", FREE)


class TooDeep(Exception):  # noqa: N818  # it ends a measurement
    """Selections stand more than `DEEPEST` deep, one inside the other."""


@dataclass(frozen=True, slots=True)
class Extent:
    """What a selection comes to, with its fragments written out.

    `looking` is the depth below introspection, whose roots `schemas` and `types` count; `top` counts the fields of the
    selection itself. `cost` is in records, `values` in fields of all rows: how much an answer may hold.
    """

    depth: int = 0
    looking: int = 0
    schemas: int = 0
    types: int = 0
    top: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0
    cost: Weight = NOTHING
    values: Weight = NOTHING

    @classmethod
    def of(cls, parts: "Iterable[Extent]", directives: int = 0) -> "Extent":
        """Return what `parts` come to, one beside the other."""
        found = list(parts)
        return cls(
            depth=max((part.depth for part in found), default=0),
            looking=max((part.looking for part in found), default=0),
            schemas=sum(part.schemas for part in found),
            types=sum(part.types for part in found),
            top=sum(part.top for part in found),
            fields=sum(part.fields for part in found),
            aliases=sum(part.aliases for part in found),
            directives=sum(part.directives for part in found) + directives,
            cost=together([part.cost for part in found]),
            values=together([part.values for part in found]),
        )


@dataclass(slots=True)
class Size:
    """What a document consists of.

    `repeats` are fields of a type asked for again at the same place of one definition, `strings` its string values,
    `word` is the length of its longest name or number, and `visited` how many of its nodes were looked at.
    """

    operations: dict[OperationDefinitionNode, Extent] = field(default_factory=dict)
    fragments: dict[str, Extent] = field(default_factory=dict)
    repeats: int = 0
    strings: int = 0
    word: int = 0
    visited: int = 0

    @property
    def parts(self) -> Iterator[Extent]:
        """The extents of all operations, and of all fragments, which may be spread nowhere."""
        yield from self.operations.values()
        yield from self.fragments.values()


def measure(document: DocumentNode, prices: Prices, roots: Mapping[OperationType, str]) -> Size:
    """Return the size of `document`; `roots` are the names of the types that its operations select from.

    Raises TooDeep before the stack ends.
    """
    walk = _Walk(document.definitions, prices)
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode):
            walk.size.operations[node] = walk.definition(node, roots.get(node.operation, ""), 0)
        elif isinstance(node, FragmentDefinitionNode):
            walk.fragment(node.name.value, 0)
        else:
            walk.look(node)
    return walk.size


class _Walk:
    """Measures the definitions of one document."""

    def __init__(self, definitions: Iterable[DefinitionNode], prices: Prices) -> None:
        self.size = Size()
        self._prices = prices
        self._fragments = {node.name.value: node for node in definitions if isinstance(node, FragmentDefinitionNode)}
        self._places: dict[tuple[int, str], int] = {}

    def fragment(self, name: str, level: int) -> Extent:
        """Return what the fragment of this name comes to, measured where it is met first."""
        if name not in self.size.fragments:
            self.size.fragments[name] = Extent()  # what it is to itself
            if (node := self._fragments.get(name)) is not None:
                self.size.fragments[name] = self.definition(node, node.type_condition.name.value, level)
        return self.size.fragments[name]

    def definition(self, node: OperationDefinitionNode | FragmentDefinitionNode, kind: str, level: int) -> Extent:
        """Return what an operation or a fragment comes to that selects from the type `kind`."""
        self.size.visited += 1
        beside = (node.name, *(node.variable_definitions or ()), *(node.directives or ()))
        self.look(*(part for part in beside if part is not None))
        place = self._place(0, f"{len(self._places)}")  # one of its own: no field has such a key
        return Extent.of([self._selected(node.selection_set, kind, place, level)], len(node.directives or ()))

    def look(self, *nodes: Node) -> None:
        """Count what `nodes`, which select nothing, hold: names and values."""
        waiting = list(nodes)
        while waiting:
            node = waiting.pop()
            self.size.visited += 1
            if isinstance(node, StringValueNode):
                self.size.strings += 1
            elif isinstance(node, NameNode | IntValueNode | FloatValueNode):
                self.size.word = max(self.size.word, len(node.value))
            for key in node.keys:
                below = getattr(node, key, None)
                several = below if isinstance(below, list | tuple) else (below,)
                waiting += [one for one in several if isinstance(one, Node)]

    def _selected(self, node: SelectionSetNode, kind: str, place: int, level: int) -> Extent:
        if level > DEEPEST:
            raise TooDeep
        self.size.visited += 1
        return Extent.of(self._selection(one, kind, place, level + 1) for one in node.selections)

    def _selection(self, node: SelectionNode, kind: str, place: int, level: int) -> Extent:
        self.size.visited += 1
        self.look(*(node.directives or ()))
        if isinstance(node, FieldNode):
            return self._field(node, kind, place, level)
        if isinstance(node, InlineFragmentNode):
            inner = kind if node.type_condition is None else node.type_condition.name.value
            within = self._selected(node.selection_set, inner, place, level)
        else:
            within = self.fragment(node.name.value, level)  # type: ignore[attr-defined]  # a spread, what else is left
        return Extent.of([within], len(node.directives or ()))

    def _field(self, node: FieldNode, kind: str, place: int, level: int) -> Extent:
        name = node.name.value
        self.look(node.name, *([node.alias] if node.alias else ()), *(node.arguments or ()))
        price = self._prices.get(kind, {}).get(name, _UNKNOWN)
        here = self._place(place, f"{kind}.{(node.alias or node.name).value}")
        below = Extent() if node.selection_set is None else self._selected(node.selection_set, price.of, here, level)
        looks = name in INTROSPECTION
        return Extent(
            depth=0 if looks else below.depth + 1,
            looking=max(below.looking, below.depth + 1) if looks else below.looking,
            schemas=below.schemas + (name == "__schema"),
            types=below.types + (name == "__type"),
            top=1,
            fields=below.fields + 1,
            aliases=below.aliases + (node.alias is not None),
            directives=below.directives + len(node.directives or ()),
            cost=NOTHING if looks else weigh(node, price, price.cost.weight, below.cost),
            values=NOTHING if looks else weigh(node, price, 1, below.values),
        )

    def _place(self, above: int, key: str) -> int:
        """Return the number of the place of a response key below another place, counting those that are met again."""
        known = self._places.get((above, key))
        if known is not None:
            self.size.repeats += 1
            return known
        self._places[above, key] = len(self._places) + 1
        return len(self._places)
