"""Documents: parsed, validated and measured once, kept by their text."""

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    TypeInfo,
    ValidationContext,
    is_non_null_type,
    parse,
    validate,
    value_from_ast_untyped,
)

from gateway.errors import Code, Refusal, located
from gateway.limits import Limits, over, too_deep
from gateway.measure import Extent, TooDeep, measure
from schema.cost import prices
from schema.fields import DEFINITION
from schema.needs import needs_of
from schema.plan import Selected
from schema.plan.compat import VariableValues, get_variable_values

MOST_ERRORS = 10
"""How many errors of one request are told."""

KEPT = 512
"""How many documents are kept, whole and by their text."""


class Selection:
    """One operation of a document: what it needs before it may run, and all that running it needs but variables."""

    def __init__(
        self, schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, extent: Extent
    ) -> None:
        self._schema, self._extent = schema, extent
        self.selected = Selected(document, operation)
        self.name = operation.name.value if operation.name else None
        self.kind = operation.operation
        self.needs = needs_of(schema, document, operation)
        reads = self.needs.purpose and operation.operation is OperationType.QUERY
        # what is left of a budget is told as at the start, before anything is charged: by the account's own statement
        self.goes_by_belief = reads and not self.needs.account

    def variables(self, given: dict[str, Any]) -> VariableValues:
        """Return the variables of the operation, coerced, before anything is read.

        Raises Refusal BAD_USER_INPUT with an error for each that does not fit its type.
        """
        null = {name for name, value in given.items() if value is None}
        if null and (nulls := null & self._never_null):
            message = f"null for a variable that stands where a value is needed: {', '.join(sorted(nulls))}"
            raise Refusal(Code.BAD_USER_INPUT, message)
        definitions = self.selected.operation.variable_definitions or ()
        coerced = get_variable_values(self._schema, definitions, given, max_errors=MOST_ERRORS, hide_suggestions=True)
        if isinstance(coerced, list):
            raise _refused(Code.BAD_USER_INPUT, coerced)
        return coerced

    def work(self, variables: VariableValues) -> tuple[int, int]:
        """Return how many records the operation may touch with these variables, and how many values it may answer."""
        return self._worked(variables.coerced)

    @property
    def least_work(self) -> tuple[int, int]:
        """The same where variables are left out, as far as they can be."""
        definitions = self.selected.operation.variable_definitions or ()
        defaults = [(each.variable.name.value, each.default_value) for each in definitions]
        return self._worked({name: value_from_ast_untyped(node) for name, node in defaults if node is not None})

    def _worked(self, values: dict[str, Any]) -> tuple[int, int]:
        return self._extent.cost.value(values), self._extent.values.value(values)

    @cached_property
    def _never_null(self) -> set[str]:
        """The variables that stand where null is refused, whatever their defaults."""
        context = ValidationContext(self._schema, self.selected.document, TypeInfo(self._schema), lambda _: None)
        usages = context.get_recursive_variable_usages(self.selected.operation)
        return {usage.node.name.value for usage in usages if is_non_null_type(usage.type)}


class Document:
    """A valid document. `hash` is the SHA-256 of its text, which stands for it in the journal and the log.

    `extents` has what each of its operations comes to; a document that `names_nothing` has no string in it.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        node: DocumentNode,
        text: str,
        extents: Mapping[OperationDefinitionNode, Extent],
        *,
        names_nothing: bool,
    ) -> None:
        self._schema, self._extents = schema, extents
        self.node = node
        self.names_nothing = names_nothing
        self.hash = hashlib.sha256(text.encode()).hexdigest()
        self._selections: dict[str | None, Selection] = {}

    def select(self, name: str | None) -> Selection:
        """Return the operation that `name` names, or the only one.

        Raises Refusal BAD_REQUEST where there is none or more than one such.
        """
        if name not in self._selections:
            operation = self._operation(name)
            self._selections[name] = Selection(self._schema, self.node, operation, self._extents[operation])
        return self._selections[name]

    @property
    def operations(self) -> list[Selection]:
        """All operations of the document, each with what it needs."""
        return [self.select(operation.name.value if operation.name else None) for operation in self._extents]

    def _operation(self, name: str | None) -> OperationDefinitionNode:
        operations = list(self._extents)
        if name is not None:
            operations = [d for d in operations if d.name is not None and d.name.value == name]
        if len(operations) != 1:
            raise Refusal(
                Code.BAD_REQUEST,
                "name one operation of the document in `operationName`: it has none or several such",
            )
        return operations[0]


class Documents:
    """Reads documents for one schema, and keeps those that name nothing: what is kept is kept for all (R37).

    A document with a string in it may name a child, and to whom it is no news would show in the time it takes.
    `hits` and `misses` count what was kept and what was not.
    """

    def __init__(self, schema: GraphQLSchema, limits: Limits) -> None:
        self._schema = schema
        self._prices = prices(schema, DEFINITION)
        self._roots = {kind: root.name for kind in OperationType if (root := schema.get_root_type(kind))}
        self.limits = limits
        self._kept: OrderedDict[str, Document] = OrderedDict()
        self.hits = self.misses = 0

    def read(self, text: str) -> Document:
        """Return the valid document that `text` is.

        Raises Refusal GRAPHQL_PARSE_FAILED, GRAPHQL_VALIDATION_FAILED or LIMIT_EXCEEDED.
        """
        if text in self._kept:
            self.hits += 1
            self._kept.move_to_end(text)
            return self._kept[text]
        self.misses += 1
        node = self._parse(text)
        try:
            size = measure(node, self._prices, self._roots)
        except TooDeep:
            raise too_deep() from None
        self.limits.check(size)
        if errors := validate(self._schema, node, max_errors=MOST_ERRORS, hide_suggestions=True):
            raise _refused(Code.GRAPHQL_VALIDATION_FAILED, errors)
        document = Document(self._schema, node, text, size.operations, names_nothing=not size.strings)
        if document.names_nothing:
            self._kept[text] = document
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return document

    def _parse(self, text: str) -> DocumentNode:
        limit = self.limits.tokens
        try:
            return parse(text, max_lexical_tokens=limit, max_comments=limit)
        except GraphQLError as error:
            if f"more than {limit} " in error.message:
                raise over("tokens", f"more than {limit}", limit, "in all: ask for less at once") from None
            if "nested too deeply" in error.message:
                raise too_deep() from None
            raise _refused(Code.GRAPHQL_PARSE_FAILED, [error]) from None


def _refused(code: Code, errors: list[GraphQLError]) -> Refusal:
    return Refusal(code, errors=[located(code, error) for error in errors])
