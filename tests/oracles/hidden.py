"""What an attacker is after: the secrets of one shielded child, in worlds where they are one thing or another.

Everything that a viewer without the right may know is the same in each world; every secret of Bea's, and how much
there is of it, is not.
"""

from datetime import date, timedelta
from typing import Any

from authz.words import FieldGroup, Role
from resolvers.store import tables as t
from resolvers.store.words import OrganisationKind, ServiceKind, ShieldReason
from tests.cast import PURPOSE, cast
from tests.world import NOW, World, ago, id_of, number_of

CHOICES: dict[str, tuple[str, str, str]] = {
    "postcode": ("LS6 2AB", "YO1 7HH", "HU12 0QQ"),
    "phone": ("07700 900301", "07701 900302", "+44 7702 900303"),
    "email": ("kite@mail.example", "wren.linden@letters.example", "teal@post.example"),
    "carer's postcode": ("BD1 1XX", "S60 1FD", "DN15 6TR"),
    "carer's phone": ("07710 900401", "0113 4960402", "07712 900403"),
    "carer's email": ("heron@mail.example", "swift@letters.example", "dove.hartley@post.example"),
    "identifier": ("UPN 4471-a", "UPN 98", "UPN 5512-c"),
    "former name": ("Larkspur", "Betony", "Campion"),
    "school": ("ashgrove", "beechwood", "cedarhill"),
    "practice": ("dovecote", "elmfield", "foxglove"),
    "agency": ("hawthorn", "ivybridge", "juniper"),
    "authority": ("derby", "ripon", "selby"),
}
"""What each secret may be. The first is true in the first world, the second in the second, the third in none."""

BODIES = {
    "school": OrganisationKind.SCHOOL,
    "practice": OrganisationKind.GP_PRACTICE,
    "agency": OrganisationKind.CHARITY,
    "authority": OrganisationKind.LOCAL_AUTHORITY,
}
TARGET, SIBLING = "bea", "anna"
FAMILY, CARER, CROWDED = "Linden", "Hartley", "Crowther"
BORN = date(2016, 3, 4)
NUMBER = {"directoryNumber": number_of(TARGET)}
MORE_SERVICES = (ServiceKind.YOUTH_SERVICE, ServiceKind.VOLUNTARY, ServiceKind.HEALTH_VISITING)
CROWD = 25
"""How many open records match a crowded search: with one more it would say `tooMany`."""

ATTACKERS = {
    "teacher": "works with the child",
    "stranger": "a practitioner who does not",
    "officer": "a protection officer without an override",
    "police": "with the child in an approved scope",
    "constable": "police with no application",
    "team": "a team that is not responsible",
    "manager": "a data manager without a task",
}
"""Who attacks: nobody of them may see what is behind the shield."""

INSIDER = "matcher"
"""A data manager with a task on the child, who sees all of it in every world."""


def purpose_of(viewer: str) -> str:
    """Return a purpose that the account of this name holds."""
    others = {"stranger": "teacher", "constable": "police", INSIDER: "manager"}
    kind = "team" if viewer.endswith("-team") else "teacher" if viewer.startswith("clerk-") else viewer
    return PURPOSE[others.get(kind, kind)]


def keeper(truth: int) -> str:
    """Return the account of the team that is responsible for the child in this world."""
    return f"{CHOICES['authority'][truth]}-team"


def directory(truth: int) -> World:
    """Return the world in which each secret is its choice number `truth`."""
    world = cast()
    _bodies(world)
    _viewers(world)
    _family(world)
    _secrets(world, {kind: choices[truth] for kind, choices in CHOICES.items()})
    for n in range(3):
        _crowd(world, n)
    if truth:
        _more_of_everything(world)
    return world


def _bodies(world: World) -> None:
    for kind, what in BODIES.items():
        for n, name in enumerate(CHOICES[kind]):
            phone = f"0113 496 0{list(BODIES).index(kind)}5{n}"
            world.organisation(name, what, authority=name if kind == "authority" else "leeds", phone=phone)
            world.practitioner(f"worker-{name}", name, phone=phone)


def _viewers(world: World) -> None:
    world.practitioner("tanya", "charity")
    world.account("stranger", Role.PRACTITIONER, "charity", practitioner="tanya")
    world.account("constable", Role.POLICE_APPLICANT, "force")
    world.account(INSIDER, Role.DATA_MANAGER, "office")
    for kind in ("school", "practice", "agency"):
        for name in CHOICES[kind]:
            world.account(f"clerk-{name}", Role.PRACTITIONER, name, practitioner=f"worker-{name}")
    for name in CHOICES["authority"]:
        world.account(f"{name}-team", Role.DIRECTORY_TEAM, name)


