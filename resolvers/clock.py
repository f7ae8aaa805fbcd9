"""Time as one operation sees it: read once at the door, the same in every statement and every verdict."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_HERE = ZoneInfo("Europe/London")
AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Moment:
    """One instant, with the days that the law derives from it."""

    now: datetime

    @property
    def hour(self) -> datetime:
        """The instant at which the hour began: what is told of a deed that must not be found by its minute (R30)."""
        return self.now.replace(minute=0, second=0, microsecond=0)

    @property
    def today(self) -> date:
        """The calendar day in England."""
        return self.now.astimezone(_HERE).date()

    @property
    def adults_born_by(self) -> date:
        """The latest date of birth of somebody who is 18 today; born on 29 February, one is on 1 March."""
        return _years_before(self.today, 18)

    @property
    def archived_deaths(self) -> date:
        """The latest day of death of a record that is archived today, a year after."""
        return _years_before(self.today, 1)


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def beginning_of(day: date) -> datetime:
    """Return the instant at which a day begins in England, in UTC."""
    return datetime.combine(day, time.min, _HERE).astimezone(UTC)


def system_clock() -> datetime:
    """Return the present instant, in UTC."""
    return datetime.now(UTC)
