"""What all rivals in Python take from a request, and the rights of the one role that the benchmark asks as."""

import base64
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from authz.notices import notices
from authz.rules import Facts
from authz.sight import CHILD_GROUPS, sight_of
from authz.viewer import Viewer
from authz.words import Role, Shield
from resolvers.clock import Moment, system_clock

POOL = 12
"""Connections of a rival: all contestants are there at once, and PostgreSQL takes a hundred unless it is told more."""


def subject_of(authorization: str) -> str:
    """Return the account that a token names. Rivals save the check of its signature, to their advantage."""
    payload = authorization.split(".")[1]
    subject: str = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["sub"]
    return subject


@dataclass(frozen=True, slots=True)
class Clock:
    """The moment of one request with the days that the law derives from it."""

    now: datetime
    today: date
    adults_born_by: date
    archived_deaths: date

    @classmethod
    def read(cls) -> "Clock":
        moment = Moment(system_clock())
        return cls(moment.now, moment.today, moment.adults_born_by, moment.archived_deaths)


def notices_of(shield: Shield, *, sealed: bool = False) -> list[dict[str, Any]]:
    """Return `withheld` of a record for a practitioner, as JSON has it."""
    viewer = Viewer(account=UUID(int=0), name="", role=Role.PRACTITIONER, organisation=UUID(int=0))
    sight = sight_of(viewer, Facts(shield=shield, former_names_sealed=sealed))
    return [
        {"group": one.group, "notice": one.notice,
         "broker": {"name": one.broker.name, "phone": one.broker.phone, "email": one.broker.email}}
        for one in notices(sight.withheld(CHILD_GROUPS))
    ]  # fmt: skip
