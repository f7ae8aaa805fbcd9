"""A world in the making: everything that the makers of rows share."""

from datetime import date
from random import Random
from uuid import UUID

from resolvers.store.seed.bodies import Bodies
from resolvers.store.seed.cases import assign_cases
from resolvers.store.seed.cast import Kid
from resolvers.store.seed.draw import Draw
from resolvers.store.seed.families import Families
from resolvers.store.seed.homes import Homes
from resolvers.store.seed.names import Names
from resolvers.store.seed.parts import Part
from resolvers.store.seed.personas import PERSONAS
from resolvers.store.seed.rows import Rows
from resolvers.store.seed.workers import Workers


class World:
    """The bodies, people and shields of a directory of `children` records, before they are rows."""

    def __init__(self, children: int, seed: int, today: date) -> None:
        self.draw = Draw(Random(seed), today)
        self.names = Names(self.draw, seed)
        self.homes = Homes(self.draw)
        self.bodies = Bodies(self.draw, children // 50)
        self.workers = Workers(self.draw, self.names, self.bodies, children // 5)
        self.accounts: dict[str, UUID] = {subject: self.draw.key() for subject in PERSONAS}
        self.families = Families(self.draw, self.names, self.homes, children).all
        assign_cases(self.draw, self.homes, self.families, children)
        self.kids = [kid for family in self.families for kid in family.kids]
        self.rows = Rows()
        self._parts = {kid.part: kid for kid in self.kids if kid.part}

    def kid(self, part: Part) -> Kid:
        return self._parts[part]
