"""Involvements: who works with a child."""

from datetime import date

import strawberry

from authz.words import FieldGroup, NarrowGroup
from resolvers.records import AgencyRecord, InvolvementRecord, LeadingRecord
from resolvers.store.words import ServiceKind
from schema.cost import ONE
from schema.fields import object_type, part
from schema.organisation import Organisation
from schema.practitioner import Practitioner

_EXISTS_BY = (
    FieldGroup.SERVICES,
    NarrowGroup.OWN_SERVICES,
    FieldGroup.SENSITIVE_SERVICES,
    NarrowGroup.OWN_SENSITIVE,
    FieldGroup.LEAD,
)


@object_type(
    of=InvolvementRecord,
    exists_by=_EXISTS_BY,
    description="One practitioner or service working with one child",
)
class Involvement:
    id: strawberry.ID = part(description="Opaque and random")
    service: ServiceKind = part(description="What kind of service it is")
    organisation: Organisation = part(description="The body that provides it")
    practitioner: Practitioner | None = part(
        description="Who to ring; null for a service without a named worker, and for confidential bodies", cost=ONE
    )
    started_on: date = part(name="from", description="Since when")
    ended_on: date | None = part(name="to", description="Until when, if it has ended or is to end")
    lead: bool = part(description="Whether this is the lead professional")
    assessment: bool = part(description="Whether this is the holder of the common assessment")
    own: bool = part(description="Whether this is the viewer's own involvement")


@object_type(of=LeadingRecord, exists_by=(FieldGroup.LEAD,), description="That a common assessment exists")
class Assessment:
    holder: Involvement = part(description="Who holds it", cost=ONE)


@object_type(
    of=AgencyRecord,
    exists_by=(FieldGroup.AGENCIES,),
    description="A body to ring about a child: no id, no kind, no address",
)
class Agency:
    name: str = part(description="Its name")
    phone: str = part(description="Its telephone")
