"""The loaders of one operation: each made when first asked for, kept for the operation, shared with no other."""

from functools import cached_property
from typing import TYPE_CHECKING
from uuid import UUID

from resolvers.agency import AgencyLoader
from resolvers.application import ApplicationLoader
from resolvers.application_parts import CoveredLoader, DecisionsLoader
from resolvers.budget import ChargeLoader
from resolvers.caseload import CaseloadsLoader
from resolvers.child import ChildLoader, NumberLoader
from resolvers.contact import ContactsLoader, OwnerLoader, PersonReachLoader
from resolvers.cursor import Place
from resolvers.former_name import FormerNameLoader
from resolvers.identifier import IdentifierLoader
from resolvers.involvement import SensitiveLoader, ServicesLoader
from resolvers.leading import LeadingLoader
from resolvers.organisation import OrganisationLoader
from resolvers.own_work import OwnWorkLoader
from resolvers.practitioner import PractitionerLoader, WorkersLoader
from resolvers.reach import ReachLoader
from resolvers.shield import ShieldLoader, ShieldOfChildLoader
from resolvers.stay import PlacementLoader, RegistrationLoader
from resolvers.task import TaskLoader
from resolvers.trail import TrailLoader
from resolvers.version import ChildVersionLoader, ContactVersionLoader

if TYPE_CHECKING:
    from resolvers.context import Operation


class Loaders:
    """One loader a relation; INVARIANT (one-operation): every loader belongs to one viewer's one operation."""

    def __init__(self, operation: "Operation") -> None:
        self._operation = operation
        self._services: dict[tuple[int, UUID | None, bool], ServicesLoader] = {}
        self._workers: dict[tuple[int, UUID | None], WorkersLoader] = {}
        self._caseloads: dict[tuple[int, UUID | None], CaseloadsLoader] = {}
        self._trails: dict[tuple[int, Place | None], TrailLoader] = {}

    @cached_property
    def charge(self) -> ChargeLoader:
        return ChargeLoader(self._operation)

    @cached_property
    def child(self) -> ChildLoader:
        return ChildLoader(self._operation)

    @cached_property
    def number(self) -> NumberLoader:
        return NumberLoader(self._operation)

    @cached_property
    def owner(self) -> OwnerLoader:
        return OwnerLoader(self._operation)

    @cached_property
    def contacts(self) -> ContactsLoader:
        return ContactsLoader(self._operation)

    @cached_property
    def person_reach(self) -> PersonReachLoader:
        return PersonReachLoader(self._operation)

    @cached_property
    def reach(self) -> ReachLoader:
        return ReachLoader(self._operation)

    @cached_property
    def placements(self) -> PlacementLoader:
        return PlacementLoader(self._operation)

    @cached_property
    def registrations(self) -> RegistrationLoader:
        return RegistrationLoader(self._operation)

    @cached_property
    def former_names(self) -> FormerNameLoader:
        return FormerNameLoader(self._operation)

    @cached_property
    def identifiers(self) -> IdentifierLoader:
        return IdentifierLoader(self._operation)

    @cached_property
    def sensitive(self) -> SensitiveLoader:
        return SensitiveLoader(self._operation)

    @cached_property
    def leading(self) -> LeadingLoader:
        return LeadingLoader(self._operation)

    @cached_property
    def agencies(self) -> AgencyLoader:
        return AgencyLoader(self._operation)

    @cached_property
    def child_version(self) -> ChildVersionLoader:
        return ChildVersionLoader(self._operation)

    @cached_property
    def contact_version(self) -> ContactVersionLoader:
        return ContactVersionLoader(self._operation)

    @cached_property
    def organisation(self) -> OrganisationLoader:
        return OrganisationLoader(self._operation)

    @cached_property
    def practitioner(self) -> PractitionerLoader:
        return PractitionerLoader(self._operation)

    @cached_property
    def application(self) -> ApplicationLoader:
        return ApplicationLoader(self._operation)

    @cached_property
    def task(self) -> TaskLoader:
        return TaskLoader(self._operation)

    @cached_property
    def own_work(self) -> OwnWorkLoader:
        return OwnWorkLoader(self._operation)

    @cached_property
    def decisions(self) -> DecisionsLoader:
        return DecisionsLoader(self._operation)

    @cached_property
    def covered(self) -> CoveredLoader:
        return CoveredLoader(self._operation)

    @cached_property
    def shield(self) -> ShieldLoader:
        return ShieldLoader(self._operation)

    @cached_property
    def shield_of_child(self) -> ShieldOfChildLoader:
        return ShieldOfChildLoader(self._operation)

    def workers(self, first: int, after: UUID | None) -> WorkersLoader:
        """Return the loader of bodies' practitioners for one set of arguments."""
        key = first, after
        if key not in self._workers:
            self._workers[key] = WorkersLoader(self._operation, first, after)
        return self._workers[key]

    def caseloads(self, first: int, after: UUID | None) -> CaseloadsLoader:
        """Return the loader of practitioners' caseloads for one set of arguments."""
        key = first, after
        if key not in self._caseloads:
            self._caseloads[key] = CaseloadsLoader(self._operation, first, after)
        return self._caseloads[key]

    def trail(self, first: int, after: Place | None) -> TrailLoader:
        """Return the loader of records' trails for one set of arguments."""
        key = first, after
        if key not in self._trails:
            self._trails[key] = TrailLoader(self._operation, first, after)
        return self._trails[key]

    def services(self, first: int, after: UUID | None, *, current_only: bool) -> ServicesLoader:
        """Return the loader of involvements for one set of arguments."""
        key = first, after, current_only
        if key not in self._services:
            self._services[key] = ServicesLoader(self._operation, first, after, current_only=current_only)
        return self._services[key]
