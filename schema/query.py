"""The roots: what may be asked for, each with the act that it needs."""

from typing import Annotated

import strawberry
from strawberry import UNSET, argument

from authz.viewer import Viewer as ViewerRecord
from authz.words import Act
from resolvers.child import caseload as list_caseload
from resolvers.child import open_by_id, open_by_number
from resolvers.contact_search import search_contacts
from resolvers.errors import BadInput
from resolvers.nodes import MOST_NODES, Opened, open_node, open_nodes
from resolvers.organisation import organisations as list_organisations
from resolvers.page import Page
from resolvers.practitioner import practitioners as list_practitioners
from resolvers.records import ChildRecord, ContactRecord, OrganisationRecord, PractitionerRecord
from resolvers.search import MOST
from resolvers.search import search as find_children
from resolvers.store.words import OrganisationKind
from resolvers.window import WIDEST
from schema.alert import Alerts, alerts
from schema.application import AccessApplications, access_applications
from schema.arguments import After, First
from schema.broker import BrokerRequests, list_requests
from schema.child import FIRST_INVOLVEMENTS, Child
from schema.connection import MOST_ROWS, PAGE, Connection, page_size
from schema.contact import ContactConnection
from schema.cost import sliced_by
from schema.fields import Info, directory_root, given, loading, object_type, open_field, root
from schema.node import Node
from schema.organisation import Organisation
from schema.practitioner import Practitioner
from schema.search import ChildSearch, ContactSearch
from schema.shield import ShieldRequests, shield_requests
from schema.summary import ChildSummaryConnection
from schema.task import Tasks, tasks
from schema.trail import FIRST_EVENTS, AccessEvents, access_events
from schema.viewer import Viewer
from schema.wide import check_below

MOST_CASELOAD = 500

NodeId = Annotated[strawberry.ID, argument(description="The id; any text is allowed, and most name nothing")]
NodeIds = Annotated[list[strawberry.ID], argument(description="The ids, each on its own")]
ChildId = Annotated[strawberry.ID | None, argument(description="The id of the child")]
Number = Annotated[str | None, argument(description="The child's directory number, spaces and hyphens allowed")]
CarerSearch = Annotated[ContactSearch, argument(description="What must hold of every contact found")]
Name = Annotated[
    str | None,
    argument(
        description="What the name is to hold: each word the beginning of one, in this order; case and accents do "
        "not matter, and a text without letters or digits finds nothing"
    ),
]
BodyId = Annotated[strawberry.ID | None, argument(description="The id of the organisation they are to work for")]
BodyKind = Annotated[OrganisationKind | None, argument(description="What kind of body it is to be")]
Search = Annotated[ChildSearch, argument(description="What must hold of every child found")]


@loading()
def _viewer(info: Info) -> ViewerRecord:
    return info.context.viewer


async def _node(info: Info, id: NodeId) -> Opened:  # noqa: A002  # the contract's name
    return await open_node(info.context, id)


async def _nodes(info: Info, ids: NodeIds) -> list[Opened]:
    if len(ids) > MOST_NODES:
        raise BadInput(f"`ids` may hold {MOST_NODES} ids at most: ask for the rest in another request")
    return await open_nodes(info.context, ids)


async def _child(
    info: Info,
    id: ChildId = UNSET,  # noqa: A002  # the contract's name
    directory_number: Number = UNSET,
) -> ChildRecord | None:
    by_id, by_number = given(id), given(directory_number)
    if by_id is not None and directory_number is UNSET:
        return await open_by_id(info.context, by_id)
    if by_number is not None and id is UNSET:
        return await open_by_number(info.context, by_number)
    raise BadInput("give exactly one of `id` and `directoryNumber`, not null")


async def _children(info: Info, search: Search, first: First = MOST) -> Page[ChildRecord]:
    return await find_children(info.context, search.criteria(), page_size(first, MOST, MOST))


async def _contacts(info: Info, search: CarerSearch, first: First = MOST) -> Page[ContactRecord]:
    return await search_contacts(info.context, search.criteria(), page_size(first, MOST, MOST))


