"""Documents that were parsed and validated at the door are not parsed and validated again."""

from collections.abc import AsyncIterator

from strawberry.extensions import SchemaExtension


class PreparedDocument(SchemaExtension):
    """Takes the document from the context where the door has put one; else leaves Strawberry to its own."""

    async def on_operation(self) -> AsyncIterator[None]:
        document = getattr(self.execution_context.context, "document", None)
        if document is not None:
            self.execution_context.graphql_document = document
            self.execution_context.validation_rules = ()
        yield
