"""The families: those of the parts first, then as many ordinary ones as the world still wants."""

from datetime import date, timedelta
from itertools import cycle

from resolvers.store.seed.areas import BRADFORD, LEEDS, MANCHESTER, SALFORD
from resolvers.store.seed.cast import YEAR, Family, Kid
from resolvers.store.seed.draw import Draw
from resolvers.store.seed.homes import Homes
from resolvers.store.seed.kin import take_care
from resolvers.store.seed.names import Names
from resolvers.store.seed.parts import FAMILIES, PARTS, Fate, Kin, Part
from resolvers.store.words import Gender

_GROWN_UP = 6570
"""Days for which nobody is 18 yet, whatever the leap years."""

_AREAS = (LEEDS, MANCHESTER, LEEDS, LEEDS, BRADFORD, MANCHESTER, LEEDS, SALFORD, LEEDS, MANCHESTER)
_FEW_AREAS = (LEEDS, LEEDS, MANCHESTER, LEEDS, LEEDS)
"""The areas of a small world, so that the health visitor finds enough children."""

_SIZES, _WEIGHTS = (1, 2, 3, 4), (80, 12, 5, 3)
_FATES = (Fate.LIVE, Fate.GROWN_UP, Fate.LEFT, Fate.DECEASED, Fate.LONG_DECEASED)
_FATE_WEIGHTS = (970, 12, 8, 5, 5)


class Families:
    """Makes the families of a world of `count` children."""

    def __init__(self, draw: Draw, names: Names, homes: Homes, count: int) -> None:
        self._draw, self._names, self._homes = draw, names, homes
        self._areas = cycle(_AREAS if count >= 200 else _FEW_AREAS)
        self.all = [self._played(kin) for kin in FAMILIES]
        left = count - PARTS
        while left:
            size = min(draw.rng.choices(_SIZES, _WEIGHTS)[0], left)
            self.all.append(self._ordinary(size))
            left -= size

    def _played(self, kin: Kin) -> Family:
        family = Family(kin.area, kin.surname, self._homes.new(kin.area))
        for player in kin.players:
            born = self._draw.ago(round(player.years * YEAR))
            family.kids.append(self._kid(family, player.given, player.gender, born, fate=player.fate, part=player.part))
        take_care(self._draw, self._names, self._homes, family, first=kin.carer)
        return family

    def _ordinary(self, size: int) -> Family:
        draw, area = self._draw, next(self._areas)
        family = Family(area, self._names.family(), self._homes.new(area))
        fate = draw.rng.choices(_FATES, _FATE_WEIGHTS)[0] if size == 1 else Fate.LIVE
        for days in _ages(draw, size, fate):
            gender = draw.rng.choices(tuple(Gender), (49, 49, 2))[0]
            given = self._names.childs(gender, [kid.given for kid in family.kids])
            family.kids.append(self._kid(family, given, gender, draw.ago(days), fate=fate))
        take_care(draw, self._names, self._homes, family)
        return family

    def _kid(
        self, family: Family, given: str, gender: Gender, born: date, *, fate: Fate, part: Part | None = None
    ) -> Kid:
        return Kid(
            id=self._draw.key(),
            number=self._draw.number(),
            given=given,
            family=family.surname,
            born=born,
            gender=gender,
            area=family.area,
            home=family.home,
            fate=fate,
            part=part,
            closed=_closed(self._draw, born, fate),
        )


def _ages(draw: Draw, size: int, fate: Fate) -> list[int]:
    """Return the ages of siblings in days, youngest first, at least a year apart."""
    if fate is Fate.GROWN_UP:
        return [round(draw.rng.uniform(18.1, 20.0) * YEAR)]
    if fate is not Fate.LIVE:
        return [draw.rng.randrange(4 * 365, _GROWN_UP)]
    gaps = [draw.rng.randrange(370, 1400) for _ in range(size - 1)]
    youngest = draw.rng.randrange(_GROWN_UP - sum(gaps))
    return [youngest + sum(gaps[:n]) for n in range(size)]


def _closed(draw: Draw, born: date, fate: Fate) -> date | None:
    """Return the day on which a record closed; None while it is live."""
    if fate is Fate.LIVE:
        return None
    if fate is Fate.GROWN_UP:
        return born + timedelta(days=round(18 * YEAR))
    if fate is Fate.LONG_DECEASED:
        return draw.ago(draw.rng.randrange(400, 900))
    return draw.ago(draw.rng.randrange(30, 330))
