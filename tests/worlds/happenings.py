"""What happens while somebody follows: changes that are told alike by the law, and deeds of others, drawn by chance.

What a viewer is told of a change is worked out here from rows in memory and from the law as it is typed, as the view
is: what is under test has no part in it.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from authz.words import FieldGroup, Shield
from resolvers.ids import Kind, write_id
from resolvers.store import tables as t
from resolvers.store.words import CaseloadChange, ServiceKind, ShieldReason
from tests.authz.law import NARROW
from tests.world import NOW, TODAY, World, id_of
from tests.worlds.dense import OF_VIEWERS, WORKERS
from tests.worlds.facts import current, own, seen, would_locate
from tests.worlds.generated import Pair
from tests.worlds.record import Record
from tests.worlds.rows import Row, Rows, key_of, whole
from tests.worlds.view import Eyes

G = FieldGroup
BECAME, ENDED, DETAILS = CaseloadChange
BELL = "bell"
"""A child on the viewer's caseload on whom nothing ever happens but that it changes after each happening."""

Told = tuple[CaseloadChange, frozenset[FieldGroup], UUID | None, UUID | None] | None
"""What is heard of a change: what it is called, its groups in sight, whose work and whose reach it is about."""

OF_WORK = ((G.SENSITIVE_SERVICES,), (G.SERVICES, G.AGENCIES), (G.SERVICES,), (G.SERVICES, G.SENSITIVE_SERVICES))
TRIES = 40
"""How many changes are drawn at most to find two that are told alike."""

_SPACE = UUID("0a8e3f6e-51f1-4b7c-8b7e-0f2f4f1f6f55")


@dataclass(frozen=True)
class Happening:
    """What happens in each world of a pair: a change of the outbox, or nothing; or one deed of somebody in both."""

    changes: tuple[Row | None, Row | None] = (None, None)
    by: str = ""
    deed: str = ""
    given: tuple[tuple[str, Any], ...] = ()
    purpose: str = ""

    def __str__(self) -> str:
        if self.by:
            return f"{self.by} does {self.deed} {dict(self.given)}"
        return " / ".join("nothing" if row is None else _shown(row) for row in self.changes)


def _shown(row: Row) -> str:
    about = {name: str(row[name]) for name in ("what", "practitioner_id", "person_id") if row[name] is not None}
    return f"change of {row['child_id']}: {' '.join(row['groups'])} {about}"


def with_bell(pair: Pair) -> Pair:
    """Return `pair` with a child in both worlds, and the viewer at work with it, who is told of whatever else comes."""
    world, rows = World(), pair.first.copy()
    worker = OF_VIEWERS[pair.viewer]
    world.child(BELL)
    world.involve(BELL, worker, WORKERS[worker])
    for table, added in world.rows.items():
        for row in added:
            rows.put(table, key_of(table, row), whole(table, row))
    return Pair(pair.viewer, pair.seed, rows, pair.edits)


def bell() -> Row:
    """Return the change by which it is known that all before it has been told."""
    return change(id_of("child", BELL), (G.IDENTITY,))


def change(child: UUID, groups: tuple[FieldGroup, ...], **more: Any) -> Row:
    row = {
        "at": NOW,
        "deed": "aDeedOfTheTests",
        "child_id": child,
        "account_id": None,
        "groups": list(map(str, groups)),
    }
    return {**row, "what": None, "practitioner_id": None, "person_id": None, "event_id": uuid5(_SPACE, ""), **more}


