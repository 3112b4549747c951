"""Fires the schedules of the template: `rate()` and `cron()` lines as EventBridge reads them.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

import asyncio
import calendar
import json
import logging
import re
import uuid
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from . import naming
from .authorizers import Invoke
from .declared import Schedule
from .intrinsics import UnsupportedTemplate

_log = logging.getLogger(__name__)

_UNITS = {"minute": 60, "hour": 3600, "day": 86400}
_MONTHS = {name.upper(): number for number, name in enumerate(calendar.month_abbr) if name}
_WEEKDAYS = {"SUN": 1, "MON": 2, "TUE": 3, "WED": 4, "THU": 5, "FRI": 6, "SAT": 7}
_YEARS = (1970, 2199)


@dataclass(frozen=True)
class Rate:
    """`rate(5 minutes)`."""

    every_s: int

    def after(self, moment: datetime) -> datetime:
        """When it fires next."""
        return moment + timedelta(seconds=self.every_s)


@dataclass(frozen=True)
class Cron:
    """`cron(minute hour day-of-month month day-of-week year)`, in UTC."""

    minutes: frozenset[int]
    hours: frozenset[int]
    months: frozenset[int]
    years: frozenset[int]
    fits_day: Callable[[date], bool]

    def after(self, moment: datetime) -> datetime | None:
        """The first full minute after `moment` that fits; None where none is left."""
        start = moment.replace(second=0, microsecond=0) + timedelta(minutes=1)
        day = start.date()
        while day.year <= max(self.years):
            if day.year not in self.years:
                day = date(day.year + 1, 1, 1)
            elif day.month not in self.months:
                day = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
            else:
                if self.fits_day(day) and (fitting := self._time_on(day, start)):
                    return fitting
                day += timedelta(days=1)
        return None

    def _time_on(self, day: date, earliest: datetime) -> datetime | None:
        for hour in sorted(self.hours):
            for minute in sorted(self.minutes):
                fitting = datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)
                if fitting >= earliest:
                    return fitting
        return None


def parse(expression: str) -> Rate | Cron:
    """Read a schedule expression.

    Raises:
        UnsupportedTemplate: it is neither a rate nor a cron line that EventBridge would take.
    """
    match = re.fullmatch(r"(rate|cron)\((.+)\)", expression.strip())
    try:
        if match and match[1] == "rate":
            return _parse_rate(match[2])
        if match:
            return _parse_cron(match[2].split())
    except (ValueError, KeyError) as error:
        raise UnsupportedTemplate(f"schedule {expression}: {error}") from error
    raise UnsupportedTemplate(f"schedule {expression}")


def _parse_rate(text: str) -> Rate:
    count, unit = text.split()
    number = int(count)
    if number < 1 or (number == 1) == unit.endswith("s"):
        raise ValueError("a rate is one unit, or several units")
    return Rate(number * _UNITS[unit.removesuffix("s")])


def _parse_cron(fields: list[str]) -> Cron:
    if len(fields) != 6:
        raise ValueError("a cron line has six fields")
    minute, hour, day_of_month, month, day_of_week, year = (field.upper() for field in fields)
    if "?" not in (day_of_month, day_of_week):
        raise ValueError("the day of the month or the day of the week must be ?")
    return Cron(
        minutes=_numbers(minute, 0, 59),
        hours=_numbers(hour, 0, 23),
        months=_numbers(month, 1, 12, _MONTHS),
        years=_numbers(year, *_YEARS),
        fits_day=_day_of_month(day_of_month) if day_of_week == "?" else _day_of_week(day_of_week),
    )


def _day_of_month(field: str) -> Callable[[date], bool]:
    """`*`, numbers, `L` (the last day) or `15W` (the weekday nearest to the 15th)."""
    if field == "L":
        return lambda day: day.day == _days_in(day)
    if field.endswith("W"):
        number = 31 if field == "LW" else int(field[:-1])
        return lambda day: day == _nearest_weekday(day, number)
    days = _numbers(field, 1, 31)
    return lambda day: day.day in days


def _day_of_week(field: str) -> Callable[[date], bool]:
    """`*`, names or numbers, `6L` (the last Friday) or `3#2` (the second Tuesday)."""
    if "#" in field:
        weekday, nth = field.split("#")
        number, week = _number(weekday, _WEEKDAYS), int(nth)
        if not (1 <= number <= 7 and 1 <= week <= 5):
            raise ValueError(field)
        return lambda day: _weekday(day) == number and (day.day - 1) // 7 + 1 == week
    if field.endswith("L"):
        number = _number(field[:-1], _WEEKDAYS) if field != "L" else 7
        return lambda day: _weekday(day) == number and day.day + 7 > _days_in(day)
    days = _numbers(field, 1, 7, _WEEKDAYS)
    return lambda day: _weekday(day) in days


def _numbers(
    field: str, low: int, high: int, names: dict[str, int] | None = None
) -> frozenset[int]:
    """The numbers of a field: `*`, `5`, `1-5`, `FRI-MON`, `0/15`, `*/15`, `10-40/10`, or a list."""
    found: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        if span in ("*", "?"):
            start, end = low, high
        else:
            start = _number(first, names or {})
            end = _number(last, names or {}) if last else (high if step else start)
        if not (low <= start <= high and low <= end <= high):
            raise ValueError(f"{part} is not within {low} to {high}")
        values = (
            list(range(start, end + 1))
            if start <= end
            else [*range(start, high + 1), *range(low, end + 1)]
        )
        found.update(values[:: int(step or 1)])
    return frozenset(found)


def _number(text: str, names: dict[str, int]) -> int:
    return names[text] if text in names else int(text)


def _weekday(day: date) -> int:
    return day.isoweekday() % 7 + 1


def _days_in(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def _nearest_weekday(day: date, number: int) -> date:
    """The working day nearest to the given day of the month, within the month."""
    target = day.replace(day=min(number, _days_in(day)))
    match target.isoweekday():
        case 6:
            return target + timedelta(days=-1 if target.day > 1 else 2)
        case 7:
            return target + timedelta(days=1 if target.day < _days_in(day) else -2)
    return target


class Scheduler:
    """Fires schedules, each one run at a time: what comes due during a run is left out.

    Args:
        clock: now, in UTC.
        sleep: waits so many seconds.
    """

    def __init__(
        self,
        schedules: Iterable[Schedule],
        invoke: Invoke,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._schedules = [(schedule, parse(schedule.expression)) for schedule in schedules]
        self._invoke = invoke
        self._clock = clock
        self._sleep = sleep

    async def run(self) -> None:
        """Fire them all until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for schedule, times in self._schedules:
                tasks.create_task(self._run_one(schedule, times))

    async def _run_one(self, schedule: Schedule, times: Rate | Cron) -> None:
        while (due := times.after(self._clock())) is not None:
            # A computer that slept wakes late: look at the clock again before firing.
            while (left_s := (due - self._clock()).total_seconds()) > 0:
                await self._sleep(min(left_s, 60.0))
            answer = await self._invoke(schedule.function, _event(schedule, due))
            if answer.error:
                _log.warning("%s: %s", schedule.function, answer.payload.decode()[:500])


def _event(schedule: Schedule, due: datetime) -> bytes:
    """The event of one firing: the schedule's own input, or EventBridge's."""
    if schedule.input is not None:
        return schedule.input.encode()
    event = {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.scheduler",
        "account": naming.ACCOUNT_ID,
        "time": due.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": naming.REGION,
        "resources": [naming.schedule_arn(schedule.name)],
        "detail": "{}",
    }
    return json.dumps(event).encode()
