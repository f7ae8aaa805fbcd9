"""R4, R5, R8, R27: whoever may not see behind a shield learns nothing, whatever is asked."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.client import gateway_on
from tests.conftest import Serve
from tests.oracles.asking import CHILDREN, CONTACTS
from tests.oracles.attacker import Attacker
from tests.oracles.hidden import ATTACKERS, CARER, CHOICES, INSIDER, NUMBER, directory, keeper, purpose_of
from tests.oracles.rounds import Question
from tests.world import NOW

PLENTY = 100_000
"""A budget that no attack uses up, so that it can be watched."""


PATIENT = ("teacher", "police")
"""Those who ask 500 questions and more, on SQLite; the others half as many."""


@pytest.mark.parametrize("viewer", ATTACKERS)
async def test_r4_an_attacker_learns_nothing_of_a_shielded_child(serve: Serve, viewer: str) -> None:
    """Hundreds of questions tell no choice from another: each answer, and the statements that it took, are the same.

    They are so among the choices of one secret, and whichever choice is true.
    """
    gateways = [await serve(directory(truth), records_per_hour=PLENTY) for truth in (0, 1)]
    patient = viewer in PATIENT and gateways[0].url.startswith("sqlite")
    attackers = [Attacker(gateway, viewer, patient=patient) for gateway in gateways]
    for attacker in attackers:
        await attacker.attack()
        assert attacker.clues == []
        assert attacker.found() == {kind: [0, 1, 2] for kind in CHOICES}
    ours, theirs = (attacker.asking.transcript for attacker in attackers)
    for one, other in zip(ours, theirs, strict=True):
        assert one == other
    assert len(ours) >= (500 if patient else 250), "an attack that asks little proves little"
    assert {answer.status for answer in ours} <= {200, 400, 403}, "nothing broke on the way"
    assert not [answer.asked for answer in ours if b"LIMIT_EXCEEDED" in answer.body], "no limit kept it from asking"


@pytest.mark.parametrize("truth", [0, 1])
@pytest.mark.parametrize("seeing", ["keeper", "insider"])
async def test_the_same_attacker_finds_out_what_a_viewer_may_see(serve_small: Serve, seeing: str, truth: int) -> None:
    """As the responsible team, or under a matching task, the attack finds every secret: it is able to."""
    gateway = await serve_small(directory(truth), records_per_hour=PLENTY)
    attacker = Attacker(gateway, keeper(truth) if seeing == "keeper" else INSIDER)
    await attacker.attack()
    assert attacker.found() == {kind: [truth] for kind in CHOICES}


async def test_r8_a_carers_name_is_spelt_out_where_it_is_in_sight(serve_small: Serve) -> None:
    """Letter by letter works where beginnings are searched and seen: names of carers, to whoever reads them anyway."""
    attacker = Attacker(await serve_small(directory(0), records_per_hour=PLENTY), "teacher")

    def spelt(text: str) -> Question:
        return Question(CONTACTS, {"search": {"familyName": CARER, "givenNames": f"Maud{text}*"}})

    assert await attacker.spell("a name", spelt, "", "abcdefghi") == "ie"


@pytest.mark.parametrize("viewer", ATTACKERS)
async def test_r14_the_last_record_of_a_budget_tells_nothing(serve_small: Serve, tmp_path: Path, viewer: str) -> None:
    """A budget ends at the same question whatever is asked for: a hidden match costs nothing."""
    url = (await serve_small(directory(0))).url
    ends = []
    for n in range(3):
        later = NOW + timedelta(hours=n)
        searches = [
            (CHILDREN, NUMBER | {"postcode": CHOICES["postcode"][n]}),
            (CONTACTS, {"familyName": CARER, "phone": CHOICES["carer's phone"][n]}),
            (CHILDREN, {"externalIdentifier": {"scheme": "CASE", "value": CHOICES["identifier"][n]}}),
        ]
        async with gateway_on(url, tmp_path, now=later, records_per_hour=2) as gateway:
            asked = [await gateway.raw(viewer, q, purpose=purpose_of(viewer), search=search) for q, search in searches]
        ends.append([(answer.status_code, answer.content) for answer in asked])
    assert ends[0] == ends[1] == ends[2]
    assert [status for status, _ in ends[0]] == [200, 200, 429]