class Ears:
    """What one viewer is told of changes in one world, by the law as it is typed (R8, R34)."""

    def __init__(self, rows: Rows, subject: str) -> None:
        self.rows, self.eyes = rows, Eyes(rows, subject)
        self.viewer = self.eyes.viewer

    def works_with(self) -> list[UUID]:
        """Return the children whom the viewer works with now."""
        rows = self.rows.having(t.Involvement, "practitioner_id", self.viewer.practitioner or UUID(int=0))
        return list(dict.fromkeys(row["child_id"] for row in rows if current(row)))

    def told(self, row: Row) -> Told:
        """Return what the viewer may hear of a change, None where it is nothing.

        That is what it is called, and what of it is in sight: the viewer reads it in the record, so changes that
        differ in that are not alike, though they may be called the same.
        """
        child = self.rows.get(t.Child, row["child_id"])
        assert child is not None
        work = self.rows.having(t.Involvement, "child_id", child["id"])
        if not any(own(one, self.viewer) and current(one) for one in work):
            return None
        groups = seen(self.viewer, self.eyes.facts(child))
        if G.IDENTITY not in groups or not self._of_now(row, child):
            return None
        heard = {group for group in map(G, row["groups"]) if group in groups or self._own(group, groups, row)}
        if self._withheld(row, child, groups):
            heard.discard(G.WHEREABOUTS)
        if not heard:
            return None
        of_work = [group for group in (G.SENSITIVE_SERVICES, G.SERVICES) if group in row["groups"]]
        called = DETAILS if row["what"] is None or (of_work and of_work[0] not in heard) else row["what"]
        worker = row["practitioner_id"] if heard & {G.SENSITIVE_SERVICES, G.SERVICES} else None
        return called, frozenset(heard), worker, row["person_id"] if G.WHEREABOUTS in heard else None

    def _own(self, group: FieldGroup, groups: Any, row: Row) -> bool:
        narrow = group in {G.SERVICES, G.SENSITIVE_SERVICES} and NARROW[group][0]
        return bool(narrow and narrow in groups and row["practitioner_id"] == self.viewer.practitioner)

    def _links(self, row: Row, child: Row) -> list[Row]:
        links = self.rows.having(t.Contact, "child_id", child["id"])
        return [one for one in links if one["person_id"] == row["person_id"] and current(one)]

    def _of_now(self, row: Row, child: Row) -> bool:
        return row["person_id"] is None or bool(self._links(row, child))

    def _withheld(self, row: Row, child: Row, groups: Any) -> bool:
        """Tell whether the carer's reach is withheld for the sake of a shielded child who shares the carer."""
        facts = self.eyes.facts(child)
        if row["person_id"] is None or facts.shield is not Shield.OPEN:
            return False
        siblings = Record(self.eyes, child, facts, groups).siblings(self._links(row, child)[0])
        return not all(would_locate(self.viewer, sibling) for sibling in siblings.values())


