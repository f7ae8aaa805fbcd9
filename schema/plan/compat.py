"""Every part of Strawberry and graphql-core that the plan leans on and that is not public, in one place."""

from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from graphql import FieldNode, GraphQLField, GraphQLSchema
from graphql.execution.collect_fields import CollectedFields, FragmentDetails, collect_fields, collect_subfields
from graphql.execution.executor import default_field_resolver, default_type_resolver, invalid_return_type_error
from graphql.execution.values import VariableValues, get_argument_values, get_variable_values
from graphql.pyutils.is_awaitable import is_awaitable as core_is_awaitable
from strawberry.execution import optimized_is_awaitable
from strawberry.permission import BasePermission, PermissionExtension
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.schema.schema_converter import GraphQLCoreConverter, get_arguments
from strawberry.types.field import StrawberryField
from strawberry.types.fields.resolver import StrawberryResolver

if TYPE_CHECKING:
    from strawberry.types.enum import StrawberryEnumDefinition

__all__ = [
    "CollectedFields",
    "FragmentDetails",
    "StrawberryGraphQLCoreExecutionContext",
    "VariableValues",
    "collect_fields",
    "collect_subfields",
    "default_field_resolver",
    "default_type_resolver",
    "get_argument_values",
    "get_variable_values",
    "invalid_return_type_error",
    "optimized_is_awaitable",
]

TESTED = {"strawberry-graphql": "0.341.", "graphql-core": "3.3."}
"""The versions that the plan is tested on, by the beginnings of their numbers."""

KNOWN_AWAITABLE: tuple[Callable[[Any], bool], ...] = (core_is_awaitable, optimized_is_awaitable)
"""What may decide whether a value is to be awaited; each says no to the plain types of Python."""

_DEFINITION = GraphQLCoreConverter.DEFINITION_BACKREF
_CONVERTER = "strawberry.schema.schema_converter", "GraphQLCoreConverter.from_resolver.<locals>."


def unsupported(installed: Callable[[str], str] = version) -> str | None:
    """Return why the plan steps aside on the installed versions, in a sentence; None where it does not."""
    for name, tested in TESTED.items():
        if not f"{installed(name)}.".startswith(tested):
            return f"the planned executor is not tested on `{name}` {installed(name)}: Strawberry's own is used"
    return None


def known_resolvers(executor: Any) -> bool:
    """Tell whether an executor resolves fields and types without a resolver of their own as graphql-core does."""
    return executor.field_resolver is default_field_resolver and executor.type_resolver is default_type_resolver


def has_middleware(executor: Any) -> bool:
    """Tell whether anything wraps the resolvers, as extensions with `resolve` do."""
    manager = executor.middleware_manager
    return manager is not None and bool(manager.middlewares)


def strawberry_field(schema: GraphQLSchema, definition: GraphQLField) -> StrawberryField | None:
    """Return the Strawberry field behind a field, if its resolver is the one that Strawberry made for it.

    None where anything else may have a say: a resolver put in its place, a field class that resolves in its own
    way, or handlers that turn exceptions into values.
    """
    field = definition.extensions.get(_DEFINITION)
    resolve = definition.resolve
    if not isinstance(field, StrawberryField) or type(field).get_result is not StrawberryField.get_result:
        return None
    made = getattr(resolve, "__module__", None), getattr(resolve, "__qualname__", "")
    if made[0] != _CONVERTER[0] or not made[1].startswith(_CONVERTER[1]):
        return None
    owner = getattr(schema, "_strawberry_schema", None)
    return None if owner is None or owner.exception_handlers else field


def permission_of(field: StrawberryField) -> BasePermission | None:
    """Return the one permission of a field that has no other extension and does not fail in another way."""
    if len(field.extensions) != 1 or type(field.extensions[0]) is not PermissionExtension:
        return None
    extension = field.extensions[0]
    return None if extension.fail_silently or len(extension.permissions) != 1 else extension.permissions[0]


def reads_attribute(field: StrawberryField) -> bool:
    """Tell whether a field without a resolver is the attribute of its name."""
    return field.base_resolver is None and field.default_resolver is getattr


def function_of_row(resolver: StrawberryResolver[Any]) -> Callable[[Any], Any] | None:
    """Return the function of a synchronous resolver that takes the row and nothing else."""
    parameters = list(resolver.signature.parameters.values())
    if resolver.is_async or resolver.arguments or len(parameters) != 1 or resolver.info_parameter is not None:
        return None
    row = resolver.self_parameter or resolver.root_parameter or resolver.parent_parameter
    positional = parameters[0].kind in {parameters[0].POSITIONAL_ONLY, parameters[0].POSITIONAL_OR_KEYWORD}
    function: Any = resolver.wrapped_func
    return function if row is not None and positional and callable(function) else None


def python_arguments(
    schema: GraphQLSchema, field: StrawberryField, values: dict[str, Any], source: Any, raw_info: Any
) -> dict[str, Any]:
    """Return coerced arguments as a resolver of `field` gets them: Python names, input objects made."""
    converter = schema._strawberry_schema.schema_converter  # type: ignore[attr-defined]  # Strawberry sets it
    info = converter.config.info_class(_raw_info=raw_info, _field=field)
    _, arguments = get_arguments(
        field=field,
        source=source,
        info=info,
        kwargs=values,
        config=converter.config,
        scalar_registry=converter.scalar_registry,
    )
    return {argument.python_name: arguments[argument.python_name] for argument in field.arguments
            if argument.python_name in arguments}  # fmt: skip


def enum_class(kind: Any) -> Any:
    """Return the Python enum behind a GraphQL enum of Strawberry's."""
    definition: StrawberryEnumDefinition | None = kind.extensions.get(_DEFINITION)
    return getattr(definition, "wrapped_cls", None)


def has_variables(fragments: dict[str, Any]) -> bool:
    """Tell whether any fragment takes arguments, which is experimental."""
    return any(details.variable_signatures for details in fragments.values())


def nodes_of(details: Sequence[Any]) -> list[FieldNode]:
    """Return the nodes that were merged into one field."""
    return [detail.node for detail in details]
