"""Pairs of directories that look the same to one viewer and differ in everything that this viewer may not see.

Each difference is a sentence with the viewers from whom it is hidden; a pair for a viewer has all of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from resolvers.store.words import Ended, OrganisationKind, ReachKind, ServiceKind, ShieldReason, ShieldState
from tests.cast import ACCOUNTS, cast, full_child
from tests.world import World, ago, id_of

EVERYBODY = frozenset(ACCOUNTS)


@dataclass(frozen=True)
class Difference:
    """Something that is one way in the first world and another in the second."""

    apply: Callable[[World, bool], None]
    hidden_from: frozenset[str]


DIFFERENCES: list[Difference] = []


def hidden(*, but_from: str = "") -> Callable[[Callable[[World, bool], None]], Callable[[World, bool], None]]:
    """Declare a difference that no viewer of the cast may notice, `but_from` those named."""

    def declare(apply: Callable[[World, bool], None]) -> Callable[[World, bool], None]:
        DIFFERENCES.append(Difference(apply, EVERYBODY - frozenset(but_from.split())))
        return apply

    return declare


def common() -> World:
    """Return what both worlds share: an open child, shielded ones, and each viewer's ties to them."""
    world = cast()
    full_child(world, "anna", authority="york")
    for name in ("bea", "sealed"):
        world.child(name)
        world.person(f"mum-{name}", phone=None)
        world.contact(name, f"mum-{name}")
    world.shield("sealed", reason=ShieldReason.ADOPTION)
    world.child("cara")
    world.involve("bea", "tess", "school", ServiceKind.EDUCATION, started_on=ago(days=20))
    world.involve("bea", "olaf", "social", ServiceKind.SOCIAL_CARE, started_on=ago(days=30))
    world.involve("anna", "tess", "school", ServiceKind.EDUCATION, started_on=ago(days=20))
    world.involve("anna", "ruth", "refuge", ServiceKind.VOLUNTARY, started_on=ago(days=10))
    world.application("police", "anna", "bea", "cara")
    world.organisation("bradford", authority="bradford")
    for worker, body in (("otto", "social"), ("tina", "team-office")):
        world.practitioner(worker, body)
        world.involve("anna", worker, body, ServiceKind.SOCIAL_CARE, started_on=ago(days=15))
    for name in ("carol", "dora"):
        world.child(name, authority="york")
    return world


@hidden()
def where_a_shielded_child_is(world: World, second: bool) -> None:
    """An address and a phone in one world, no address known and no phone in the other."""
    if second:
        world.reach("bea", kind=ReachKind.NONE_KNOWN, postcode=None, phone=None, email=None)
    else:
        world.reach("bea", phone="07700 900901")
        world.reach("sealed", phone="07700 900902")


@hidden()
def where_the_carer_of_a_shielded_child_is(world: World, second: bool) -> None:
    """A carer whom the open child Cara shares: two telephones and addresses, changed twice and nine times (R8)."""
    if second:
        world.person("aunt", phone="07700 900903", postcode="LS7 7ZZ", changes=9)
    else:
        world.person("aunt", phone="07700 900904", changes=2)
    for child in ("bea", "cara"):
        world.contact(child, "aunt")


@hidden()
def how_often_what_is_hidden_has_changed(world: World, second: bool) -> None:
    """Counters of groups that nobody in the cast sees on these records, in the second world alone."""
    if second:
        hidden_groups = ("places", "services", "agencies", "lead", "sensitive_services", "identifiers")
        for child in ("bea", "sealed"):
            world.changed(child, whereabouts=7, shield_case=2, trail=9, **dict.fromkeys(hidden_groups, 3))
        world.changed("sealed", former_names=1)
        world.changed("anna", sensitive_services=4, shield_case=1, trail=12)


@hidden(but_from="manager")
def how_often_identifiers_have_changed(world: World, second: bool) -> None:
    """The counter of an open child's identifiers, of which most viewers see those of their own body alone."""
    world.changed("anna", identifiers=5 if second else 2)


@hidden()
def who_is_responsible_for_a_shielded_child(world: World, second: bool) -> None:
    """Two authorities, neither of which the cast's team serves."""
    world.responsible("bea", "bradford" if second else "york", source="other" if second else "case-system")


@hidden()
def school_and_practice_of_a_shielded_child(world: World, second: bool) -> None:
    """A school and a practice in one world, none in the other."""
    if not second:
        world.placement("bea", "school")
        world.registration("bea", "practice")


@hidden()
def services_of_a_shielded_child(world: World, second: bool) -> None:
    """More services, a lead and an assessment in the second world; the viewers' own rows in both."""
    if second:
        world.involve("bea", "carl", "charity", ServiceKind.VOLUNTARY, lead=True, assessment=True)
        world.involve("bea", "ruth", "refuge", ServiceKind.YOUTH_SERVICE)
        world.involve("sealed", "nora", "clinic", ServiceKind.MENTAL_HEALTH, lead=True)


@hidden()
def why_a_child_is_shielded(world: World, second: bool) -> None:
    """Another reason, evidence and state of the same standing shield."""
    if second:
        world.shield("bea", ShieldState.REQUESTED, ShieldReason.KIDNAP_RISK, evidence="a letter of the aunt")
    else:
        world.shield("bea", ShieldState.LIFT_PROPOSED, ShieldReason.OTHER, evidence="a call")


@hidden()
def identifiers_of_a_shielded_child(world: World, second: bool) -> None:
    """An identifier of the viewer's own body, and of others, in one world alone."""
    if second:
        for body in ("school", "social", "clinic"):
            world.identifier("bea", body, f"{body}-1")