def _family(world: World) -> None:
    """Add Bea, shielded, her open sister Anna, and two carers of both: what every viewer may know of them."""
    world.child(TARGET, family=FAMILY, born=BORN)
    world.child(SIBLING, family=FAMILY, born=date(2013, 5, 6), authority="bradford")
    world.organisation("bradford", OrganisationKind.LOCAL_AUTHORITY, authority="bradford")
    world.reach(SIBLING, postcode="WF1 4AA", phone="07799 900999", email="sister@mail.example")
    for child in (TARGET, SIBLING):
        world.contact(child, "mum")
        world.contact(child, "aunt")
        world.involve(child, "tess", "school", ServiceKind.EDUCATION, started_on=ago(days=100))
    world.task(INSIDER, TARGET)


def _secrets(world: World, secret: dict[str, str]) -> None:
    world.responsible(TARGET, secret["authority"])
    world.reach(
        TARGET,
        postcode=secret["postcode"],
        phone=secret["phone"],
        email=secret["email"],
        address_lines=f"{len(secret['email'])} {secret['school']} lane",
    )
    for name, family in (("mum", CARER), ("aunt", CROWDED)):
        world.person(name, family=family, given="Maudie", **_reached(secret))
        world.rows[t.PersonReach][-1] |= {"email": secret["carer's email"]}
    world.former_name(TARGET, secret["former name"])
    for kind in ("school", "practice", "agency"):
        world.identifier(TARGET, secret[kind], "PUPIL-9")
    for issuer in ("school", "charity", "social", "force", "team-office", "office"):
        world.identifier(TARGET, issuer, secret["identifier"])
    world.placement(TARGET, secret["school"])
    world.registration(TARGET, secret["practice"])
    work = {"id": id_of("involvement", "work"), "lead": True, "assessment": True, "started_on": ago(days=50)}
    world.involve(TARGET, f"worker-{secret['agency']}", secret["agency"], ServiceKind.VOLUNTARY, **work)
    world.shield(TARGET, reason=ShieldReason.ADOPTION)


def _reached(secret: dict[str, str]) -> dict[str, str]:
    return {"phone": secret["carer's phone"], "postcode": secret["carer's postcode"]}


def _more_of_everything(world: World) -> None:
    """Make the second world differ in how much is hidden, too, and in how often it has changed."""
    world.reach(TARGET, id=id_of("reach", "past"), replaced_at=NOW - timedelta(days=9), until=ago(days=9))
    world.placement(TARGET, "school")
    world.rows[t.Placement][-1]["ended_on"] = ago(days=60)
    for n, service in enumerate(MORE_SERVICES):
        world.involve(TARGET, "carl", "charity", service, started_on=ago(days=10 + 80 * n))
    world.involve(TARGET, "nora", "clinic", ServiceKind.MENTAL_HEALTH, started_on=ago(days=3))
    world.rows[t.Shield][-1] |= {"reason": ShieldReason.WITNESS_PROTECTION, "evidence": "another"}
    for group in FieldGroup:
        if group not in {FieldGroup.IDENTITY, FieldGroup.CONTACT_NAMES, FieldGroup.PLACE}:
            counted = {"child_id": id_of("child", TARGET), "group": group, "changes": 7}
            world.rows[t.ChangeCounter].append(counted)
    for table, key in ((t.ChildReach, "child_id"), (t.PersonReach, "person_id")):
        hidden = {id_of("child", TARGET), id_of("person", "mum"), id_of("person", "aunt")}
        for row in world.rows[table]:
            row["changes"] = 5 if row[key] in hidden else 0


def _crowd(world: World, n: int) -> None:
    """Add as many open children as a search lists, each with choice `n` of what can be searched, and a carer."""
    secret: dict[str, Any] = {kind: choices[n] for kind, choices in CHOICES.items()}
    world.person(f"crowd{n}", family=CROWDED, given="Joan", **_reached(secret))
    world.rows[t.PersonReach][-1] |= {"email": secret["carer's email"]}
    names = [f"crowd{n}x{m}" for m in range(CROWD)]
    for name in names:
        world.child(name, family=FAMILY, given=f"Kim {name}", born=date(2017, 6, 1))
        world.reach(name, postcode=secret["postcode"], phone=secret["phone"], email=secret["email"])
        world.contact(name, f"crowd{n}")
    if n == 0:
        world.application("police", TARGET, SIBLING)
    world.application("police", *names, name=f"crowd{n}")
