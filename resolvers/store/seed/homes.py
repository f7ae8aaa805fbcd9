"""Addresses: each new home has a property reference (UPRN) of its own, so that sharing one means living together."""

from dataclasses import dataclass

from resolvers.store.seed.areas import Area
from resolvers.store.seed.draw import Draw
from resolvers.store.seed.rows import Row

STREETS = (
    *("Albert", "Alma", "Ash", "Beech", "Cardigan", "Cedar", "Chapel", "Cross", "Dale", "Elder", "Elm", "Farm"),
    *("Garnet", "Grange", "Harbour", "Hawthorn", "Holly", "Ivy", "Kelso", "King", "Lime", "Linden", "Low", "Mill"),
    *("Moor", "Nile", "Oak", "Park", "Queen", "Recreation", "Ridge", "Rose", "School", "Spring", "Temple", "Vine"),
)
WAYS = ("Street", "Road", "Lane", "Avenue", "Grove", "Terrace", "Close", "Mount", "View", "Crescent")
_INWARD = "ABDEFGHJLNPQRSTUWXYZ"


@dataclass(frozen=True, slots=True)
class Home:
    lines: str
    town: str
    postcode: str
    uprn: str


class Homes:
    def __init__(self, draw: Draw) -> None:
        self._draw = draw
        self.taken: set[str] = set()

    def new(self, area: Area) -> Home:
        """Return an address in `area` at which nobody lives yet."""
        draw = self._draw
        door = f"{1 + draw.rng.randrange(180)} {draw.pick(STREETS)} {draw.pick(WAYS)}"
        if draw.chance(0.1):
            door = f"Flat {1 + draw.rng.randrange(12)}\n{door}"
        return Home(door, area.name, postcode(draw, area), self._uprn())

    def _uprn(self) -> str:
        uprn = self._draw.digits(12)
        while uprn in self.taken:
            uprn = self._draw.digits(12)
        self.taken.add(uprn)
        return uprn


def postcode(draw: Draw, area: Area) -> str:
    inward = f"{draw.rng.randrange(1, 10)}{draw.pick(_INWARD)}{draw.pick(_INWARD)}"
    return f"{area.postcode}{draw.rng.randrange(1, 29)} {inward}"


def address(home: Home | None) -> Row:
    """Return the columns of an address; all null where there is none."""
    return {
        "address_lines": home and home.lines,
        "town": home and home.town,
        "postcode": home and home.postcode,
        "uprn": home and home.uprn,
    }
