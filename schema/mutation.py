"""The deeds: what may be done, each with the act that it needs; done one after another, each in one transaction."""

from schema.account import ViewerPayload, accept_agreement
from schema.fields import object_type, open_field


@object_type(
    description="What may be done. Every mutation takes one input with a clientMutationId and answers with what "
    "changed, re-read under the same law, or with problems"
)
class Mutation:
    accept_agreement: ViewerPayload = open_field(
        why="it is the viewer's own account",
        description="Accepts the agreement in force; needs a valid token only",
        resolver=accept_agreement,
    )
