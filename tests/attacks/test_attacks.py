"""Each attack is answered as it should, once, by one process that serves somebody else all the time."""

from contextlib import AsyncExitStack
from pathlib import Path

from tests.attacks.attack import Answer, target_of
from tests.attacks.catalogue import ATTACKS
from tests.attacks.crowd import idle, rush
from tests.attacks.run import LIMITS, beside
from tests.databases import Template
from tests.serving import database, serving


async def test_every_attack_is_answered_and_others_are_served(sqlite: Template, tmp_path: Path) -> None:
    """No attack is answered by a fault, none is left without an answer, and a teacher sees the class meanwhile."""
    async with database(sqlite, tmp_path) as url, serving(url, tmp_path, **LIMITS) as service:
        target = target_of(service.url)
        async with beside(service) as bystander:
            answers = {attack.name: await attack.send(target) for attack in ATTACKS}
        log = service.log.read_text()
    assert {each.name: str(answers[each.name]) for each in ATTACKS if answers[each.name] not in each.allowed} == {}
    assert (bystander.wrong, len(bystander.waited) > 20) == ([], True)
    assert "a request failed" not in log, "nothing of this is a fault"


async def test_a_crowd_is_shed_and_others_are_served(sqlite: Template, tmp_path: Path) -> None:
    """Beyond what one account may have under way requests are shed at once; idle sockets take nothing from anybody."""
    limits = LIMITS | {"GATEWAY_CONCURRENCY_PER_ACCOUNT": "5"}
    async with (
        database(sqlite, tmp_path) as url,
        serving(url, tmp_path, **limits) as service,
        beside(service) as bystander,
        AsyncExitStack() as stack,
    ):
        await idle(target_of(service.url), 400, stack)
        answers = await rush(target_of(service.url), 120)
    assert set(answers) == {Answer(200, "data"), Answer(503, "UNAVAILABLE")}
    assert bystander.wrong == []


def test_there_are_attacks_of_every_kind() -> None:
    """No attack stands twice, and there are more than sixty."""
    names = [attack.name for attack in ATTACKS]
    assert len(set(names)) == len(names) > 60
    assert not [attack.name for attack in ATTACKS if Answer(500, "INTERNAL") in attack.allowed]
