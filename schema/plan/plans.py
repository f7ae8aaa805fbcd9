"""Plans, kept as long as their documents, and not more of them than fit."""

import weakref
from collections import OrderedDict
from collections.abc import Hashable
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLIncludeDirective,
    GraphQLSkipDirective,
    OperationDefinitionNode,
    VariableNode,
    Visitor,
    visit,
)

from schema.plan.compat import VariableValues
from schema.plan.compiler import Compiler
from schema.plan.level import ObjectPlan

_CONDITIONS = (GraphQLSkipDirective.name, GraphQLIncludeDirective.name)

MOST_CONDITIONS = 16
"""How many sets of values of its conditions are kept for one operation."""


class Kept:
    """The plans of one operation of one document, by the values of the variables that its conditions name."""

    def __init__(self, executor: Any) -> None:
        self.schema = executor.schema
        self.hide = executor.hide_suggestions
        self.names = _conditions(executor.document)
        self.plans: OrderedDict[Hashable, ObjectPlan] = OrderedDict()
        self.document: weakref.ref[DocumentNode] | None = None


class Plans:
    """A bounded cache of plans, the least recently used dropped first; a plan is dropped with its document.

    Nothing of a request is kept: a plan holds nodes of its document and parts of its schema.
    """

    def __init__(self, size: int = 512) -> None:
        self.size = size
        self.hits = self.misses = 0
        self._kept: OrderedDict[tuple[int, int], Kept] = OrderedDict()

    def __len__(self) -> int:
        """Return of how many operations plans are kept."""
        return len(self._kept)

    def plan_for(self, executor: Any) -> ObjectPlan:
        """Return the plan of what `executor` executes. Raises whatever compiling it raises."""
        kept = self._entry(executor)
        conditions = _given(executor.variable_values, kept.names)
        key = tuple(conditions.coerced.get(name) for name in kept.names)
        plan = kept.plans.get(key)
        if plan is not None:
            self.hits += 1
            kept.plans.move_to_end(key)
            return plan
        self.misses += 1
        plan = kept.plans[key] = Compiler(executor, conditions).root(executor.operation)
        if len(kept.plans) > MOST_CONDITIONS:
            kept.plans.popitem(last=False)
        return plan

    def _entry(self, executor: Any) -> Kept:
        document: DocumentNode = executor.document
        operation: OperationDefinitionNode = executor.operation
        # INVARIANT (no-reused-id): an entry goes when its document does, so the ids in its key are taken.
        key = id(document), id(operation)
        kept = self._kept.get(key)
        if kept is None or kept.schema is not executor.schema or kept.hide != executor.hide_suggestions:
            kept = self._kept[key] = Kept(executor)
            kept.document = weakref.ref(document, lambda _: self._kept.pop(key, None))
            if len(self._kept) > self.size:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return kept


def _given(values: VariableValues, names: tuple[str, ...]) -> VariableValues:
    """Return those of `values` that conditions name."""
    sources = {name: values.sources[name] for name in names if name in values.sources}
    return VariableValues(sources, {name: values.coerced[name] for name in names if name in values.coerced})


class _Conditions(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: dict[str, None] = {}

    def enter_directive(self, node: Any, *_: Any) -> None:
        if node.name.value in _CONDITIONS:
            for argument in node.arguments or ():
                if isinstance(argument.value, VariableNode):
                    self.names[argument.value.name.value] = None


def _conditions(document: DocumentNode) -> tuple[str, ...]:
    """Return the variables that any `@skip` or `@include` of `document` names; all of them are Boolean."""
    found = _Conditions()
    visit(document, found)
    return tuple(found.names)
