"""The practitioners: one at least in every body that employs any, and about one per five children."""

from collections import defaultdict
from dataclasses import dataclass
from itertools import cycle, islice
from uuid import UUID

from resolvers.store import tables as t
from resolvers.store.seed.bodies import Bodies, Body
from resolvers.store.seed.draw import Draw, slug
from resolvers.store.seed.names import Names
from resolvers.store.seed.personas import PERSONAS
from resolvers.store.seed.rows import Rows
from resolvers.store.seed.trades import TRAITS, Trade
from resolvers.store.words import Gender

_GROWING = (
    Trade.PRIMARY,
    Trade.SECONDARY,
    Trade.PRACTICE,
    Trade.HEALTH,
    Trade.SOCIAL_CARE,
    Trade.CHARITY,
    Trade.HOSPITAL,
)


@dataclass(frozen=True, slots=True, eq=False)
class Worker:
    id: UUID
    body: Body
    name: str
    profession: str


class Workers:
    """All practitioners. Those of personas are found by the persona's name alone, never drawn for a child."""

    def __init__(self, draw: Draw, names: Names, bodies: Bodies, count: int) -> None:
        self.all: list[Worker] = []
        self.personas: dict[str, Worker] = {}
        self._draw, self._names = draw, names
        self._at: dict[Body, list[Worker]] = defaultdict(list)
        for body in bodies.all:
            if TRAITS[body.trade].profession:
                self._at[body].append(self._hire(body))
        for subject, persona in PERSONAS.items():
            if persona.profession:
                body = bodies.first(persona.area, persona.trade)
                self.personas[subject] = self._hire(body, persona.name, persona.profession)
        growing = [body for body in bodies.all if body.trade in _GROWING]
        for body in islice(cycle(growing), max(count - len(self.all), 0)):
            self._at[body].append(self._hire(body))

    def _hire(self, body: Body, name: str = "", profession: str = "") -> Worker:
        if not name:
            name = f"{self._names.given(self._draw.pick(tuple(Gender)))} {self._names.surname()}"
        worker = Worker(self._draw.key(), body, name, profession or TRAITS[body.trade].profession)
        self.all.append(worker)
        return worker

    def at(self, body: Body) -> list[Worker]:
        """Return the practitioners of a body who may be drawn for a child."""
        return self._at[body]


def add_workers(rows: Rows, draw: Draw, workers: Workers) -> None:
    """Add the rows of all practitioners; one in ten has no e-mail address."""
    for worker in workers.all:
        given, _, family = worker.name.partition(" ")
        rows.add(
            t.Practitioner,
            id=worker.id,
            organisation_id=worker.body.id,
            name=worker.name,
            profession=worker.profession,
            phone=draw.phone(worker.body.dialling),
            email=None if draw.chance(0.1) else f"{slug(given)}.{slug(family)}@{worker.body.domain}",
        )
