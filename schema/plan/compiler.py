"""The compiler: from the selections of an operation to plans, one for each object type at each place."""

from collections.abc import Callable
from functools import partial
from operator import attrgetter
from typing import Any

from graphql import (
    GraphQLLeafType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    OperationDefinitionNode,
    TypeNameMetaFieldDef,
    is_leaf_type,
)
from strawberry.types.field import StrawberryField

from schema.plan.compat import (
    VariableValues,
    collect_fields,
    collect_subfields,
    function_of_row,
    permission_of,
    reads_attribute,
    strawberry_field,
)
from schema.plan.guards import MaskGuard, mask_guard
from schema.plan.level import ObjectPlan
from schema.plan.objects import AbstractShape, ObjectShape
from schema.plan.relation import RELATION, Relation
from schema.plan.shapes import LeafShape, ListShape, Shape
from schema.plan.steps import CallStep, ConstantStep, Field, RelationStep, RowStep, Step


class Compiler:
    """Compiles one operation under one set of values of its `@skip` and `@include` conditions, as far as it is reached.

    `conditions` holds these values and no others: a plan outlives the request that it was made for.
    """

    def __init__(self, executor: Any, conditions: VariableValues) -> None:
        self._schema = executor.schema
        self._fragments = executor.fragments
        self._hide = executor.hide_suggestions
        self._conditions = conditions

    def root(self, operation: OperationDefinitionNode) -> ObjectPlan:
        """Return the plan of an operation. Raises whatever collecting its fields raises."""
        kind = self._schema.get_root_type(operation.operation)
        collected = collect_fields(self._schema, self._fragments, self._conditions, kind, operation, self._hide)
        self._operation = operation
        return self._plan(kind, collected.grouped_field_set)

    def _plan(self, kind: GraphQLObjectType, selected: dict[str, list[Any]]) -> ObjectPlan:
        steps: list[Step] = []
        for key, details in selected.items():
            definition = self._schema.get_field(kind, details[0].node.name.value)
            if definition is not None:
                field = Field(key, kind, definition, list(details))
                step = self._step(field)
                step.shape = self._shape(field, definition.type)
                steps.append(step)
        return ObjectPlan(kind, steps)

    def _below(self, field: Field, kind: GraphQLObjectType) -> ObjectPlan:
        collected = collect_subfields(
            self._schema, self._fragments, self._conditions, self._operation, kind, field.details, self._hide
        )
        return self._plan(kind, collected.grouped_field_set)

    def _shape(self, field: Field, kind: GraphQLOutputType) -> Shape:
        nullable = not isinstance(kind, GraphQLNonNull)
        inner: Any = kind if nullable else kind.of_type  # type: ignore[union-attr]  # a GraphQLNonNull
        if isinstance(inner, GraphQLList):
            return ListShape(field, self._shape(field, inner.of_type), nullable=nullable)
        if is_leaf_type(inner):
            leaf: GraphQLLeafType = inner
            return LeafShape(field, leaf, nullable=nullable)
        if isinstance(inner, GraphQLObjectType):
            return ObjectShape(field, inner, partial(self._below, field), nullable=nullable)
        return AbstractShape(field, inner, partial(self._below, field), nullable=nullable)

    def _step(self, field: Field) -> Step:
        if field.definition is TypeNameMetaFieldDef:
            return ConstantStep(field)
        declared = strawberry_field(self._schema, field.definition)
        if declared is None:
            return CallStep(field)
        if not declared.extensions:
            return _unguarded(field, declared, None)
        permission = permission_of(declared)
        guard = None if permission is None else mask_guard(permission)
        return CallStep(field) if guard is None else _unguarded(field, declared, guard)


def _unguarded(field: Field, declared: StrawberryField, guard: type[MaskGuard] | None) -> Step:
    """Return the step of a field on which nothing but `guard` has a say."""
    relation = declared.metadata.get(RELATION)
    if isinstance(relation, Relation):
        return RelationStep(field, guard, relation, declared)
    read = _reader(declared)
    return CallStep(field, guard) if read is None else RowStep(field, guard, read)


def _reader(declared: StrawberryField) -> Callable[[Any], Any] | None:
    if reads_attribute(declared):
        return attrgetter(declared.python_name)
    return None if declared.base_resolver is None else function_of_row(declared.base_resolver)
