"""Random directories, dense in what the law tells apart: every shield, life, tie, household and confidential body."""

import random
from datetime import date, timedelta
from typing import Any

from authz.words import FieldGroup, Role
from resolvers.store import tables as t
from resolvers.store.words import (
    SENSITIVE_KINDS,
    Ended,
    Gender,
    OrganisationKind,
    ReachKind,
    Relationship,
    ServiceKind,
    ShieldReason,
    ShieldState,
    TaskKind,
)
from tests.cast import ACCOUNTS, cast
from tests.world import NOW, World, ago, id_of
from tests.worlds.paperwork import add_applications, add_cases, add_correspondence, add_deeds, add_journal
from tests.worlds.rows import Rows

VIEWERS = ACCOUNTS | {
    "nurse": Role.PRACTITIONER,
    "helper": Role.PRACTITIONER,
    "rivals": Role.DIRECTORY_TEAM,
    "lapsed": Role.PRACTITIONER,
}
"""The accounts that look: the cast; a worker of a sensitive provider, one of a refuge, another team, a lapsed one."""

CHILDREN, PERSONS = 56, 20
FAMILIES = ("Ashworth",) * 5 + ("Ashworth-Lee", "O'Connor", "Nguyễn Van", "Żak", "Mac Donald")
GIVEN = ("Anna", "Anna", "Anna Maria", "Bea", "Zoë", "Zoe", "Tom", "Oluwaseun", "Ann")
BORN = tuple(date(2015, 3, 4) + timedelta(days=70 * n) for n in range(9))
POSTCODES = ("LS2 9JT", "LS2 9JT", "YO1 7HH", "BD1 1AA", "ls29jt")
PHONES = ("07700 900111", "+44 7700 900111", "07700 900222", "0113 496 0333", None)
WORKERS = {
    "tess": "school",
    "tom": "school",
    "olaf": "social",
    "oona": "social",
    "nora": "clinic",
    "nick": "clinic",
    "ruth": "refuge",
    "rosa": "refuge",
    "sue": "shelter",
    "sia": "shelter",
    "carl": "charity",
    "finn": "force",
}
BODIES = (
    "school",
    "practice",
    "social",
    "charity",
    "clinic",
    "refuge",
    "shelter",
    "parole",
    "force",
    "hostel",
    "surgery",
)
AUTHORITIES = ("leeds", "leeds", "york", "york", "bradford", None)
OF_VIEWERS = {"teacher": "tess", "officer": "olaf", "nurse": "nora", "helper": "ruth", "lapsed": "tom"}


def _people(world: World) -> None:
    world.organisation("bradford", OrganisationKind.LOCAL_AUTHORITY, authority="bradford")
    world.organisation("shelter", OrganisationKind.CHARITY, authority="york", confidential=True)
    world.organisation("parole", OrganisationKind.PROBATION, authority="york")
    world.organisation("hostel", OrganisationKind.OTHER, authority="bradford", phone=None)
    world.organisation("surgery", OrganisationKind.GP_PRACTICE, authority="york")
    for worker in ("tom", "oona", "nick", "rosa", "sue", "sia", "finn"):
        world.practitioner(worker, WORKERS[worker])
    world.account("nurse", Role.PRACTITIONER, "clinic", practitioner="nora")
    world.account("helper", Role.PRACTITIONER, "refuge", practitioner="ruth")
    world.account("rivals", Role.DIRECTORY_TEAM, "york")
    world.account("lapsed", Role.PRACTITIONER, "school", practitioner="tom", vetted_until=ago(days=1))
    world.account("colleague", Role.PROTECTION_OFFICER, "social", practitioner="oona")


