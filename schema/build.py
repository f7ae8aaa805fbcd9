"""The schema, built and checked: a field without a label, or a guard that cannot say null, stops the start."""

from functools import cache
from inspect import isawaitable
from typing import Any

import strawberry
from graphql import ExecutionResult, GraphQLError, GraphQLObjectType, GraphQLSchema, create_source_event_stream
from strawberry.printer import print_schema
from strawberry.schema.config import StrawberryConfig
from strawberry.types.base import StrawberryList

from authz.guard import Exists, Public, RootPermission, SeesPermission
from schema.cost import COST
from schema.fields import DEFINITION, LABEL, existence_of, record_of
from schema.mutation import Mutation
from schema.needs import defines_a_child
from schema.plan import Plans, Selected, planned_executor
from schema.plan.compat import VariableValues
from schema.query import Query
from schema.scalars import SCALARS
from schema.subscription import Subscription


class Unproven(ValueError):  # noqa: N818  # it is a verdict on the build, not an accident
    """The build has faults and must not serve; `faults` has a sentence for each."""

    def __init__(self, found: list[str]) -> None:
        super().__init__("; ".join(found))
        self.faults = found


class GatewaySchema(strawberry.Schema):
    """The schema; it reports errors to the door alone, since the text of one may hold what was read (R31)."""

    @property
    def core(self) -> GraphQLSchema:
        """The schema as graphql-core has it; Strawberry keeps it to itself."""
        return self._schema

    @property
    def steps_aside(self) -> str | None:
        """Why queries are answered by Strawberry's own executor, in a sentence; None where plans answer them."""
        executor: Any = self.execution_context_class
        reason: str | None = executor.unsupported
        return reason

    @property
    def plans(self) -> Plans:
        """The plans that are kept."""
        executor: Any = self.execution_context_class
        plans: Plans = executor.plans
        return plans

    async def answer(self, selected: Selected, variables: VariableValues, context: Any) -> ExecutionResult:
        """Return the answer to an operation that is valid, with variables that are coerced.

        It is `execute` without what the door has done already; there are no extensions whose hooks could be missed.
        """
        executor: Any = self.execution_context_class
        result = executor.of(self.core, selected, variables, context).execute_operation()
        answer: ExecutionResult = await result if isawaitable(result) else result
        return answer

    async def follow(self, selected: Selected, variables: VariableValues, context: Any) -> Any:
        """Return what a subscription follows, an async iterable of what is to be told; or a result with errors."""
        executor: Any = self.execution_context_class
        source: Any = create_source_event_stream(executor.of(self.core, selected, variables, context))
        return await source if isawaitable(source) else source

    async def tell(self, selected: Selected, variables: VariableValues, context: Any, event: Any) -> ExecutionResult:
        """Return the answer of a subscription to one `event`, the record behind its root field."""
        executor: Any = self.execution_context_class
        telling = executor.of(self.core, selected, variables, context).build_per_event_executor(event)
        result = telling.execute_operation()
        answer: ExecutionResult = await result if isawaitable(result) else result
        return answer

    def process_errors(self, errors: list[GraphQLError], execution_context: Any = None) -> None:
        """Log nothing here: Strawberry would log the exception's own text."""


def make_schema(
    query: type[Any], mutation: type[Any] | None = None, subscription: type[Any] | None = None
) -> GatewaySchema:
    """Make the schema whose roots `query`, `mutation` and `subscription` declare.

    Raises Unproven with a sentence for each fault: a schema with one must not serve.
    """
    schema = GatewaySchema(
        query=query,
        mutation=mutation,
        subscription=subscription,
        execution_context_class=planned_executor(),
        config=StrawberryConfig(scalar_map=SCALARS),
    )
    if found := faults(schema):
        raise Unproven(found)
    return schema


@cache
def build_schema() -> GatewaySchema:
    """Return the schema that is served, made once."""
    return make_schema(Query, Mutation, Subscription)


@cache
def sdl() -> str:
    """Return the contract as clients see it."""
    return print_schema(build_schema()) + "\n"


def object_types(schema: strawberry.Schema) -> dict[str, Any]:
    """Return the Strawberry definition of every object type in `schema`, by name."""
    definitions = {}
    for name, kind in schema._schema.type_map.items():
        if isinstance(kind, GraphQLObjectType) and not name.startswith("__"):
            definitions[name] = kind.extensions[DEFINITION]
    return definitions


def faults(schema: strawberry.Schema) -> list[str]:
    """Return a sentence for every field whose label is missing, doubled or cannot be kept."""
    found = []
    for name, definition in object_types(schema).items():
        labels = [field.metadata.get(LABEL) for field in definition.fields]
        bits = existence_of(definition)
        if any(isinstance(label, Exists) for label in labels) and not bits:
            found.append(f"`{name}` has parts of a record and no `exists_by`: say by which groups its rows exist")
        for field in definition.fields:
            found += _field_faults(f"{name}.{field.python_name}", field)
            found += _cost_faults(f"{name}.{field.python_name}", field)
    return found


def _field_faults(where: str, field: Any) -> list[str]:
    guards = [cls for cls in field.permission_classes if issubclass(cls, SeesPermission | RootPermission)]
    label = field.metadata.get(LABEL)
    labels = len(guards) + isinstance(label, Exists | Public)
    if labels != 1 or len(guards) != len(field.permission_classes):
        return [f"`{where}` has {labels} labels: declare it with guarded, part, open_field, root or directory_root"]
    if guards and issubclass(guards[0], SeesPermission) and not _nullable(field):
        return [f"`{where}` is guarded and not nullable: a withheld field must be able to be null"]
    return []


def _cost_faults(where: str, field: Any) -> list[str]:
    """Return the fault of a field that leads to rows about children, or a list of rows, and tells no cost."""
    listed, row = False, field.type
    while hasattr(row, "of_type"):
        listed, row = listed or isinstance(row, StrawberryList), row.of_type
    row = getattr(row, "__strawberry_definition__", row)
    leads = defines_a_child(row) or getattr(row, "type_var_map", None) or (listed and record_of(row) is not None)
    if leads and COST not in field.metadata:
        return [f"`{where}` leads to records and does not tell its cost: declare it, `FREE` where it touches none"]
    return []


def _nullable(field: Any) -> bool:
    return isinstance(field.type, strawberry.types.base.StrawberryOptional)
