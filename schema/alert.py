"""Alerts: what people should look at, by reference."""

from datetime import datetime

import strawberry
from strawberry import UNSET

from resolvers.alert import alerts as list_alerts
from resolvers.page import Page
from resolvers.store.words import AlertKind
from resolvers.work_records import AlertRecord
from schema.arguments import After, First
from schema.connection import MOST_ROWS, Connection, page_size
from schema.fields import Info, given, loading, object_type, open_field

_WHY = "it is a reference to the journal; no column about a child is read for it"


def _id(root: AlertRecord) -> strawberry.ID:
    return strawberry.ID(root.id)


@object_type(of=AlertRecord, description="Something that people should look at")
class Alert:
    id: strawberry.ID = open_field(why=_WHY, description="Opaque and random; `node` does not open it", resolver=_id)
    kind: AlertKind = open_field(why=_WHY, description="What it is about")
    at: datetime = open_field(why=_WHY, description="When it was raised")
    event: str = open_field(why=_WHY, description="The id of the event in the journal that raised it")


@loading()
async def alerts(info: Info, first: First = 20, after: After = UNSET) -> Page[AlertRecord]:
    """Return a page of alerts."""
    return await list_alerts(info.context, page_size(first, 20, MOST_ROWS), given(after))


Alerts = Connection[Alert]
