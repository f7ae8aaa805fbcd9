"""How much a document may ask for: measured once, each node visited once, before it is validated."""

from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    FloatValueNode,
    IntValueNode,
    NameNode,
    Node,
    StringValueNode,
)

from gateway.errors import Code, Refusal

INTROSPECTION = {"__schema", "__type"}
LONGEST_WORD = 100
"""The most characters of a name or a number: a longer one is no name of ours and no number that fits."""


@dataclass(slots=True)
class Size:
    """What a document consists of. `introspection` counts its roots, `word` is its longest name or number."""

    aliases: int = 0
    introspection: int = 0
    strings: int = 0
    word: int = 0


def measure(document: DocumentNode) -> Size:
    """Return the size of `document`, in time that grows with its length and nothing else."""
    size, waiting = Size(), list[Node]([document])
    while waiting:
        node = waiting.pop()
        _count(node, size)
        for key in node.keys:
            child = getattr(node, key, None)
            if isinstance(child, Node):
                waiting.append(child)
            elif isinstance(child, list | tuple):
                waiting += [item for item in child if isinstance(item, Node)]
    return size


def _count(node: Node, size: Size) -> None:
    if isinstance(node, FieldNode):
        size.aliases += node.alias is not None
        size.introspection += node.name.value in INTROSPECTION
    elif isinstance(node, StringValueNode):
        size.strings += 1
    elif isinstance(node, NameNode | IntValueNode | FloatValueNode):
        size.word = max(size.word, len(node.value))


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that a document may have."""

    tokens: int
    aliases: int

    def check(self, size: Size) -> None:
        """Refuse a document that is over a limit. Raises Refusal LIMIT_EXCEEDED, naming limit and maximum."""
        if size.aliases > self.aliases:
            raise _over(f"the document has {size.aliases} aliases and may have {self.aliases}: ask for less at once")
        if size.introspection > 1:
            raise _over("the document asks for `__schema` or `__type` more than once: ask once")
        if size.introspection and size.aliases:
            raise _over("introspection takes no aliases: ask for each field once")
        if size.word > LONGEST_WORD:
            raise _over(f"the document has a name or number of more than {LONGEST_WORD} characters: shorten it")


def _over(message: str) -> Refusal:
    return Refusal(Code.LIMIT_EXCEEDED, message)
