"""The answers of a language model as the farthest cache tier, on a real PostgreSQL."""

from __future__ import annotations

from datetime import timedelta

from records.llm_responses import LlmResponses, prompt_key, purge_expired_responses
from shared.cache import MemoryCache, ReadThrough
from shared.postgres import Postgres, open_postgres
from tests.api_client import SetClock

KEY = prompt_key("A ball falls.", "nova-lite:r1")


def through(database: Postgres, clock: SetClock) -> ReadThrough:
    """As a new instance has it: with an empty memory."""
    tiers = [MemoryCache(), LlmResponses(database, clock)]
    return ReadThrough(tiers, now=lambda: clock.now().timestamp())


def never() -> bytes:
    raise AssertionError("was asked again")


def test_a_prompt_is_asked_once_and_its_row_says_how_often_it_was_used(database: Postgres) -> None:
    clock = SetClock()
    answer = b'{"scene": "\xc3\xa4", "confidence": 0.9}'
    first = through(database, clock)
    assert first.find(KEY, 3600, lambda: answer) == answer
    assert first.find(KEY, 3600, never) == answer  # from memory
    clock.pass_by(minutes=10)
    assert through(database, clock).find(KEY, 3600, never) == answer

    row = database.fetch_one("SELECT * FROM llm_response_cache")
    assert row is not None
    assert (row["hit_count"], row["confidence"], row["model_version"]) == (1, 0.9, "nova-lite:r1")
    assert row["last_hit_at"] == clock.now()
    assert row["expires_at"] == clock.now() + timedelta(minutes=50)


def test_another_version_of_the_model_is_asked_anew(database: Postgres) -> None:
    clock = SetClock()
    through(database, clock).find(KEY, 3600, lambda: b"old")

    other = prompt_key("A ball falls.", "nova-lite:r2")
    assert through(database, clock).find(other, 3600, lambda: b"new") == b"new"


def test_that_it_could_not_tell_is_remembered_for_a_short_time(database: Postgres) -> None:
    clock = SetClock()
    assert through(database, clock).find(KEY, 3600, lambda: None) is None
    assert through(database, clock).find(KEY, 3600, never) is None
    clock.pass_by(seconds=31)

    assert through(database, clock).find(KEY, 3600, lambda: b"x") == b"x"
    assert through(database, clock).find(KEY, 3600, never) == b"x"


def test_what_is_forgotten_is_asked_again(database: Postgres) -> None:
    clock = SetClock()
    tiers = through(database, clock)
    tiers.find(KEY, 3600, lambda: b"x")
    tiers.forget(KEY)

    assert through(database, clock).find(KEY, 3600, lambda: b"y") == b"y"


def test_what_is_past_its_time_is_purged_and_nothing_else(database: Postgres) -> None:
    clock = SetClock()
    tiers = through(database, clock)
    for number, ttl_s in enumerate((60, 60, 3600)):
        tiers.find(prompt_key(str(number), "m"), ttl_s, lambda: b"x")
    clock.pass_by(minutes=2)

    assert purge_expired_responses(database, now=clock.now(), limit=1) == 1
    assert purge_expired_responses(database, now=clock.now()) == 1
    assert purge_expired_responses(database, now=clock.now()) == 0


def test_a_database_that_is_down_is_a_miss() -> None:
    clock = SetClock()
    down = open_postgres("postgresql://nobody@127.0.0.1:9/none")

    assert through(down, clock).find(KEY, 60, lambda: b"x") == b"x"
