"""The bodies: authorities, schools, practices and services, each with what it is and how to reach it."""

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from resolvers.store import tables as t
from resolvers.store.seed.areas import LEEDS, NATIONAL_DIALLING, Area
from resolvers.store.seed.catalogue import Entry, catalogue, growth
from resolvers.store.seed.draw import Draw, slug
from resolvers.store.seed.homes import Homes, address
from resolvers.store.seed.rows import Rows
from resolvers.store.seed.trades import TRAITS, Trade


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """An organisation; one without an `authority` works across the land, or across several authorities."""

    id: UUID
    name: str
    trade: Trade
    area: Area | None
    authority_id: UUID | None

    @property
    def domain(self) -> str:
        return f"{slug(self.name)}.example"

    @property
    def dialling(self) -> str:
        return self.area.dialling if self.area else NATIONAL_DIALLING


class Bodies:
    """All bodies, found by area and trade."""

    def __init__(self, draw: Draw, count: int) -> None:
        self.all: list[Body] = []
        self._draw = draw
        self._found: dict[tuple[str, Trade], list[Body]] = defaultdict(list)
        entries = catalogue()
        for entry in (*entries, *growth(count - len(entries))):
            self._open(entry)

    def _open(self, entry: Entry) -> None:
        key = self._draw.key()
        authority: UUID | None = key
        if entry.trade is not Trade.COUNCIL:
            authority = self.council(entry.area).id if entry.area and entry.trade is not Trade.POLICE else None
        body = Body(key, entry.name, entry.trade, entry.area, authority)
        self.all.append(body)
        self._found[entry.area.name if entry.area else "", entry.trade].append(body)

    def council(self, area: Area) -> Body:
        return self._found[area.name, Trade.COUNCIL][0]

    def find(self, area: Area | None, trade: Trade) -> list[Body]:
        """Return the bodies of a trade that serve an area: its own, else its neighbour's."""
        if area is None:
            return self._found["", trade]
        return self._found.get((area.name, trade)) or self._found[area.neighbour, trade]

    def first(self, area: Area | None, trade: Trade) -> Body:
        return self.find(area, trade)[0]


def add_bodies(rows: Rows, draw: Draw, homes: Homes, bodies: Bodies) -> None:
    """Add the rows of all bodies, authorities before those that lie in them, with a place for each."""
    for body in bodies.all:
        traits = TRAITS[body.trade]
        rows.add(
            t.Organisation,
            id=body.id,
            name=body.name,
            kind=traits.kind,
            authority_id=body.authority_id,
            confidential=traits.confidential,
            sensitive_provider=traits.sensitive,
            accredited=traits.accredited,
        )
        rows.add(
            t.OrganisationPlace,
            organisation_id=body.id,
            phone=draw.phone(body.dialling) if traits.phone else None,
            email=f"office@{body.domain}",
            **address(homes.new(body.area or LEEDS)),
        )
