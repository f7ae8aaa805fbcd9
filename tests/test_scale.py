"""A hundred thousand children behind the real gateway."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from resolvers.store import tables as t
from resolvers.store.engine import database_url, make_engine
from tests import scale
from tests.client import gateway_on
from tests.queries import CASELOAD, SEARCH
from tests.world import TODAY, ago


async def test_a_city_is_served(city: str, tmp_path: Path) -> None:
    """In a city the health visitor reads her caseload, and a search for a common name and a birth names few."""
    async with gateway_on(city, tmp_path) as gateway:
        data = await gateway.ask("health-visitor", CASELOAD, first=10)
        assert [edge["node"]["familyName"] for edge in data["caseload"]["edges"]][:3] == ["Abbott"] * 3
        async with gateway.database() as connection:
            assert (await connection.execute(select(func.count()).select_from(t.Child))).scalar() == scale.CHILDREN
            common = select(t.Child.date_of_birth).where(
                t.Child.family_name == "Smith", t.Child.date_of_birth > ago(days=6000)
            )
            born = (await connection.execute(common.order_by(t.Child.date_of_birth).limit(1))).scalar_one()
        found = await gateway.ask(
            "team-leeds",
            SEARCH,
            purpose="COORDINATE_CARE",
            search={"familyName": "smith", "dateOfBirth": born.isoformat()},
        )
        names = {edge["node"]["familyName"] for edge in found["children"]["edges"]}
        assert names == {"Smith"}
        assert not found["children"]["tooMany"]
        assert born < TODAY


async def test_the_city_of_a_run_is_made_once_and_dropped_by_the_last(
    city: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whoever asks for the city while it is in use gets the same one, and it outlives all but the last."""
    folder = scale.run_folder(tmp_path_factory)
    async with scale.shared_city(folder) as again:
        assert again == city
    engine = make_engine(database_url(city))
    async with engine.connect() as connection:
        assert (await connection.execute(select(t.Account.subject).limit(1))).first()
    await engine.dispose()
