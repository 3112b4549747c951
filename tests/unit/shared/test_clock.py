"""Time and names."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from shared.clock import SystemClock, new_id


def test_the_clock_tells_utc() -> None:
    now = SystemClock().now()

    assert now.utcoffset() == timedelta(0)
    assert abs(now - datetime.now(UTC)) < timedelta(seconds=5)


def test_ids_differ_and_may_name_an_execution() -> None:
    ids = {new_id("job") for _ in range(1000)}

    assert len(ids) == 1000
    # Step Functions takes these characters, and 80 of them.
    assert all(re.fullmatch(r"job_[0-9a-hjkmnp-tv-z]{26}", each) for each in ids)


def test_ids_sort_by_the_time_they_were_made() -> None:
    first = new_id("job")
    begun = datetime.now(UTC)
    while datetime.now(UTC) - begun < timedelta(milliseconds=2):
        pass

    assert first < new_id("job")
