"""Documents: parsed, validated and measured once, kept by their text."""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    TypeInfo,
    ValidationContext,
    get_variable_values,
    is_non_null_type,
    parse,
    validate,
)

from gateway.errors import Code, Refusal, located
from gateway.limits import Limits, measure
from schema.needs import Needs, needs_of

MOST_ERRORS = 10
"""How many errors of one request are told."""

KEPT = 512
"""How many documents are kept, whole and by their text."""


@dataclass(frozen=True, slots=True)
class Document:
    """A valid document. `hash` is the SHA-256 of its text, which stands for it in the journal and the log."""

    schema: GraphQLSchema
    node: DocumentNode
    hash: str

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """Return the operation that `name` names, or the only one.

        Raises Refusal BAD_REQUEST where there is none or more than one such.
        """
        operations = [d for d in self.node.definitions if isinstance(d, OperationDefinitionNode)]
        if name is not None:
            operations = [d for d in operations if d.name is not None and d.name.value == name]
        if len(operations) != 1:
            raise Refusal(
                Code.BAD_REQUEST,
                "name one operation of the document in `operationName`: it has none or several such",
            )
        return operations[0]

    def check_variables(self, operation: OperationDefinitionNode, given: dict[str, Any]) -> None:
        """Refuse variables that do not fit their types, before anything is read.

        Raises Refusal BAD_USER_INPUT with an error a variable.
        """
        definitions = operation.variable_definitions or ()
        null = {name for name, value in given.items() if value is None}
        if null and (nulls := null & self._never_null(operation)):
            message = f"null for a variable that stands where a value is needed: {', '.join(sorted(nulls))}"
            raise Refusal(Code.BAD_USER_INPUT, message)
        coerced = get_variable_values(self.schema, definitions, given, max_errors=MOST_ERRORS, hide_suggestions=True)
        if isinstance(coerced, list):
            raise _refused(Code.BAD_USER_INPUT, coerced)

    def _never_null(self, operation: OperationDefinitionNode) -> set[str]:
        """Return the variables of `operation` that stand where null is refused, whatever their defaults."""
        context = ValidationContext(self.schema, self.node, TypeInfo(self.schema), lambda _: None)
        usages = context.get_recursive_variable_usages(operation)
        return {usage.node.name.value for usage in usages if is_non_null_type(usage.type)}

    def needs(self, operation: OperationDefinitionNode) -> Needs:
        """Return what `operation` needs before it may run."""
        return needs_of(self.schema, self.node, operation)


class Documents:
    """Reads documents for one schema, and keeps those that name nothing: what is kept is kept for all (R37).

    A document with a string in it may name a child, and to whom it is no news would show in the time it takes.
    """

    def __init__(self, schema: GraphQLSchema, limits: Limits) -> None:
        self._schema = schema
        self._limits = limits
        self._kept: OrderedDict[str, Document] = OrderedDict()

    def read(self, text: str) -> Document:
        """Return the valid document that `text` is.

        Raises Refusal GRAPHQL_PARSE_FAILED, GRAPHQL_VALIDATION_FAILED or LIMIT_EXCEEDED.
        """
        if text in self._kept:
            self._kept.move_to_end(text)
            return self._kept[text]
        node = self._parse(text)
        size = measure(node)
        self._limits.check(size)
        if errors := validate(self._schema, node, max_errors=MOST_ERRORS, hide_suggestions=True):
            raise _refused(Code.GRAPHQL_VALIDATION_FAILED, errors)
        document = Document(self._schema, node, hashlib.sha256(text.encode()).hexdigest())
        if not size.strings:
            self._kept[text] = document
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return document

    def _parse(self, text: str) -> DocumentNode:
        limit = self._limits.tokens
        try:
            return parse(text, max_lexical_tokens=limit, max_comments=limit)
        except GraphQLError as error:
            if f"more than {limit} " in error.message:
                message = f"the document has more than {limit} tokens: ask for less at once"
                raise Refusal(Code.LIMIT_EXCEEDED, message) from None
            raise _refused(Code.GRAPHQL_PARSE_FAILED, [error]) from None


def _refused(code: Code, errors: list[GraphQLError]) -> Refusal:
    return Refusal(code, errors=[located(code, error) for error in errors])
