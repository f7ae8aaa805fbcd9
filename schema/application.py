"""Access that is applied for: what an application shows, and how one is listed."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry import UNSET, argument

from authz.words import Role
from resolvers.application import applications
from resolvers.application_parts import children_of
from resolvers.page import Page
from resolvers.records import ChildRecord
from resolvers.store.words import ApplicationState, LegalBasis
from resolvers.work_records import ApplicationRecord, DecisionRecord
from schema.arguments import After, First
from schema.connection import MOST_ROWS, Connection, page_size
from schema.cost import up_to
from schema.fields import Info, given, loading, object_type, open_field, related
from schema.organisation import Organisation
from schema.summary import ChildSummary

_WHY = "it is about the application; whose it is and who decides on it, the statement asks"

State = Annotated[ApplicationState | None, argument(description="In which state they are to be now")]


@loading(lambda of: of.covered, lambda of: of.number)
async def _children(root: ApplicationRecord, info: Info) -> list[ChildRecord]:
    return await children_of(info.context, root)


def _id(root: ApplicationRecord) -> strawberry.ID:
    return strawberry.ID(root.id)


@object_type(
    of=DecisionRecord,
    description="One decision on an application. `by` and `note` are for deciders, directory teams and auditors only",
)
class ApplicationDecision:
    role: Role = open_field(why=_WHY, description="The role of who decided, at that time")
    approve: bool = open_field(why=_WHY, description="Whether it was approved")
    at: datetime = open_field(why=_WHY, description="When")
    by: str | None = open_field(why=f"{_WHY}; for the applicant it is not read", description="The name of who decided")
    note: str | None = open_field(why=f"{_WHY}; for the applicant it is not read", description="Why")


@object_type(of=ApplicationRecord, description="Access applied for, case by case")
class AccessApplication:
    id: strawberry.ID = open_field(why=_WHY, description="Opaque and random; `node` does not open it", resolver=_id)
    applicant: str = open_field(why=_WHY, description="The name of who applies")
    organisation: Organisation = open_field(why=_WHY, description="The body of who applies")
    legal_basis: LegalBasis = open_field(why=_WHY, description="On which legal basis")
    justification: str = open_field(why=_WHY, description="Why access is needed")
    requested: list[str] = open_field(why=_WHY, description="The directory numbers as they were asked for")
    children: list[ChildSummary] = open_field(
        why="whom it names, is judged child by child",
        description="Those that exist for this viewer now: for the applicant, none until approved",
        resolver=_children,
        cost=up_to(5),
    )
    state: ApplicationState = open_field(why=_WHY, description="How far it has come, as at now")
    decisions: list[ApplicationDecision] = open_field(
        why=_WHY, description="What was decided, oldest first", resolver=related(lambda of: of.decisions), cost=up_to(2)
    )
    expires_at: datetime | None = open_field(why=_WHY, description="Until when access is open; null until approved")


@loading()
async def access_applications(
    info: Info, state: State = UNSET, first: First = 20, after: After = UNSET
) -> Page[ApplicationRecord]:
    """Return a page of applications."""
    return await applications(info.context, given(state), page_size(first, 20, MOST_ROWS), given(after))


AccessApplications = Connection[AccessApplication]
