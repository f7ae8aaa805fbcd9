"""A child's record, as far as a viewer may know it."""

from datetime import date, datetime
from operator import attrgetter
from typing import Annotated, Any

from strawberry import UNSET, argument

from authz.words import FieldGroup as G
from authz.words import NarrowGroup
from resolvers.context import Operation
from resolvers.involvement import first_services, services
from resolvers.records import ChildRecord, FormerNameRecord, IdentifierRecord, LeadingRecord, StayRecord
from resolvers.store.words import Gender
from resolvers.window import WIDEST
from schema.arguments import After, First
from schema.connection import PAGE, Connection, page_size
from schema.contact import Contact
from schema.cost import FREE, ONE, up_to
from schema.fields import Info, asked_at_once, given, guarded, loading, object_type, part, related
from schema.involvement import Agency, Assessment, Involvement
from schema.node import Node
from schema.organisation import Organisation
from schema.plan import Ask
from schema.shield import Shield
from schema.trail import AccessEvents, access_trail
from schema.whereabouts import Whereabouts
from schema.withheld import WITHHELD_OF_CHILD, Withheld

FIRST_INVOLVEMENTS, MOST_INVOLVEMENTS = 20, 100

Current = Annotated[bool | None, argument(description="Whether to leave out those that have ended")]


@object_type(of=FormerNameRecord, exists_by=(G.FORMER_NAMES,), description="A name that a child had before")
class PersonName:
    given_names: str = part(description="Given names")
    family_name: str = part(description="Family name")
    until: date | None = part(description="Until when, if known")


@object_type(of=StayRecord, exists_by=(G.PLACES,), description="A school place")
class Placement:
    organisation: Organisation = part(description="The school")
    started_on: date = part(name="from", description="Since when")
    ended_on: date | None = part(name="to", description="Until when, if it has ended or is to end")


@object_type(of=StayRecord, exists_by=(G.PLACES,), description="A registration with a general practice")
class Registration:
    organisation: Organisation = part(description="The practice")
    started_on: date = part(name="since", description="Since when")


@object_type(
    of=IdentifierRecord,
    exists_by=(G.IDENTIFIERS, NarrowGroup.ISSUED_IDENTIFIERS),
    description="An identifier that another body issued",
)
class ExternalIdentifier:
    scheme: str = part(description="Which kind of identifier it is")
    value: str = part(description="The identifier")


@loading(lambda of: of.services)
async def _involvements(
    root: ChildRecord,
    info: Info,
    first: First = FIRST_INVOLVEMENTS,
    after: After = UNSET,
    current: Current = True,
) -> Any:
    size = page_size(first, FIRST_INVOLVEMENTS, MOST_INVOLVEMENTS)
    return await services(info.context, root, size, given(after), current_only=current is not False)


def _first_involvements(
    operation: Operation, first: First = FIRST_INVOLVEMENTS, after: After = UNSET, current: Current = True
) -> Ask | None:
    """Ask for the first page of many children at once; a cursor is of one child alone, and read for each."""
    size = page_size(first, FIRST_INVOLVEMENTS, MOST_INVOLVEMENTS)
    if given(after) is not None:
        return None
    loader, page = first_services(operation, size, current_only=current is not False)
    return Ask(loader, join=page)


def _reach(attribute: str) -> Any:
    """Return the resolver of one field of a child's reach."""
    return related(lambda of: of.reach, attrgetter(attribute))


def _assessment(leading: LeadingRecord) -> Any:
    return leading if leading.holder is not None else None


