"""What case systems feed: entries, each kept or refused by itself."""

from datetime import date
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import UNSET, argument

from resolvers.context import Operation
from resolvers.idempotency import plain
from resolvers.problem import Problem as ProblemRecord
from resolvers.store.words import FeedOutcome, Gender, SensitiveBasis, ServiceKind
from resolvers.submitting import MOST, answered, submit
from resolvers.submitting import FeedResult as ResultRecord
from schema.cost import up_to
from schema.entering import AddressInput
from schema.fields import Info, loading, object_type, open_field
from schema.problems import ABOUT_THE_DEED, Answer, DeedInput, Payload, Problem, perform
from schema.search import ExternalIdentifierInput


@strawberry.input(description="Who a child is, as a case system knows it, with the identifier that it gave the child")
class FeedChildInput:
    external_identifier: ExternalIdentifierInput = strawberry.field(
        description="By which the client's own organisation knows the child; the same for all entries on the child"
    )
    given_names: str = strawberry.field(description="The given names")
    family_name: str = strawberry.field(description="The family name")
    date_of_birth: date = strawberry.field(description="The date of birth, of somebody who is not of age")
    gender: Gender | None = strawberry.field(default=UNSET, description="The gender as registered")


@strawberry.input(description="Work with the child of a practitioner of the client's own organisation")
class FeedInvolvementInput:
    practitioner_id: strawberry.ID = strawberry.field(description="Who works with the child")
    service: ServiceKind = strawberry.field(description="Which service it is")
    started_on: date = strawberry.field(
        name="from", description="When it began; with practitioner and service it says which work it is"
    )
    ended_on: date | None = strawberry.field(default=UNSET, name="to", description="When it ended; null for not yet")
    lead: bool | None = strawberry.field(default=UNSET, description="Whether the practitioner leads")
    assessment: bool | None = strawberry.field(default=UNSET, description="Whether a common assessment is held")
    basis: SensitiveBasis | None = strawberry.field(
        default=UNSET, description="On what ground it is on record; a sensitive service needs one, and it marks any"
    )


@strawberry.input(description="How to reach the child: what is left out stays, null clears")
class FeedReachInput:
    phone: str | None = strawberry.field(default=UNSET, description="The child's own telephone")
    email: str | None = strawberry.field(default=UNSET, description="The child's own e-mail address")
    address: AddressInput | None = strawberry.field(default=UNSET, description="Where the child lives")
    since: date = strawberry.field(
        description="Since when; an address older than the one that is known changes nothing"
    )


@strawberry.input(description="A school place")
class FeedPlacementInput:
    organisation_id: strawberry.ID = strawberry.field(description="Which school")
    started_on: date = strawberry.field(name="from", description="When it began or begins")
    ended_on: date | None = strawberry.field(default=UNSET, name="to", description="When it ends; null for not known")


@strawberry.input(
    description="Exactly one deed for one child, known to the case system by its own identifier; entries on one child "
    "are done in their order"
)
class FeedEntryInput:
    entry: str = strawberry.field(
        description="The client's own name for the entry: sent again under it, it is done once; 200 characters at most"
    )
    child: FeedChildInput = strawberry.field(description="Whom it is about")
    involvement: FeedInvolvementInput | None = strawberry.field(default=UNSET, description="Work with the child")
    reach: FeedReachInput | None = strawberry.field(default=UNSET, description="How to reach the child")
    placement: FeedPlacementInput | None = strawberry.field(default=UNSET, description="A school place of the child")


@strawberry.input(description="What a case system sends at once")
class SubmitFeedInput(DeedInput):
    client_mutation_id: str = strawberry.field(
        description="A key of the client's for this submission: sent again within 24 hours, it answers as before"
    )
    entries: list[FeedEntryInput] = strawberry.field(description=f"1 to {MOST:,} entries")


Submitting = Annotated[SubmitFeedInput, argument(description="What is sent")]


def _problem(root: ResultRecord) -> ProblemRecord | None:
    return root.problem


@object_type(of=ResultRecord, description="What has become of one entry")
class FeedResult:
    entry: str = open_field(why=ABOUT_THE_DEED, description="The name that the entry gave itself")
    outcome: FeedOutcome = open_field(why=ABOUT_THE_DEED, description="Whether it is kept")
    problem: Problem | None = open_field(
        why=ABOUT_THE_DEED, description="What is wrong with it; null where it is kept", resolver=_problem
    )


@loading()
def _results(root: Answer) -> list[ResultRecord]:
    return root.result or []


@object_type(description="What has become of the entries, one by one; empty where the submission itself was refused")
class FeedPayload(Payload):
    results: list[FeedResult] = open_field(
        why=ABOUT_THE_DEED,
        description="One for each entry, in their order",
        resolver=_results,
        cost=up_to(MOST, 0),
    )


async def _read(operation: Operation, key: UUID | None) -> list[ResultRecord]:
    return await answered(operation, key)


async def submit_feed(info: Info, input: Submitting) -> Answer:  # noqa: A002  # the contract's name
    """Submit."""
    deeds = info.context.deeds
    if deeds is None:
        raise RuntimeError("this operation does no deeds: the door gives mutations what they need")
    entries = [plain(entry, UNSET) for entry in input.entries]
    answer = await perform(info, input, submit(entries, deeds.keys, deeds.most_waiting), _read)
    deeds.fed()
    return answer
