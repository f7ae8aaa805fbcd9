"""Documents: parsed, validated and measured once, kept by their text."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    get_variable_values,
    parse,
    validate,
)

from gateway.errors import Code, Refusal, located
from schema.needs import Needs, needs_of

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
        coerced = get_variable_values(self.schema, definitions, given, hide_suggestions=True)
        if isinstance(coerced, list):
            raise _refused(Code.BAD_USER_INPUT, coerced)

    def needs(self, operation: OperationDefinitionNode) -> Needs:
        """Return what `operation` needs before it may run."""
        return needs_of(self.schema, self.node, operation)


class Documents:
    """Reads documents for one schema. Nothing of a viewer enters, so what is kept is kept for all (R37)."""

    def __init__(self, schema: GraphQLSchema, token_limit: int) -> None:
        self._schema = schema
        self._token_limit = token_limit
        self.read = lru_cache(KEPT)(self._read)

    def _read(self, text: str) -> Document:
        """Return the valid document that `text` is.

        Raises Refusal GRAPHQL_PARSE_FAILED, GRAPHQL_VALIDATION_FAILED or LIMIT_EXCEEDED.
        """
        node = self._parse(text)
        if errors := validate(self._schema, node, hide_suggestions=True):
            raise _refused(Code.GRAPHQL_VALIDATION_FAILED, errors)
        return Document(self._schema, node, hashlib.sha256(text.encode()).hexdigest())

    def _parse(self, text: str) -> DocumentNode:
        limit = self._token_limit
        try:
            return parse(text, max_lexical_tokens=limit, max_comments=limit)
        except GraphQLError as error:
            if f"more than {limit} " in error.message:
                message = f"the document has more than {limit} tokens: ask for less at once"
                raise Refusal(Code.LIMIT_EXCEEDED, message) from None
            raise _refused(Code.GRAPHQL_PARSE_FAILED, [error]) from None


def _refused(code: Code, errors: list[GraphQLError]) -> Refusal:
    return Refusal(code, errors=[located(code, error) for error in errors])