async def _caseload(info: Info, first: First = 50, after: After = UNSET) -> Page[ChildRecord]:
    size = page_size(first, 50, MOST_CASELOAD)
    if size > MOST_ROWS:
        check_below(info, "involvements", FIRST_INVOLVEMENTS)
        check_below(info, "accessTrail", FIRST_EVENTS)
    return await list_caseload(info.context, size, given(after))


async def _practitioners(
    info: Info, name: Name = UNSET, organisation: BodyId = UNSET, first: First = 20, after: After = UNSET
) -> Page[PractitionerRecord]:
    size = page_size(first, 20, MOST_ROWS)
    return await list_practitioners(info.context, given(name), given(organisation), size, given(after))


async def _organisations(
    info: Info, name: Name = UNSET, kind: BodyKind = UNSET, first: First = 20, after: After = UNSET
) -> Page[OrganisationRecord]:
    size = page_size(first, 20, MOST_ROWS)
    return await list_organisations(info.context, given(name), given(kind), size, given(after))


@object_type(description="What may be asked for")
class Query:
    viewer: Viewer = open_field(
        why="it is the viewer's own account",
        description="Who is asking, and what they may ask for",
        resolver=_viewer,
    )
    node: Node | None = root(
        Act.OPEN,
        description="Opens what an id names; null for whatever is none to this viewer",
        resolver=_node,
    )
    nodes: list[Node | None] = root(
        Act.OPEN,
        description=f"Opens what each of up to {MOST_NODES} ids names, in their order",
        resolver=_nodes,
        cost=sliced_by("ids"),
    )
    child: Child | None = root(
        Act.OPEN,
        description="Opens one record; leaves an audit event. Exactly one of id and directoryNumber, not null; a "
        "malformed value is simply not found",
        resolver=_child,
    )
    children: ChildSummaryConnection = root(
        Act.SEARCH,
        description="Finds children. Only what this viewer may see of a child can find it",
        resolver=_children,
        cost=PAGE,
    )
    contacts: ContactConnection = root(
        Act.SEARCH,
        description="Finds persons with parental responsibility or care, each below a child; opens the records of "
        "these children. Only what this viewer may see of a contact can find it",
        resolver=_contacts,
        cost=PAGE,
    )
    caseload: Connection[Child] = root(
        Act.CASELOAD,
        description="The children this viewer works with now, opened, by family name; every one leaves an audit event",
        resolver=_caseload,
        cost=PAGE,
    )
    access_applications: AccessApplications = root(
        Act.APPLY,
        Act.DECIDE_APPLICATION,
        Act.READ_APPLICATIONS,
        description="Applications for access, newest first: the applicant's own; for deciders those that are not of "
        "their own organisation; for auditors all",
        resolver=access_applications,
        cost=PAGE,
    )
    shield_requests: ShieldRequests = root(
        Act.DECIDE_SHIELD,
        description="Shields of the records for which the viewer's team is responsible, newest first; each opens its "
        "record",
        resolver=shield_requests,
        cost=PAGE,
    )
    tasks: Tasks = root(
        Act.TASKS,
        description="The work that waits for this viewer, oldest first: for directory teams on records for which they "
        "are responsible, for data managers matches assigned to them",
        resolver=tasks,
        cost=PAGE,
    )
    alerts: Alerts = root(
        Act.ALERTS,
        description="What people should look at, newest first; references only",
        resolver=alerts,
        cost=PAGE,
    )
    broker_requests: BrokerRequests = root(
        Act.BROKER,
        description="The viewer's own requests for brokered contact, newest first, with their answers",
        resolver=list_requests,
        cost=PAGE,
    )
    access_events: AccessEvents = root(
        Act.READ_TRAIL,
        description="The journal, the latest first: for auditors all of it, by reference; for directory teams the "
        "events of records for which they are responsible. `from` and `to` may be "
        f"{WIDEST.days} days apart",
        resolver=access_events,
        cost=PAGE,
    )
    practitioners: Connection[Practitioner] = directory_root(
        description="The workers in the public directory, by name. Needs no purpose, unless it reaches a child",
        resolver=_practitioners,
        cost=PAGE,
    )
    organisations: Connection[Organisation] = directory_root(
        description="The bodies in the public directory, by name. Needs no purpose, unless it reaches a child",
        resolver=_organisations,
        cost=PAGE,
    )