@hidden()
def former_names_that_are_sealed(world: World, second: bool) -> None:
    """The former name of an adopted child."""
    world.former_name("sealed", "Birthname" if second else "Othername")


@hidden()
def sensitive_services_of_an_open_child(world: World, second: bool) -> None:
    """Sensitive rows, newer and older than all others, in the second world alone."""
    if second:
        world.involve("anna", "nora", "clinic", ServiceKind.SUBSTANCE_MISUSE, started_on=ago(days=1), lead=True)
        world.involve("anna", None, "clinic", ServiceKind.YOUTH_OFFENDING, started_on=ago(days=900), assessment=True)
        world.involve("anna", "carl", "charity", ServiceKind.YOUTH_SERVICE, sensitive=True, started_on=ago(days=2))


@hidden(but_from="manager")
def identifiers_that_others_issued(world: World, second: bool) -> None:
    """Identifiers of an open child that bodies issued to which no viewer belongs."""
    if second:
        world.identifier("anna", "practice", "PRACTICE-9")
        world.identifier("anna", "charity", "CHARITY-9")


@hidden(but_from="team")
def the_workers_of_a_confidential_body(world: World, second: bool) -> None:
    """A refuge that has, in the second world, more workers who work with the open child by another body."""
    if second:
        world.practitioner("rosa", "refuge", phone="0113 496 0999")
    worker = "rosa" if second else "ruth"
    row = id_of("involvement", "anna/by-a-refuge")
    world.involve("anna", worker, "charity", ServiceKind.YOUTH_SERVICE, started_on=ago(days=5), id=row)


@hidden(but_from="team")
def a_confidential_body_and_the_children_behind_it(world: World, second: bool) -> None:
    """A second refuge whose name and whose workers' names sort among the others, and a shielded child it works with."""
    if second:
        world.organisation("haven", OrganisationKind.CHARITY, authority="leeds", confidential=True, title="Abbey Haven")
        world.practitioner("hana", "haven")
        world.practitioner("otis", "haven", title="Otis Haven")
        world.involve("bea", "hana", "haven", ServiceKind.VOLUNTARY)


@hidden(but_from="team")
def who_works_for_a_confidential_body(world: World, second: bool) -> None:
    """An open child's row with a refuge, done by its own worker in one world and by a colleague of a viewer in the other."""
    for worker, other, child in (("ruth", "otto", "carol"), ("ruth", "tina", "dora")):
        row = id_of("involvement", f"{child}/by-a-refuge")
        world.involve(child, other if second else worker, "refuge", ServiceKind.VOLUNTARY, id=row)


@hidden()
def what_is_hidden_on_a_colleagues_caseload(world: World, second: bool) -> None:
    """Sensitive work with open children and any work with shielded ones, of colleagues of the officer and the team."""
    if second:
        for worker, body in (("otto", "social"), ("tina", "team-office")):
            world.involve("carol", worker, body, ServiceKind.MENTAL_HEALTH)
            world.involve("dora", worker, body, ServiceKind.YOUTH_SERVICE, sensitive=True)
            world.involve("anna", worker, body, ServiceKind.PROBATION)
            world.involve("bea", worker, body, ServiceKind.SOCIAL_CARE)
            world.involve("sealed", worker, body, ServiceKind.SOCIAL_CARE)


@hidden()
def concealed_children(world: World, second: bool) -> None:
    """A concealed record with the same names and birth, a carer in common and the viewers' own work with it."""
    if second:
        world.child("gone", concealed=True)
        world.contact("gone", "mum-anna")
        world.shield("gone")
        world.involve("gone", "tess", "school", ServiceKind.EDUCATION)
        world.application("police", "gone", name="gone")
        world.identifier("gone", "school", "GONE-1")


@hidden(but_from="manager")
def archived_children(world: World, second: bool) -> None:
    """Archived records that would match, and be on a caseload, and share a carer."""
    if second:
        world.child("dead", ended=(Ended.DECEASED, ago(days=400)))
        world.contact("dead", "mum-anna")
        world.shield("dead")
        world.involve("dead", "tess", "school", ServiceKind.EDUCATION)
        world.child("grown", born=date(2008, 6, 15))
        world.involve("grown", "tess", "school", ServiceKind.EDUCATION)


@hidden()
def children_in_conflict(world: World, second: bool) -> None:
    """Thirty records on which every viewer is conflicted: enough to make a search say too many."""
    if second:
        for n in range(30):
            world.child(f"kin{n}", given="Anna")
            world.involve(f"kin{n}", "tess", "school", ServiceKind.EDUCATION)
            for account in ACCOUNTS:
                world.conflict(account, f"kin{n}")
        world.application("police", *(f"kin{n}" for n in range(30)), name="kin")


@hidden(but_from="teacher officer team manager")
def children_outside_an_approved_scope(world: World, second: bool) -> None:
    """Open and shielded children whom no approved application covers, siblings of those covered among them."""
    if second:
        for n in range(30):
            full_child(world, f"other{n}")
        world.application("police", "other1", days_left=0, name="expired")


def pair(viewer: str) -> tuple[World, World]:
    """Return two worlds with the same view for `viewer`."""
    worlds = []
    for second in (False, True):
        world = common()
        for difference in DIFFERENCES:
            difference.apply(world, second and viewer in difference.hidden_from)
        worlds.append(world)
    return worlds[0], worlds[1]
