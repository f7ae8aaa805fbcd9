"""One operation of one document, with what executing it needs and no request changes."""

from dataclasses import dataclass, field

from graphql import DocumentNode, FragmentDefinitionNode, OperationDefinitionNode

from schema.plan.compat import FragmentDetails


@dataclass(frozen=True, slots=True, eq=False)
class Selected:
    """An operation of a valid document, whose fragments take no arguments."""

    document: DocumentNode
    operation: OperationDefinitionNode
    definitions: dict[str, FragmentDefinitionNode] = field(init=False)
    fragments: dict[str, FragmentDetails] = field(init=False)

    def __post_init__(self) -> None:
        parts = self.document.definitions
        found = {part.name.value: part for part in parts if isinstance(part, FragmentDefinitionNode)}
        object.__setattr__(self, "definitions", found)
        object.__setattr__(self, "fragments", {name: FragmentDetails(part, None) for name, part in found.items()})
