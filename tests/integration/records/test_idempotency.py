"""The same request again, on a real PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast

import pytest

from records.idempotency import KEEP, Answer, Once, RequestKey, once, purge_expired_keys
from records.jobs import find_job
from records.submissions import Submission, submit
from shared.database import Database, Queries
from shared.errors import DependencyUnavailable, IdempotencyConflict, ValidationFailed
from shared.postgres import Postgres, open_postgres

KEY = RequestKey(caller="ses_owner", key="k-1", request_hash="a" * 64)
ANSWER = Answer(202, {"job_id": "job_1"}, {"Location": "/v1/jobs/job_1"})


@pytest.fixture
def notes(database: Postgres) -> Callable[[], list[str]]:
    """What the work in these tests wrote."""
    database.execute("CREATE TABLE IF NOT EXISTS notes (text text)")
    database.execute("TRUNCATE notes")
    return lambda: [row["text"] for row in database.fetch_all("SELECT text FROM notes")]


def _work(transaction: Queries) -> Answer:
    transaction.execute("INSERT INTO notes VALUES ('done')")
    return ANSWER


def test_the_same_request_again_gets_the_first_answer_and_has_no_second_effect(
    database: Postgres, notes: Callable[[], list[str]], now: datetime
) -> None:
    first = once(database, KEY, _work, now=now)
    again = once(database, KEY, _work, now=now + timedelta(hours=23))

    assert (first, again) == (Once(ANSWER, replayed=False), Once(ANSWER, replayed=True))
    assert notes() == ["done"]


def test_without_a_key_every_request_has_its_effect(
    database: Postgres, notes: Callable[[], list[str]], now: datetime
) -> None:
    for _ in range(2):
        assert once(database, None, _work, now=now) == Once(ANSWER, replayed=False)

    assert notes() == ["done", "done"]


def test_the_key_of_another_caller_is_another_key(
    database: Postgres, notes: Callable[[], list[str]], now: datetime
) -> None:
    once(database, KEY, _work, now=now)

    assert not once(database, replace(KEY, caller="ses_stranger"), _work, now=now).replayed
    assert notes() == ["done", "done"]


def test_the_same_key_with_another_request_is_a_conflict(
    database: Postgres, notes: Callable[[], list[str]], now: datetime
) -> None:
    once(database, KEY, _work, now=now)

    with pytest.raises(IdempotencyConflict):
        once(database, replace(KEY, request_hash="b" * 64), _work, now=now)
    assert notes() == ["done"]


def test_a_request_that_failed_is_not_kept(
    database: Postgres, notes: Callable[[], list[str]], now: datetime
) -> None:
    def refuse(transaction: Queries) -> Answer:
        transaction.execute("INSERT INTO notes VALUES ('half')")
        raise ValidationFailed("no")

    with pytest.raises(ValidationFailed):
        once(database, KEY, refuse, now=now)

    assert notes() == []
    assert once(database, replace(KEY, request_hash="b" * 64), _work, now=now).replayed is False


def test_a_key_is_free_again_after_a_day(
    database: Postgres, notes: Callable[[], list[str]], now: datetime
) -> None:
    once(database, KEY, _work, now=now)

    other = replace(KEY, request_hash="b" * 64)
    assert once(database, other, _work, now=now + KEEP).replayed is False
    assert notes() == ["done", "done"]


def test_the_purge_takes_only_keys_past_their_keep(
    database: Postgres, notes: Callable[[], list[str]], now: datetime
) -> None:
    once(database, KEY, _work, now=now)
    once(database, replace(KEY, key="k-2"), _work, now=now + timedelta(hours=1))

    assert purge_expired_keys(database, now=now + KEEP) == 1
    assert once(database, replace(KEY, key="k-2"), _work, now=now + KEEP).replayed is True


def test_many_of_the_same_at_once_have_one_effect_and_one_answer(
    postgres_url: str, notes: Callable[[], list[str]], now: datetime
) -> None:
    barrier = threading.Barrier(12)
    answers: list[Once] = []

    def ask() -> None:
        mine = open_postgres(postgres_url)
        mine.fetch_one("SELECT 1")
        barrier.wait()
        answers.append(once(mine, KEY, _work, now=now))
        mine.close()

    threads = [threading.Thread(target=ask) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert notes() == ["done"]
    assert [each.answer for each in answers] == [ANSWER] * 12
    assert [each.replayed for each in answers].count(False) == 1


def test_a_duplicate_does_the_work_if_the_first_was_undone(
    postgres_url: str, notes: Callable[[], list[str]], now: datetime
) -> None:
    first_is_in, second_waits = threading.Event(), threading.Event()

    def fail_late(transaction: Queries) -> Answer:
        transaction.execute("INSERT INTO notes VALUES ('undone')")
        first_is_in.set()
        second_waits.wait(timeout=5)
        raise ValidationFailed("no")

    def first() -> None:
        mine = open_postgres(postgres_url)
        with pytest.raises(ValidationFailed):
            once(mine, KEY, fail_late, now=now)
        mine.close()

    thread = threading.Thread(target=first)
    thread.start()
    first_is_in.wait(timeout=5)
    threading.Timer(0.2, second_waits.set).start()
    mine = open_postgres(postgres_url)
    assert once(mine, KEY, _work, now=now) == Once(ANSWER, replayed=False)
    mine.close()
    thread.join()

    assert notes() == ["done"]


def test_a_submission_writes_all_its_rows_and_the_answer(
    database: Postgres, owner: str, new_submission: Callable[[str], Submission], now: datetime
) -> None:
    submission = new_submission(owner)

    first = submit(database, submission, ANSWER, key=KEY, now=now)
    again = submit(database, new_submission(owner), ANSWER, key=KEY, now=now)

    assert (first.replayed, again.replayed) == (False, True)
    assert find_job(database, owner, submission.job.id) == submission.job
    assert _counts(database) == {"sketches": 1, "simulations": 1, "jobs": 1, "keys": 1}


@pytest.mark.parametrize("step", range(1, 7))
def test_a_server_process_killed_in_the_middle_of_a_submission_leaves_nothing_half_written(
    postgres_url: str,
    database: Postgres,
    owner: str,
    new_submission: Callable[[str], Submission],
    now: datetime,
    step: int,
) -> None:
    victim = _Dying(open_postgres(postgres_url), database, dies_before=step)
    submission = new_submission(owner)

    with pytest.raises(DependencyUnavailable) as refused:
        submit(cast(Database, victim), submission, ANSWER, key=KEY, now=now)

    assert refused.value.retry_after is not None
    assert _counts(database) == {"sketches": 0, "simulations": 0, "jobs": 0, "keys": 0}
    # The client tries again, on the same connection object, and it works.
    assert submit(victim.database, submission, ANSWER, key=KEY, now=now).replayed is False
    assert _counts(database) == {"sketches": 1, "simulations": 1, "jobs": 1, "keys": 1}
    victim.database.close()


class _Dying:
    """A database whose server process is killed at the n-th step of its transaction.

    Each statement is a step, and so is the commit.
    """

    def __init__(self, database: Postgres, killer: Postgres, *, dies_before: int) -> None:
        self.database = database
        self._killer = killer
        self._left = dies_before

    @contextmanager
    def transaction(self) -> Iterator[Queries]:
        with self.database.transaction() as real:
            row = real.fetch_one("SELECT pg_backend_pid() AS pid")
            assert row is not None

            def step() -> None:
                self._left -= 1
                if self._left == 0:
                    self._killer.execute("SELECT pg_terminate_backend(%s, 5000)", [row["pid"]])

            yield cast(Queries, _Steps(real, step))
            step()


class _Steps:
    """Statements, before each of which something happens."""

    def __init__(self, real: Queries, step: Callable[[], None]) -> None:
        self._real = real
        self._step = step

    def __getattr__(self, name: str) -> object:
        self._step()
        return getattr(self._real, name)


def _counts(database: Postgres) -> dict[str, int]:
    row = database.fetch_one(
        """
        SELECT (SELECT count(*) FROM sketches) AS sketches,
               (SELECT count(*) FROM simulations) AS simulations,
               (SELECT count(*) FROM jobs) AS jobs,
               (SELECT count(*) FROM idempotency_keys) AS keys
        """
    )
    assert row is not None
    return row
