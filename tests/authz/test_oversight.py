"""R30: who reads the journal, over every role."""

import pytest

from authz.oversight import Oversight, oversight_of
from authz.table import TABLE
from authz.words import FieldGroup, Role


@pytest.mark.parametrize("role", Role)
def test_r30_what_of_the_journal_a_role_reads(role: Role) -> None:
    """Teams read the events of records, auditors the whole, everybody else nothing."""
    expected = {Role.DIRECTORY_TEAM: Oversight.OF_RECORDS, Role.AUDITOR: Oversight.WHOLE}
    assert oversight_of(role) is expected.get(role, Oversight.NONE)


@pytest.mark.parametrize("role", Role)
def test_r30_who_reads_the_whole_journal_sees_no_record(role: Role) -> None:
    """A reference stays one: no role holds the whole journal and a record; who holds TRAIL reads by record."""
    seen = [cell.bits for (each, _), cell in TABLE.items() if each is role]
    if oversight_of(role) is Oversight.WHOLE:
        assert not any(seen)
    assert any(bits & FieldGroup.TRAIL.bit for bits in seen) is (oversight_of(role) is Oversight.OF_RECORDS)
