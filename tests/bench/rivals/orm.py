"""What the Strawberry rivals load: ORM entities by aiodataloader, a loader for each relation, made for each request.

Which rows a viewer may reach, and under which verdict, is asked of the same law as the gateway asks: conditions of
`resolvers.scope` in the statements, sights of `authz`. An entity carries its verdict as `sight`.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any
from uuid import UUID

from aiodataloader import DataLoader
from sqlalchemy import Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from authz.sight import sight_of, sight_of_body, sight_of_contact
from authz.viewer import Viewer
from authz.words import FieldGroup
from resolvers.clock import Moment
from resolvers.contact import sibling_codes
from resolvers.context import lens
from resolvers.facts import FACTS, read_codes
from resolvers.scope import current, facts_code, known, on_own_caseload, sees_where
from resolvers.store import tables as t


class Loaders:
    """The loaders of one request, on its one session."""

    def __init__(self, session: AsyncSession, viewer: Viewer, moment: Moment) -> None:
        self._session, self._viewer, self._lens = session, viewer, lens(viewer, moment)
        self._turn = asyncio.Lock()
        self.contacts: Any = DataLoader(self._contacts, get_cache_key=attrgetter("id"))
        self.reach: Any = DataLoader(self._reaches)
        self.involvements: Any = DataLoader(self._involvements, get_cache_key=attrgetter("id"))
        self.practitioner: Any = DataLoader(self._practitioners)
        self.organisation: Any = DataLoader(self._organisations)

    async def _rows(self, statement: Select[Any]) -> Sequence[Any]:
        async with self._turn:  # a session takes one statement at a time
            return (await self._session.execute(statement, self._lens)).all()

    async def children(self, *conditions: Any, limit: int, by_name: bool = True) -> list[Any]:
        """Return the children that exist for the viewer and meet `conditions`, by name."""
        role = self._viewer.role
        statement = select(t.Child, facts_code(role, t.Child).label("facts"))
        statement = statement.where(sees_where(role, (FieldGroup.IDENTITY,), t.Child), *conditions).limit(limit)
        if by_name:
            order = t.Child.family_name_folded, t.Child.given_names_folded, t.Child.date_of_birth
            statement = statement.order_by(*order, t.Child.directory_number)
        return [self._judged(child, code) for child, code in await self._rows(statement)]

    async def caseload(self, limit: int) -> list[Any]:
        return await self.children(on_own_caseload(t.Child), limit=limit)

    def _judged(self, child: Any, code: int) -> Any:
        child.record, child.facts = child.id, FACTS[code]
        child.sight = sight_of(self._viewer, child.facts)
        return child

    async def _contacts(self, children: list[Any]) -> list[list[Any]]:
        of = {child.id: child for child in children}
        rows = await self._rows(
            select(t.Contact, t.Person, sibling_codes(self._viewer.role, t.Contact).label("siblings"))
            .join(t.Person, t.Person.id == t.Contact.person_id)
            .where(t.Contact.child_id.in_(of), current(t.Contact))
        )
        found = defaultdict(list)
        for contact, person, siblings in rows:
            child = of[contact.child_id]
            contact.record, contact.person = child.id, person
            contact.sight = sight_of_contact(self._viewer, child.sight, child.facts, read_codes(siblings))
            found[child.id].append(contact)
        return [sorted(found[child.id], key=_by_name) for child in children]

    async def _reaches(self, people: list[UUID]) -> list[Any]:
        rows = await self._rows(select(t.PersonReach).where(t.PersonReach.person_id.in_(people)))
        return _in_order(people, ((reach.person_id, reach) for (reach,) in rows))

    async def _involvements(self, children: list[Any]) -> list[list[Any]]:
        of = {child.id: child for child in children}
        whole = [child.id for child in children if child.sight.sees(FieldGroup.SERVICES.bit)]
        own = and_(t.Involvement.child_id.in_(of), t.Involvement.practitioner_id == self._viewer.practitioner)
        rows = await self._rows(
            select(t.Involvement)
            .where(or_(t.Involvement.child_id.in_(whole), own), ~t.Involvement.sensitive, current(t.Involvement))
            .order_by(t.Involvement.started_on.desc(), t.Involvement.id)
        )
        found = defaultdict(list)
        for (involvement,) in rows:
            involvement.own = involvement.practitioner_id == self._viewer.practitioner
            found[involvement.child_id].append(involvement)
        return [found[child.id] for child in children]

    async def _practitioners(self, keys: list[UUID]) -> list[Any]:
        rows = await self._rows(
            select(t.Practitioner)
            .join(t.Organisation, t.Organisation.id == t.Practitioner.organisation_id)
            .where(t.Practitioner.id.in_(keys), known(t.Organisation))
        )
        return _in_order(keys, ((worker.id, worker) for (worker,) in rows))

    async def _organisations(self, keys: list[UUID]) -> list[Any]:
        body, place = t.Organisation, t.OrganisationPlace
        rows = await self._rows(
            select(body, place, known(body).label("known"))
            .outerjoin(place, and_(place.organisation_id == body.id, known(body)))
            .where(body.id.in_(keys))
        )
        for organisation, where, is_known in rows:
            organisation.place, organisation.record = where, None
            organisation.sight = sight_of_body(is_known)
        return _in_order(keys, ((row[0].id, row[0]) for row in rows))


def _by_name(contact: Any) -> Any:
    person = contact.person
    return not contact.parental_responsibility, person.family_name_key, person.given_names_folded, contact.id


def _in_order(keys: list[UUID], found: Iterable[tuple[UUID, Any]]) -> list[Any]:
    by_key = dict(found)
    return [by_key.get(key) for key in keys]
