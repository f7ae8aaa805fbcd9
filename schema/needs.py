"""What an operation needs before it may run: decided by everything that it selects, not by its roots."""

from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
)
from graphql import GraphQLSchema as CoreSchema

from authz.guard import InForcePermission, MayPermission
from authz.viewer import Viewer
from authz.words import Act, FieldGroup
from schema.fields import DEFINITION, existence_of, record_of


@dataclass(slots=True)
class Needs:
    """For each root, the acts any of which it takes; and whether a purpose and a reason must be given.

    `in_force` tells that a root asks for an account without a lapse, as every purpose does; `account` that the account
    itself is shown.
    """

    acts: list[tuple[Act, ...]] = field(default_factory=list)
    purpose: bool = False
    in_force: bool = False
    account: bool = False


def needs_of(schema: CoreSchema, document: DocumentNode, operation: OperationDefinitionNode) -> Needs:
    """Return what `operation` of a valid `document` needs.

    Directives that leave a selection out are not believed: the same document always needs the same. Each
    fragment is visited once for each type it is spread on.
    """
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    walk = _Walk(schema, fragments)
    root = schema.get_root_type(operation.operation)
    if root is not None:
        walk.visit(root, operation.selection_set)
    return walk.needs


def is_about_a_child(kind: Any) -> bool:
    """Tell whether reaching `kind` needs a purpose: whether it is an object type that exists by a group of a record."""
    return isinstance(kind, GraphQLObjectType) and defines_a_child(kind.extensions.get(DEFINITION))


def defines_a_child(definition: Any) -> bool:
    """Tell whether rows of the type that Strawberry's `definition` declares are about a child.

    A type that a body has too (PLACE) is about a child where a type above it is.
    """
    bits = existence_of(definition)
    return bits != 0 and not bits & FieldGroup.PLACE.bit


class _Walk:
    def __init__(self, schema: CoreSchema, fragments: dict[str, FragmentDefinitionNode]) -> None:
        self.schema = schema
        self.fragments = fragments
        self.seen: set[tuple[str, str]] = set()
        self.needs = Needs()

    def visit(self, parent: Any, selections: SelectionSetNode | None) -> None:
        self._note_type(parent)
        for selection in selections.selections if selections else ():
            if isinstance(selection, FieldNode):
                self._field(parent, selection)
            elif isinstance(selection, InlineFragmentNode):
                condition = selection.type_condition
                self.visit(
                    self.schema.get_type(condition.name.value) if condition else parent,
                    selection.selection_set,
                )
            elif isinstance(selection, FragmentSpreadNode):
                self._spread(parent, selection.name.value)

    def _spread(self, parent: Any, name: str) -> None:
        fragment = self.fragments[name]
        if (name, parent.name) not in self.seen:
            self.seen.add((name, parent.name))
            self.visit(self.schema.get_type(fragment.type_condition.name.value), fragment.selection_set)

    def _field(self, parent: Any, node: FieldNode) -> None:
        definition = getattr(parent, "fields", {}).get(node.name.value)
        if definition is None:
            return  # `__typename` and introspection: nothing about a child
        self._note_root(definition)
        self.visit(get_named_type(definition.type), node.selection_set)

    def _note_type(self, kind: Any) -> None:
        """Ask for a purpose where the rows of a type exist by a group of a child's record."""
        self.needs.purpose |= is_about_a_child(kind)
        self.needs.account |= record_of(kind.extensions.get(DEFINITION)) is Viewer

    def _note_root(self, definition: Any) -> None:
        declared = definition.extensions.get(DEFINITION)
        for guard in getattr(declared, "permission_classes", ()):
            if issubclass(guard, MayPermission):
                self.needs.acts.append(guard.acts)
                self.needs.purpose = True
            self.needs.in_force |= issubclass(guard, InForcePermission)
