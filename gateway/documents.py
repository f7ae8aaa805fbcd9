"""Documents: parsed, validated and measured once, kept by their text."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    get_variable_values,
    parse,
    validate,
)

from gateway.errors import Code, Refusal, located
from schema.build import build_schema
from schema.needs import Needs, needs_of

KEPT = 512


@dataclass(frozen=True, slots=True)
class Document:
    """A valid document. `hash` is the SHA-256 of its text, which stands for it in the journal and the log."""

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
        coerced = get_variable_values(build_schema()._schema, definitions, given, hide_suggestions=True)
        if isinstance(coerced, list):
            code = Code.BAD_USER_INPUT
            raise Refusal(code, errors=[located(code, error) for error in coerced])

    def needs(self, operation: OperationDefinitionNode) -> Needs:
        """Return what `operation` needs before it may run."""
        return needs_of(build_schema()._schema, self.node, operation)


@lru_cache(maxsize=KEPT)
def read_document(text: str, token_limit: int) -> Document:
    """Return the valid document that `text` is.

    Raises Refusal GRAPHQL_PARSE_FAILED, GRAPHQL_VALIDATION_FAILED or LIMIT_EXCEEDED. Nothing of a viewer
    enters, so that documents may be kept for all.
    """
    node = _parse(text, token_limit)
    errors = validate(build_schema()._schema, node, hide_suggestions=True)
    if errors:
        code = Code.GRAPHQL_VALIDATION_FAILED
        raise Refusal(code, errors=[located(code, error) for error in errors])
    return Document(node, hashlib.sha256(text.encode()).hexdigest())


def _parse(text: str, token_limit: int) -> DocumentNode:
    try:
        return parse(text, max_lexical_tokens=token_limit, max_comments=token_limit)
    except GraphQLSyntaxError as error:
        if f"more than {token_limit} " in error.message:
            message = f"the document has more than {token_limit} tokens: ask for less at once"
            raise Refusal(Code.LIMIT_EXCEEDED, message) from None
        raise _unreadable(error) from None
    except GraphQLError as error:
        raise _unreadable(error) from None


def _unreadable(error: GraphQLError) -> Refusal:
    code = Code.GRAPHQL_PARSE_FAILED
    return Refusal(code, errors=[located(code, error)])
