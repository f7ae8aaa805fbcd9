"""Brokered contact: to be put in touch where details are withheld, without being told where anybody is."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry import UNSET, argument

from resolvers.answering import answer_contact
from resolvers.broker import BrokerRequestRecord, broker_requests, read_reference, request_contact
from resolvers.page import Page
from schema.arguments import After, First
from schema.connection import MOST_ROWS, Connection, page_size
from schema.fields import Info, given, loading, object_type, open_field
from schema.problems import Answer, DeedInput, Payload, perform, read_by
from schema.task import read_task

_WHY = "it is the viewer's own request; that its child exists for the viewer, the statement asks"


@object_type(of=BrokerRequestRecord, description="A request of the viewer's own to be put in touch, with its answer")
class BrokerRequest:
    reference: str = open_field(why=_WHY, description="How it is spoken of; it opens nothing and names no team")
    at: datetime = open_field(why=_WHY, description="When it was made")
    message: str = open_field(why=_WHY, description="What was asked, as it was written")
    answer: str | None = open_field(why=_WHY, description="What was answered, if anything; no place is in it")
    answered_at: datetime | None = open_field(why=_WHY, description="When it was answered")


@loading()
async def list_requests(info: Info, first: First = 20, after: After = UNSET) -> Page[BrokerRequestRecord]:
    """Return a page of the viewer's own requests."""
    return await broker_requests(info.context, page_size(first, 20, MOST_ROWS), given(after))


BrokerRequests = Connection[BrokerRequest]


@object_type(description="A request to be put in touch, after it was made")
class BrokerRequestPayload(Payload):
    reference: str | None = open_field(
        why="it is random, and the viewer's own", description="How the request is spoken of", resolver=read_by()
    )


@strawberry.input(description="About whom somebody asks to be put in touch, and why")
class RequestContactInput(DeedInput):
    child_id: strawberry.ID = strawberry.field(description="The child whose carers or workers are to be reached")
    message: str = strawberry.field(
        description="What is asked, 2000 characters at most: the team that is responsible reads it, and nobody else"
    )


@strawberry.input(description="An answer to a request to be put in touch")
class AnswerContactInput(DeedInput):
    task_id: strawberry.ID = strawberry.field(description="The task, of the kind BROKER_REQUEST")
    answer: str = strawberry.field(
        description="What is answered, 2000 characters at most: with a place, a number or a body's name in it, it is "
        "refused"
    )


Requesting = Annotated[RequestContactInput, argument(description="About whom, and why")]
Answering = Annotated[AnswerContactInput, argument(description="Which task, and what is answered")]


async def request_one(info: Info, input: Requesting) -> Answer:  # noqa: A002  # the contract's name
    """Ask to be put in touch."""
    target = str(input.child_id)
    return await perform(info, input, request_contact(target, input.message), read_reference, asked=(target,))


async def answer_one(info: Info, input: Answering) -> Answer:  # noqa: A002
    """Answer a request."""
    target = str(input.task_id)
    return await perform(info, input, answer_contact(target, input.answer), read_task, asked=(target,))
