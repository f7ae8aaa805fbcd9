"""What may be followed: changes on records that the viewer works with, each told under the law of its moment (R34)."""

from collections.abc import AsyncIterable
from datetime import datetime
from typing import Annotated, Any

from strawberry import UNSET, argument

from authz.words import Act, FieldGroup
from resolvers.caseload_event import CaseloadEventRecord, follow
from resolvers.store.words import CaseloadChange
from schema.cost import FREE
from schema.fields import Info, given, object_type, part, root
from schema.summary import ChildSummary

Position = Annotated[
    str | None, argument(description="Go on after the event that had this `position`, with what was missed since")
]


@object_type(
    of=CaseloadEventRecord,
    exists_by=(FieldGroup.IDENTITY,),
    description="A change on a record that the viewer works with. `position` resumes the stream after a reconnect",
)
class CaseloadEvent:
    position: str = part(description="Up to where this viewer has been told: give it as `after` to go on from here")
    at: datetime = part(description="When it was changed; of several such changes that waited, the latest")
    change: CaseloadChange = part(description="What has changed")
    child: ChildSummary = part(description="The child, as the viewer sees the record now", cost=FREE)


async def _caseload_changed(info: Info, after: Position = UNSET) -> AsyncIterable[Any]:
    return await follow(info.context, given(after))


@object_type(description="What may be followed")
class Subscription:
    caseload_changed: CaseloadEvent = root(
        Act.CASELOAD,
        description="Changes on records this viewer works with: only what the viewer may see, decided anew for every "
        "event. Each event leaves an audit event and counts as one record of the hour's budget",
        resolver=_caseload_changed,
        follows=True,
    )
