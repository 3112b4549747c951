import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from infra.local.declared import Schedule
from infra.local.intrinsics import UnsupportedTemplate
from infra.local.runtime_api import Answer
from infra.local.schedules import Scheduler, parse


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "now", "due"),
    [
        # Every night, later the same day, and at the very minute only from the next day on.
        ("41 3 * * ? *", "2026-03-01 03:40:59", "2026-03-01 03:41:00"),
        ("41 3 * * ? *", "2026-03-01 03:41:00", "2026-03-02 03:41:00"),
        ("7 * * * ? *", "2026-12-31 23:08:00", "2027-01-01 00:07:00"),
        # Steps, lists, ranges.
        ("0/15 * * * ? *", "2026-05-05 10:31:00", "2026-05-05 10:45:00"),
        ("*/20 8-10 * * ? *", "2026-05-05 10:41:00", "2026-05-06 08:00:00"),
        ("0 6,18 * * ? *", "2026-05-05 06:00:00", "2026-05-05 18:00:00"),
        # Days of the week count from Sunday, by number or name; a range may wrap.
        ("0 12 ? * 2 *", "2026-06-01 12:00:00", "2026-06-08 12:00:00"),
        ("0 12 ? * MON-FRI *", "2026-06-05 12:00:00", "2026-06-08 12:00:00"),
        ("0 12 ? * FRI-SUN *", "2026-06-07 12:00:00", "2026-06-12 12:00:00"),
        # Last day, last Friday, second Tuesday, nearest weekday.
        ("0 0 L * ? *", "2028-02-10 00:00:00", "2028-02-29 00:00:00"),
        ("0 0 ? * 6L *", "2026-07-01 00:00:00", "2026-07-31 00:00:00"),
        ("0 0 ? * TUE#2 *", "2026-07-15 00:00:00", "2026-08-11 00:00:00"),
        ("0 0 15W * ? *", "2026-08-01 00:00:00", "2026-08-14 00:00:00"),
        ("0 0 1W 8 ? *", "2026-01-01 00:00:00", "2026-08-03 00:00:00"),
        # Months by name, years, and a day that not every month has.
        ("0 0 1 JAN ? *", "2026-01-01 00:00:00", "2027-01-01 00:00:00"),
        ("0 0 31 * ? *", "2026-04-01 00:00:00", "2026-05-31 00:00:00"),
        ("0 0 29 2 ? *", "2026-01-01 00:00:00", "2028-02-29 00:00:00"),
        ("0 0 1 1 ? 2030", "2026-01-01 00:00:00", "2030-01-01 00:00:00"),
    ],
)
def test_a_cron_line_is_due_at_the_next_minute_that_fits(line: str, now: str, due: str) -> None:
    assert parse(f"cron({line})").after(at(now)) == at(due)


def test_a_cron_line_of_a_year_that_is_over_is_never_due() -> None:
    assert parse("cron(0 0 1 1 ? 2020)").after(at("2026-01-01 00:00:00")) is None


@pytest.mark.parametrize(
    ("line", "seconds"),
    [("rate(1 minute)", 60), ("rate(15 minutes)", 900), ("rate(2 days)", 172800)],
)
def test_a_rate_is_due_one_interval_later(line: str, seconds: int) -> None:
    now = at("2026-01-01 00:00:30")
    assert parse(line).after(now) == now + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "line",
    [
        "rate(0 minutes)",
        "rate(1 minutes)",
        "rate(5 minute)",
        "rate(5 fortnights)",
        "cron(* * * * *)",
        "cron(0 0 1 * 1 *)",
        "cron(60 * * * ? *)",
        "cron(0 0 ? * NOD *)",
        "at(2026-01-01T00:00:00)",
        "hourly",
    ],
)
def test_a_line_that_eventbridge_would_refuse_is_refused(line: str) -> None:
    with pytest.raises(UnsupportedTemplate):
        parse(line)


class Over(Exception):
    """The test has seen enough."""


class Timeline:
    """A clock that the sleeper moves, and that ends the test when it is over."""

    def __init__(self, start: datetime, end: datetime) -> None:
        self.now = start
        self._end = end

    def clock(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        if self.now > self._end:
            raise Over


def fired(schedule: Schedule, *, minutes: int, run_takes_s: float = 0.0) -> list[tuple[str, bytes]]:
    start = at("2026-01-01 00:00:10")
    timeline = Timeline(start, start + timedelta(minutes=minutes))
    calls: list[tuple[str, bytes]] = []

    async def invoke(function: str, event: bytes) -> Answer:
        calls.append((timeline.now.strftime("%H:%M:%S"), event))
        timeline.now += timedelta(seconds=run_takes_s)
        return Answer(b"null")

    scheduler = Scheduler([schedule], invoke, clock=timeline.clock, sleep=timeline.sleep)
    with pytest.raises(ExceptionGroup):
        asyncio.run(scheduler.run())
    return calls


def test_a_schedule_fires_at_each_of_its_times() -> None:
    calls = fired(Schedule("S", "cron(0/2 * * * ? *)", "F", None), minutes=7)
    assert [time for time, _ in calls] == ["00:02:00", "00:04:00", "00:06:00"]


def test_what_comes_due_during_a_run_is_left_out() -> None:
    calls = fired(Schedule("S", "cron(* * * * ? *)", "F", None), minutes=6, run_takes_s=150)
    assert [time for time, _ in calls] == ["00:01:00", "00:04:00"]


def test_a_schedules_own_input_is_the_event() -> None:
    calls = fired(Schedule("S", "rate(5 minutes)", "F", '{"do": "sweep"}'), minutes=6)
    assert [event for _, event in calls] == [b'{"do": "sweep"}']


def test_without_an_input_the_event_is_eventbridges_own() -> None:
    ((_, event),) = fired(Schedule("S", "rate(5 minutes)", "F", None), minutes=6)
    assert b'"detail-type": "Scheduled Event"' in event
    assert b'"time": "2026-01-01T00:05:10Z"' in event