class _Maker:
    """Adds children one by one, each by chance."""

    def __init__(self, world: World, rng: random.Random) -> None:
        self.world, self.rng = world, rng
        self.children: list[str] = []

    def chance(self, of: float) -> bool:
        return self.rng.random() < of

    def carers(self) -> None:
        for n in range(PERSONS):
            given, family = self.rng.choice(GIVEN), self.rng.choice(("Carer", "Carer", "Ashworth", "Żak"))
            phone, postcode = self.rng.choice(PHONES), self.rng.choice(POSTCODES)
            self.world.person(f"carer{n}", given=given, family=family, phone=phone, postcode=postcode)

    def child(self, name: str) -> None:
        lives: list[dict[str, Any]] = [{}] * 14 + [
            {"ended": (Ended.LEFT, ago(days=30))},
            {"ended": (Ended.LEFT, ago(days=-30))},
            {"ended": (Ended.DECEASED, ago(days=30))},
            {"ended": (Ended.DECEASED, ago(days=400))},
            {"born": date(2008, 6, 15)},
            {"concealed": True},
        ]
        row = {"born": self.rng.choice(BORN), "gender": self.rng.choice(list(Gender)), **self.rng.choice(lives)}
        family, given = self.rng.choice(FAMILIES), self.rng.choice(GIVEN)
        self.world.child(name, family=family, given=given, authority=self.rng.choice(AUTHORITIES), **row)
        self.children.append(name)
        self._shields(name)
        self._reaches(name)
        self._household(name)
        self._work(name)
        self._rest(name)
        self._ties(name)

    def _shields(self, name: str) -> None:
        for state in self.rng.sample(list(ShieldState), self.rng.choice((0, 0, 1, 1, 2))):
            reason = None if state is ShieldState.HOLD else self.rng.choice(list(ShieldReason))
            self.world.shield(name, state, reason, evidence=f"letter {self.rng.randrange(9)}")
            row = self.world.rows[t.Shield][-1]
            for column in ("requested_by_id", "decided_by_id", "lift_proposed_by_id"):
                if self.chance(0.4):
                    row[column] = id_of("account", self.rng.choice(("team", "rivals", "officer")))
            if self.chance(0.4):
                row["review_by"] = ago(days=-30)

    def _reaches(self, name: str) -> None:
        if self.chance(0.85):
            self.world.reach(name, **self._reach())
        if self.chance(0.3):
            replaced = NOW - timedelta(days=3)
            self.world.reach(name, **self._reach(), id=id_of("reach", f"{name}/old"), replaced_at=replaced)

    def _reach(self) -> dict[str, Any]:
        return {
            "kind": self.rng.choice([ReachKind.CURRENT] * 4 + list(ReachKind)),
            "postcode": self.rng.choice((*POSTCODES, None)),
            "phone": self.rng.choice(PHONES),
            "email": self.rng.choice(("child@reach.example", f"c{self.rng.randrange(5)}@reach.example", None)),
            "may_return": self.rng.choice((True, False, None)),
            "until": self.rng.choice((None, ago(days=9))),
        }

    def _household(self, name: str) -> None:
        for person in self.rng.sample(range(PERSONS), self.rng.choice((0, 1, 1, 2, 3))):
            self.world.contact(name, f"carer{person}", ended=self.rng.choice([None] * 6 + [ago(days=1), ago(days=-9)]))
            row = self.world.rows[t.Contact][-1]
            row["relationship"] = self.rng.choice(list(Relationship))
            row["parental_responsibility"] = self.chance(0.6)

    def _work(self, name: str) -> None:
        for n in range(self.rng.choice((0, 1, 2, 3, 4))):
            worker = self.rng.choice((*WORKERS, None))
            body = WORKERS[worker] if worker and self.chance(0.85) else self.rng.choice(BODIES)
            self._involve(f"{name}/{n}", name, worker, body)

    def _involve(self, key: str, name: str, worker: str | None, body: str) -> None:
        service = self.rng.choice(list(ServiceKind))
        self.world.involve(
            name,
            worker,
            body,
            service,
            id=id_of("involvement", key),
            sensitive=service in SENSITIVE_KINDS or self.chance(0.1),
            started_on=ago(days=self.rng.choice((0, 5, 5, 60, 300, -4))),
            ended_on=self.rng.choice([None] * 6 + [ago(days=0), ago(days=-20)]),
            lead=self.chance(0.3),
            assessment=self.chance(0.3),
        )

    def _rest(self, name: str) -> None:
        for n in range(self.rng.choice((0, 0, 1, 2))):
            self.world.former_name(name, self.rng.choice(FAMILIES) + "e" * n)
        for body in self.rng.sample(("school", "hostel", "refuge"), self.rng.choice((0, 1, 2))):
            self.world.placement(name, body)
        for body in self.rng.sample(("practice", "surgery"), self.rng.choice((0, 1, 2))):
            self.world.registration(name, body)
            self.world.rows[t.Registration][-1]["ended_on"] = self.rng.choice((None, None, ago(days=3)))
        for body in self.rng.sample(("school", "social", "clinic", "refuge", "parole"), self.rng.choice((0, 1, 2, 4))):
            self.world.identifier(name, body, f"{body}-{self.rng.randrange(6)}", self.rng.choice(("CASE", "UPN")))
        for group in self.rng.sample(list(FieldGroup), self.rng.choice((0, 2, 4))):
            changes = self.rng.randrange(1, 4)
            self.world._add(t.ChangeCounter, child_id=id_of("child", name), group=group, changes=changes)

    def _ties(self, name: str) -> None:
        for account, worker in OF_VIEWERS.items():
            if self.chance(0.3):
                self._involve(f"{name}/{account}", name, worker, WORKERS[worker])
        for account in VIEWERS:
            if self.chance(0.07):
                self.world.conflict(account, name, ended=self.chance(0.4))
        if self.chance(0.4):
            minutes = self.rng.choice((10, 10, 10, 0, 20))
            self.world.override("officer", name, closed=self.chance(0.25), minutes_left=minutes)
        if self.chance(0.4):
            other = self.rng.choice([None, *self.children])
            self.world.task("manager", name, other if other != name else None, resolved=self.chance(0.3))
        if self.chance(0.1):
            kind = self.rng.choice([kind for kind in TaskKind if kind is not TaskKind.UNCERTAIN_MATCH])
            self.world.task("team", name)
            self.world.rows[t.Task][-1]["kind"] = kind


def dense(seed: int) -> Rows:
    """Return the random directory of this seed, the same on every machine."""
    world, rng = cast(), random.Random(f"dense {seed}")
    _people(world)
    maker = _Maker(world, rng)
    maker.carers()
    for n in range(CHILDREN):
        maker.child(f"kid{n}")
    add_applications(world, rng, maker.children)
    add_journal(world, rng, maker.children, VIEWERS)
    add_deeds(world, rng, maker.children, VIEWERS)
    add_correspondence(world, rng, maker.children)
    add_cases(world, rng)
    return Rows.of(world)
