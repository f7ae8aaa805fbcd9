"""What an input is taken for where a client asks again (R32)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from authz.words import Role
from resolvers.idempotency import plain

LEFT_OUT = object()


@dataclass
class Inner:
    when: Any = LEFT_OUT


@dataclass
class Given:
    client_mutation_id: Any = "key"
    one: Any = LEFT_OUT
    inner: Any = LEFT_OUT


def test_an_input_is_told_by_all_that_it_holds_but_the_key() -> None:
    """What was left out is left out, null is null, and what stands below is told too."""
    assert plain(Given(), LEFT_OUT) == {}
    assert plain(Given(one=None), LEFT_OUT) == {"one": None}
    given = Given(one=[Role.AUDITOR, 1, "a", True], inner=Inner(date(2026, 6, 15)))
    assert plain(given, LEFT_OUT) == {"one": ["AUDITOR", 1, "a", True], "inner": {"when": "2026-06-15"}}


@pytest.mark.parametrize("value", [Decimal(1), b"a", object()])
def test_what_it_cannot_read_is_no_digest(value: object) -> None:
    """Two inputs that differ in what is not read would be taken for one: it is said at once."""
    with pytest.raises(TypeError, match="no digest is made"):
        plain(Given(one=value), LEFT_OUT)
