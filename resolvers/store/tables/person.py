"""Carers: a person, the link to a child that is a contact, and how to reach the person."""

from datetime import date
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from authz.words import FieldGroup
from resolvers import comparing, names
from resolvers.store.tables.base import LAW, Base, Located, counter, day, derived, flag, key, refers, text, word
from resolvers.store.words import Relationship


class Person(Base):
    __tablename__ = "person"

    id: Mapped[UUID] = key()
    given_names: Mapped[str] = text(FieldGroup.CONTACT_NAMES)
    family_name: Mapped[str] = text(FieldGroup.CONTACT_NAMES)
    given_names_folded: Mapped[str] = derived(names.fold, "given_names", group=FieldGroup.CONTACT_NAMES)
    family_name_key: Mapped[str] = derived(names.name_key, "family_name", group=FieldGroup.CONTACT_NAMES)
    changes: Mapped[int] = counter(FieldGroup.CONTACT_NAMES)

    __table_args__ = (Index(None, "family_name_key", "given_names_folded", postgresql_include=["id"]),)


class Contact(Base):
    """A person's care of one child; current while `ended_on` lies ahead or is null."""

    __tablename__ = "contact"

    id: Mapped[UUID] = key()
    child_id: Mapped[UUID] = refers("child.id")
    person_id: Mapped[UUID] = refers("person.id")
    relationship: Mapped[Relationship] = word(Relationship, FieldGroup.CONTACT_NAMES)
    parental_responsibility: Mapped[bool] = flag(FieldGroup.CONTACT_NAMES)
    started_on: Mapped[date] = day(LAW)
    ended_on: Mapped[date | None] = day(LAW)
    changes: Mapped[int] = counter(FieldGroup.CONTACT_NAMES)

    __table_args__ = (Index(None, "child_id"), Index(None, "person_id"))


class PersonReach(Located, Base):
    __tablename__ = "person_reach"
    GROUP = FieldGroup.WHEREABOUTS

    person_id: Mapped[UUID] = refers("person.id", primary_key=True)
    phone: Mapped[str | None] = text(FieldGroup.WHEREABOUTS)
    email: Mapped[str | None] = text(FieldGroup.WHEREABOUTS)
    phone_key: Mapped[str | None] = derived(comparing.phone_key, "phone", group=FieldGroup.WHEREABOUTS)
    email_key: Mapped[str | None] = derived(comparing.email_key, "email", group=FieldGroup.WHEREABOUTS)
    postcode_key: Mapped[str | None] = derived(comparing.postcode_key, "postcode", group=FieldGroup.WHEREABOUTS)
    changes: Mapped[int] = counter(FieldGroup.WHEREABOUTS)

    __table_args__ = (Index(None, "phone_key"), Index(None, "email_key"), Index(None, "postcode_key"))