@object_type(of=ChildRecord, exists_by=(G.IDENTITY,), description="A child's record, as far as this viewer may know it")
class Child(Node):
    directory_number: str = part(description="The directory number: 12 digits, the last a check digit")
    given_names: str = part(description="Given names")
    family_name: str = part(description="Family name")
    date_of_birth: date = part(description="Date of birth")
    gender: Gender = part(description="Gender")
    shielded: bool = part(
        description="Whether the record is shielded, from the request for a shield on: told on purpose, so that "
        "nobody mistakes silence for absence"
    )
    version: str = part(
        description="Changes only when something that this viewer sees of the record has changed",
        resolver=related(lambda of: of.child_version),
        cost=ONE,
    )
    former_names: list[PersonName] | None = guarded(
        G.FORMER_NAMES,
        description="Names the child had before",
        resolver=related(lambda of: of.former_names),
        cost=up_to(2),
    )
    contacts: list[Contact] | None = guarded(
        G.CONTACT_NAMES,
        description="Persons with parental responsibility or care",
        resolver=related(lambda of: of.contacts),
        cost=up_to(3),
    )
    whereabouts: Whereabouts | None = guarded(
        G.WHEREABOUTS,
        description="Where the child is, as far as known",
        resolver=_reach("whereabouts"),
        cost=ONE,
    )
    phone: str | None = guarded(
        G.WHEREABOUTS,
        description="The child's own telephone",
        resolver=_reach("phone"),
    )
    email: str | None = guarded(
        G.WHEREABOUTS,
        description="The child's own e-mail address",
        resolver=_reach("email"),
    )
    responsible_authority: Organisation | None = guarded(
        G.WHEREABOUTS,
        description="The authority responsible for the record",
        resolver=_reach("responsible_authority"),
    )
    updated_at: datetime | None = guarded(
        G.WHEREABOUTS,
        description="When the record was last updated",
        resolver=_reach("updated_at"),
    )
    education: list[Placement] | None = guarded(
        G.PLACES, description="School places, newest first", resolver=related(lambda of: of.placements), cost=up_to(3)
    )
    gp_practice: Registration | None = guarded(
        G.PLACES,
        description="The practice the child is registered with",
        resolver=related(lambda of: of.registrations),
        cost=ONE,
    )
    involvements: Connection[Involvement] | None = guarded(
        G.SERVICES,
        NarrowGroup.OWN_SERVICES,
        description="Services working with the child, sensitive ones never among them; `current: false` adds past "
        "ones. A viewer who holds only the own rows gets those, and SERVICES stays in `withheld`",
        resolver=asked_at_once(_involvements, _first_involvements),
        cost=PAGE,
    )
    agencies: list[Agency] | None = guarded(
        G.AGENCIES,
        description="Bodies to ring about this child",
        resolver=related(lambda of: of.agencies),
        cost=up_to(3),
    )
    lead_professional: Involvement | None = guarded(
        G.LEAD,
        description="Who leads the work with the child",
        resolver=related(lambda of: of.leading, lambda leading: leading.lead),
        cost=ONE,
    )
    assessment: Assessment | None = guarded(
        G.LEAD,
        description="Whether a common assessment exists and who holds it",
        resolver=related(lambda of: of.leading, _assessment),
        cost=FREE,
    )
    sensitive_involvements: list[Involvement] | None = guarded(
        G.SENSITIVE_SERVICES,
        NarrowGroup.OWN_SENSITIVE,
        description="Sensitive services working with the child now; for most viewers only the own rows",
        resolver=related(lambda of: of.sensitive),
        cost=up_to(3),
    )
    external_identifiers: list[ExternalIdentifier] | None = guarded(
        G.IDENTIFIERS,
        NarrowGroup.ISSUED_IDENTIFIERS,
        description="Only those issued by the viewer's own organisation, unless the role reads all; of those that "
        "providers of sensitive services issued, others than the own only where SENSITIVE_SERVICES is seen",
        resolver=related(lambda of: of.identifiers),
        cost=up_to(3),
    )
    access_trail: AccessEvents | None = guarded(
        G.TRAIL,
        description=f"Who has looked at this record, the latest first, of the last {WIDEST.days} days; earlier ones "
        "by accessEvents",
        resolver=access_trail,
        cost=PAGE,
    )
    shield: Shield | None = guarded(
        G.SHIELD_CASE,
        description="The case of the shield that stands; of several the one that weighs most",
        resolver=related(lambda of: of.shield_of_child),
        cost=ONE,
    )
    withheld: list[Withheld] = part(
        description="What this viewer does not see of this record, whether or not anything is stored",
        resolver=WITHHELD_OF_CHILD,
    )
