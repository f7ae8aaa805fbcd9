"""The directory of bodies and workers, and their work with children."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped

from authz.words import FieldGroup
from resolvers import names
from resolvers.store.tables.base import LAW, PUBLIC, Base, Located, day, derived, flag, key, refers, text, word
from resolvers.store.words import SENSITIVE_KINDS, OrganisationKind, SensitiveBasis, ServiceKind


class Organisation(Base):
    """A body. `confidential` ones (refuges) show name and kind alone; `authority_id` is the authority it is in.

    `sensitive_provider` marks bodies whose very name tells of a sensitive service.
    """

    __tablename__ = "organisation"

    id: Mapped[UUID] = key()
    name: Mapped[str] = text(PUBLIC)
    kind: Mapped[OrganisationKind] = word(OrganisationKind, PUBLIC)
    authority_id: Mapped[UUID | None] = refers("organisation.id")
    confidential: Mapped[bool] = flag(LAW)
    sensitive_provider: Mapped[bool] = flag(LAW)
    accredited: Mapped[bool] = flag(LAW)
    name_folded: Mapped[str] = derived(names.fold, "name", group=PUBLIC)

    __table_args__ = (Index(None, "name_folded", "id"),)


class OrganisationPlace(Located, Base):
    """How to reach a body: apart from it, so that a confidential one's place is never read by the way."""

    __tablename__ = "organisation_place"
    GROUP = FieldGroup.PLACE

    organisation_id: Mapped[UUID] = refers("organisation.id", primary_key=True)
    phone: Mapped[str | None] = text(FieldGroup.PLACE)
    email: Mapped[str | None] = text(FieldGroup.PLACE)


class Practitioner(Base):
    """A worker; one of a confidential body exists for its members and its authority's team alone."""

    __tablename__ = "practitioner"

    id: Mapped[UUID] = key()
    organisation_id: Mapped[UUID] = refers("organisation.id", group=PUBLIC)
    name: Mapped[str] = text(PUBLIC)
    profession: Mapped[str] = text(PUBLIC)
    phone: Mapped[str] = text(PUBLIC)
    email: Mapped[str | None] = text(PUBLIC)
    name_folded: Mapped[str] = derived(names.fold, "name", group=PUBLIC)

    __table_args__ = (Index(None, "organisation_id", "name_folded", "id"), Index(None, "name_folded", "id"))


_SENSITIVE = ", ".join(f"'{kind}'" for kind in SENSITIVE_KINDS)


class Involvement(Base):
    """One practitioner or service working with one child; current while `ended_on` lies ahead or is null.

    `basis` is why a sensitive one may be on record; rows of before that was asked for have none.
    INVARIANT (sensitive-by-kind): `sensitive` is true for every sensitive kind, so that readers ask it alone.
    """

    __tablename__ = "involvement"

    id: Mapped[UUID] = key()
    child_id: Mapped[UUID] = refers("child.id")
    practitioner_id: Mapped[UUID | None] = refers("practitioner.id", group=FieldGroup.SERVICES)
    organisation_id: Mapped[UUID] = refers("organisation.id", group=FieldGroup.SERVICES)
    service: Mapped[ServiceKind] = word(ServiceKind, FieldGroup.SERVICES)
    started_on: Mapped[date] = day(FieldGroup.SERVICES)
    ended_on: Mapped[date | None] = day(FieldGroup.SERVICES)
    lead: Mapped[bool] = flag(FieldGroup.SERVICES)
    assessment: Mapped[bool] = flag(FieldGroup.SERVICES)
    sensitive: Mapped[bool] = flag(LAW)
    basis: Mapped[SensitiveBasis | None] = word(SensitiveBasis, FieldGroup.SERVICES)

    __table_args__ = (
        CheckConstraint(f"sensitive OR service NOT IN ({_SENSITIVE})", name="sensitive_by_kind"),
        Index(None, "child_id"),
        Index(None, "practitioner_id", "ended_on"),
    )
