"""GraphQL over HTTP, as its public audits have it."""

import os
import shutil
from pathlib import Path

import pytest

from tests.conformance.audit import NOT_MET
from tests.conformance.run import audited


@pytest.mark.skipif(not shutil.which("npm") and os.environ.get("CI") != "true", reason="npm is not installed")
async def test_the_public_audits_of_graphql_over_http_are_met(tmp_path: Path) -> None:
    """Every MUST and SHOULD is met, and every MAY but those that would have a GET ask something."""
    found = await audited(tmp_path)
    assert len(found) > 50
    assert {each.id for each in found if not each.met} == NOT_MET
    assert {each.level for each in found if not each.met} == {"MAY"}
