"""The scales: what is asked, found and weighed as far as that goes without reading anything, however it has come."""

from dataclasses import dataclass

from graphql import OperationType

from gateway.access import Stated
from gateway.claims import Bearer
from gateway.limits import Limits
from gateway.operations import Asked
from gateway.request import GraphQLRequest
from gateway.trusted import TrustedDocuments
from gateway.visit import Visit


@dataclass(frozen=True, slots=True)
class Scales:
    """Finds the documents of requests and holds them against `limits`.

    Where it `traces`, a client that asks for a trace (`extensions.trace`) is given one (decision 34).
    """

    documents: TrustedDocuments
    limits: Limits
    traces: bool = False

    def weigh(self, request: GraphQLRequest, bearer: Bearer, stated: Stated, key: str | None, visit: Visit) -> Asked:
        """Return what is asked, valid and within the limits; `key` is the client's for asking again. Raises Refusal."""
        document = self.documents.find(request, bearer.client)
        selection = document.select(request.operation_name)
        visit.asks(document, selection, bearer)
        variables = selection.variables(request.variables or {})
        self.limits.check_work(*selection.work(variables))
        kept = self.traces and selection.kind is not OperationType.SUBSCRIPTION
        traced = kept and (request.extensions or {}).get("trace") is True
        return Asked(document.hash, selection, variables, bearer, stated, key, visit, traced=traced)
