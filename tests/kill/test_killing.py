"""The quick form: a few kills while reads and deeds are answered, on each database."""

from pathlib import Path

from tests.databases import Template
from tests.kill.killing import hunt


async def test_r29_a_gateway_that_is_killed_again_and_again_answers_for_all_that_it_said(
    template: Template, tmp_path: Path
) -> None:
    """No answer without its event, no deed without one, none lost and none done twice; the chain verifies, and goes on."""
    said: list[str] = []
    async with template.copy(tmp_path) as url:
        assert await hunt(url, tmp_path, operations=80, kills=2, seed=3, workers=1, tell=said.append) == []
    assert said[-1] == "80 of 80 operations are answered, after 2 kills"