class Chance:
    """Draws happenings for one pair of worlds."""

    def __init__(self, pair: Pair, rng: random.Random) -> None:
        self.pair, self.rng = pair, rng
        self.ears = tuple(Ears(rows, pair.viewer) for rows in (pair.first, pair.second))
        self.near = list(dict.fromkeys(child for ears in self.ears for child in ears.works_with()))
        self.near.remove(id_of("child", BELL))
        self.seen = [child for child in self.near if self.ears[0].eyes.exists(child)] or self.near
        """Those of the caseload who exist for the viewer, as they do in both worlds."""
        self.all = list(dict.fromkeys(row["id"] for ears in self.ears for row in ears.rows.all(t.Child)))
        self.all.remove(id_of("child", BELL))

    def changes(self) -> Happening:
        """Return changes of one child that are told alike in both worlds, not being the same: silence among them."""
        child = self._child()
        drawn = [self._change(child) for _ in range(TRIES)]
        possible: list[Row | None] = [row for row in drawn if self._there(0, row)] or [None]
        told = [row for row in possible if self._told(0, row) is not None]
        first = self.rng.choice(told if told and self.rng.random() < 0.5 else possible)
        varied = [] if first is None else [self._varied(first) for _ in drawn]
        others = [
            row for row in [None, *drawn, *varied] if row is not first and self._told(1, row) == self._told(0, first)
        ]
        alike = [row for row in others if row is None or self._there(1, row)]
        if self.rng.random() < 0.2 and first is not None and self._there(1, first):
            return Happening((first, first))
        return Happening((first, self.rng.choice(alike))) if alike else Happening()

    def _told(self, world: int, row: Row | None) -> Told:
        return None if row is None or not self._there(world, row) else self.ears[world].told(row)

    def _there(self, world: int, row: Row | None) -> bool:
        rows = self.ears[world].rows
        wanted = ((t.Child, "child_id"), (t.Practitioner, "practitioner_id"), (t.Person, "person_id"))
        return row is not None and all(row[name] is None or rows.get(table, row[name]) for table, name in wanted)

    def _child(self) -> UUID:
        chance = self.rng.random()
        if chance < 0.15:
            former = [child for child in self.seen if any(not current(row) for row in self._links(child, gone=True))]
            return self.rng.choice(former or self.seen)
        return self.rng.choice(self.seen if chance < 0.65 else self.near if chance < 0.9 else self.all)

    def _change(self, child: UUID) -> Row:
        kind = self.rng.random()
        if kind < 0.4:
            return change(child, tuple(self.rng.sample(list(G), self.rng.choice((1, 1, 2, 3)))))
        if kind < 0.7:
            beside = self.rng.choice(((), (), (G.IDENTITY,), (G.PLACES,)))
            what, worker = self.rng.choice((BECAME, ENDED)), self._any(t.Practitioner)
            mine = self.ears[0].viewer.practitioner
            worker = self.rng.choice((worker, worker, mine, None))
            return change(child, (*beside, *self.rng.choice(OF_WORK)), what=what, practitioner_id=worker)
        links = [row["person_id"] for row in self._links(child, gone=self.rng.random() < 0.5)]
        person = self.rng.choice(links) if links and self.rng.random() < 0.9 else self._any(t.Person)
        return change(child, self.rng.choice(((G.WHEREABOUTS,), (G.WHEREABOUTS, G.CONTACT_NAMES))), person_id=person)

    def _links(self, child: UUID, *, gone: bool) -> list[Row]:
        """Return the links of a child to carers, only those of the past if they are to be `gone` and there are some."""
        links = [row for ears in self.ears for row in ears.rows.having(t.Contact, "child_id", child)]
        return [row for row in links if gone and not current(row)] or links

    def _varied(self, row: Row) -> Row:
        """Return a change that is like `row` in some of its parts: of them those may be others that are not heard of."""
        groups = set(map(G, row["groups"])) ^ set(self.rng.sample(list(G), self.rng.choice((0, 1, 2))))
        more = {
            "what": self.rng.choice((row["what"], BECAME, ENDED, None)),
            "practitioner_id": self.rng.choice((row["practitioner_id"], self._any(t.Practitioner), None)),
            "person_id": self.rng.choice((row["person_id"], row["person_id"], None)),
        }
        return change(row["child_id"], tuple(group for group in G if group in groups) or (G.TRAIL,), **more)

    def _any(self, table: Any) -> UUID:
        found: UUID = self.rng.choice([row["id"] for ears in self.ears for row in ears.rows.all(table)])
        return found

    def deed(self) -> Happening:
        """Return a deed of somebody else on a record, as often as not one that the viewer works with."""
        by = self.rng.choice([name for name in ("officer", "teacher", "nurse", "team") if name != self.pair.viewer])
        makers: dict[str, Callable[[str], Iterator[tuple[str, Any]]]] = {
            "recordInvolvement": self._involvement,
            "addContact": self._contact,
            "requestShield": self._shield,
            "recordPlacement": self._placement,
        }
        deed = self.rng.choice(list(makers))
        given = (("childId", write_id(Kind.CHILD, self._child())), *makers[deed](by))
        purpose = "COORDINATE_CARE" if deed != "requestShield" else "CHILD_PROTECTION"
        return Happening(by=by, deed=deed, given=given, purpose=purpose)

    def _involvement(self, by: str) -> Iterator[tuple[str, Any]]:
        kinds = {"officer": ServiceKind.SOCIAL_CARE, "nurse": ServiceKind.HEALTH_VISITING}
        yield "service", str(kinds.get(by, ServiceKind.EDUCATION))
        yield "from", str(TODAY - timedelta(days=self.rng.randrange(40)))
        yield "lead", self.rng.random() < 0.3

    def _contact(self, _by: str) -> Iterator[tuple[str, Any]]:
        yield from {"givenNames": "Nan", "familyName": "Carer", "relationship": "GRANDPARENT"}.items()
        yield "parentalResponsibility", False
        yield "phone", f"07700 900{self.rng.randrange(1000):03}"

    def _shield(self, _by: str) -> Iterator[tuple[str, Any]]:
        yield "reason", str(self.rng.choice(list(ShieldReason)))
        yield "evidence", "what the school has written"

    def _placement(self, _by: str) -> Iterator[tuple[str, Any]]:
        yield "organisationId", write_id(Kind.ORGANISATION, id_of("organisation", "school"))
        yield "from", str(TODAY - timedelta(days=self.rng.randrange(40)))
