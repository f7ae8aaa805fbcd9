"""The executor that Strawberry is given: queries by their plans, everything else as Strawberry does it."""

from collections import Counter
from typing import Any, ClassVar, Self

from graphql import DocumentNode, GraphQLSchema, OperationType
from graphql.pyutils import AwaitableOrValue

from schema.plan.compat import (
    KNOWN_AWAITABLE,
    StrawberryGraphQLCoreExecutionContext,
    VariableValues,
    default_field_resolver,
    default_type_resolver,
    has_middleware,
    has_variables,
    known_resolvers,
    optimized_is_awaitable,
    unsupported,
)
from schema.plan.plans import Plans
from schema.plan.run import Run
from schema.plan.selected import Selected


class PlannedExecutor(StrawberryGraphQLCoreExecutionContext):
    """Executes queries by plans; make one class a schema with `planned_executor`."""

    plans: ClassVar[Plans]
    aside: ClassVar[Counter[str]]
    """How often an operation was left to Strawberry's own executor, by the reason."""
    unsupported: ClassVar[str | None]
    """Why all of them are, if they are."""

    document: DocumentNode | None = None

    @classmethod
    def build(cls, schema: GraphQLSchema, document: DocumentNode, *args: Any, **options: Any) -> Any:
        """Return an executor that knows its document, or errors."""
        built = super().build(schema, document, *args, **options)
        if isinstance(built, cls):
            built.document = document
        return built

    @classmethod
    def of(cls, schema: GraphQLSchema, selected: Selected, variables: VariableValues, context: Any) -> Self:
        """Return an executor for an operation that is valid, with variables that are coerced.

        It is what `build` makes of the same, less the work that was done when the operation was selected.
        """
        resolvers = default_field_resolver, default_type_resolver, default_field_resolver
        parts = selected.definitions, selected.fragments
        made = cls(
            schema,
            *parts,
            None,
            context,
            selected.operation,
            variables,
            *resolvers,
            is_awaitable=optimized_is_awaitable,
            hide_suggestions=True,
        )
        made.document = selected.document
        return made

    def execute_operation(self, serially: bool | None = None) -> AwaitableOrValue[Any]:
        """Return the result, at once where nothing has to be awaited."""
        reason = self._stranger(serially)
        if reason is None:
            try:
                plan = self.plans.plan_for(self)
            except Exception:  # noqa: BLE001  # a faulty selection: Strawberry's own tells what is wrong with it
                reason = "a selection that cannot be planned"
            else:
                return Run(self, plan).answer()
        self.aside[reason] += 1
        return super().execute_operation(serially)

    def close(self) -> None:
        """Let go of the helpers that infos carry: they lead back to the executor, and it to the whole operation."""
        vars(self).pop("async_helpers", None)

    def _stranger(self, serially: bool | None) -> str | None:
        """Return what of this operation the plan does not know, if anything."""
        checks = {
            "an untested version": self.unsupported is not None,
            "no query": self.operation.operation is not OperationType.QUERY or bool(serially),
            "no document": self.document is None,
            "middleware": has_middleware(self),
            "an abort signal or hooks": self.abort_signal is not None or self.hooks is not None,
            "resolvers or predicates of the caller": not known_resolvers(self)
            or self.is_awaitable not in KNOWN_AWAITABLE,
            "errors that do not propagate": not self.error_propagation,
            "incremental delivery": self.schema.get_directive("defer") is not None,
            "fragment arguments": has_variables(self.fragments),
        }
        return next((reason for reason, found in checks.items() if found), None)


def planned_executor(size: int = 512) -> type[PlannedExecutor]:
    """Return an executor class of its own for one schema, which keeps the plans of up to `size` operations."""
    own = {"plans": Plans(size), "aside": Counter[str](), "unsupported": unsupported(), "__doc__": None}
    return type("PlannedExecutor", (PlannedExecutor,), own)
