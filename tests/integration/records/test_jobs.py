"""The life of a job, on a real PostgreSQL."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from records import jobs
from records.jobs import (
    advance,
    cancel,
    claim_attempt,
    fail,
    find_job,
    idle_jobs,
    load_job,
    succeed,
)
from records.simulations import Outcome, find_simulation
from records.submissions import Submission, insert_submission
from shared.errors import JobFinished, NotFound, Problem, problem
from shared.postgres import Postgres, open_postgres

OUTCOME = Outcome(
    duration_s=10.0,
    fps=60,
    frames=601,
    bodies=["ball_1"],
    energy={"start_j": 1.5, "end_j": 1.5},
    trajectory_prefix="trajectories/sim_1/",
    preview_png_key="previews/a.png",
)
BLANK: Problem = problem("NOTHING_TO_READ", "The page is blank.")


@pytest.fixture
def job_id(submitted: Submission, database: Postgres, now: datetime) -> str:
    database.execute(
        "UPDATE simulations SET model_key = 'models/m.xml' WHERE id = %s", [submitted.simulation.id]
    )
    return submitted.job.id


def _simulation_status(database: Postgres, owner: str, job_id: str) -> str:
    simulation = find_simulation(database, owner, load_job(database, job_id).simulation_id)
    assert simulation is not None
    return simulation.status


def test_a_new_job_is_as_it_was_submitted(
    database: Postgres, owner: str, submitted: Submission
) -> None:
    assert find_job(database, owner, submitted.job.id) == submitted.job


def test_a_job_goes_through_its_stages_and_its_simulation_runs_with_it(
    database: Postgres, owner: str, job_id: str, now: datetime
) -> None:
    versions = []
    for number, stage in enumerate(jobs.STAGES):
        later = now + timedelta(seconds=number)
        job = advance(database, job_id, stage, number / 10, now=later)
        assert (job.status, job.stage, job.progress, job.updated_at) == (
            "running",
            stage,
            number / 10,
            later,
        )
        versions.append(job.version)

    assert versions == sorted(set(versions))
    assert _simulation_status(database, owner, job_id) == "running"


def test_each_stage_is_timed_from_its_begin_to_its_end(
    database: Postgres, job_id: str, now: datetime
) -> None:
    for seconds, stage in ((0, "prepare"), (1, "read"), (3, "relate"), (3.5, "compile")):
        advance(database, job_id, stage, now=now + timedelta(seconds=seconds))
    # Progress within a stage does not begin it anew, nor does what a retried task says.
    advance(database, job_id, "simulate", 0.5, now=now + timedelta(seconds=4))
    advance(database, job_id, "simulate", 0.7, now=now + timedelta(seconds=6))
    advance(database, job_id, "read", now=now + timedelta(seconds=7))
    advance(database, job_id, "publish", now=now + timedelta(seconds=8))
    for _ in range(2):
        succeed(database, job_id, OUTCOME, result={}, now=now + timedelta(seconds=9))

    rows = database.fetch_all("SELECT operation, duration_ms, succeeded FROM performance_metrics")
    assert {row["operation"]: row["duration_ms"] for row in rows} == {
        "stage.prepare": 1000,
        "stage.read": 2000,
        "stage.relate": 500,
        "stage.compile": 500,
        "stage.simulate": 4000,
        "stage.publish": 1000,
    }
    assert len(rows) == 6
    assert all(row["succeeded"] for row in rows)


def test_a_stage_that_fails_is_timed_as_failed(
    database: Postgres, job_id: str, now: datetime
) -> None:
    advance(database, job_id, "read", now=now)
    fail(database, job_id, BLANK, now=now + timedelta(seconds=2))

    assert database.fetch_all(
        "SELECT operation, duration_ms, succeeded FROM performance_metrics"
    ) == [{"operation": "stage.read", "duration_ms": 2000, "succeeded": False}]


@pytest.mark.parametrize(("stage", "progress"), [("read", 0.4), ("read", 0.1), ("prepare", 0.9)])
def test_a_job_never_goes_back(
    database: Postgres, job_id: str, now: datetime, stage: str, progress: float
) -> None:
    reached = advance(database, job_id, "read", 0.4, now=now)

    assert advance(database, job_id, stage, progress, now=now + timedelta(seconds=9)) == reached


def test_progress_stays_where_a_later_stage_reports_less(
    database: Postgres, job_id: str, now: datetime
) -> None:
    advance(database, job_id, "prepare", 0.5, now=now)

    assert advance(database, job_id, "read", 0.2, now=now).progress == 0.5


def test_success_closes_the_job_and_fills_the_simulation(
    database: Postgres, owner: str, job_id: str, now: datetime
) -> None:
    advance(database, job_id, "publish", 0.9, now=now)

    job = succeed(database, job_id, OUTCOME, result={"frames": 601}, now=now)

    assert (job.status, job.progress, job.result, job.finished_at) == (
        "succeeded",
        1.0,
        {"frames": 601},
        now,
    )
    simulation = find_simulation(database, owner, job.simulation_id)
    assert simulation is not None
    assert simulation.status == "succeeded"
    assert {name: getattr(simulation, name) for name in OUTCOME.__slots__} == {
        name: getattr(OUTCOME, name) for name in OUTCOME.__slots__
    }


def test_failure_closes_the_job_with_its_problem(
    database: Postgres, owner: str, job_id: str, now: datetime
) -> None:
    job = fail(database, job_id, BLANK, now=now)

    assert job.status == "failed"
    assert job.error is not None
    assert Problem.from_json(job.error) == BLANK
    assert _simulation_status(database, owner, job_id) == "failed"


@pytest.mark.parametrize(
    "close",
    [
        lambda database, owner, job_id, now: succeed(database, job_id, OUTCOME, result={}, now=now),
        lambda database, owner, job_id, now: fail(database, job_id, BLANK, now=now),
        lambda database, owner, job_id, now: cancel(database, owner, job_id, now=now),
    ],
    ids=["succeeded", "failed", "cancelled"],
)
def test_nothing_changes_a_finished_job(
    database: Postgres,
    owner: str,
    job_id: str,
    now: datetime,
    close: Callable[[Postgres, str, str, datetime], object],
) -> None:
    close(database, owner, job_id, now)
    closed = load_job(database, job_id)
    status = _simulation_status(database, owner, job_id)
    later = now + timedelta(minutes=1)

    with pytest.raises(JobFinished):
        advance(database, job_id, "publish", 0.99, now=later)
    assert succeed(database, job_id, OUTCOME, result={"late": True}, now=later) == closed
    assert fail(database, job_id, BLANK, now=later) == closed
    assert cancel(database, owner, job_id, now=later) == closed
    assert load_job(database, job_id) == closed
    assert _simulation_status(database, owner, job_id) == status == closed.status


def test_a_cancel_and_a_success_at_once_leave_one_outcome(
    postgres_url: str,
    database: Postgres,
    owner: str,
    new_submission: Callable[[str], Submission],
    now: datetime,
) -> None:
    for _ in range(15):
        submission = new_submission(owner)
        insert_submission(database, submission)
        database.execute("UPDATE simulations SET model_key = 'models/m.xml'")
        job_id = submission.job.id
        barrier = threading.Barrier(3)
        seen: list[str] = []

        def act(close: Callable[[Postgres], object]) -> None:
            mine = open_postgres(postgres_url)
            mine.fetch_one("SELECT 1")
            barrier.wait()  # noqa: B023  # joined before the loop goes on
            close(mine)
            seen.append(load_job(mine, job_id).status)  # noqa: B023
            mine.close()

        closings: list[Callable[[Postgres], object]] = [
            lambda mine: succeed(mine, job_id, OUTCOME, result={}, now=now),  # noqa: B023
            lambda mine: cancel(mine, owner, job_id, now=now),  # noqa: B023
            lambda mine: fail(mine, job_id, BLANK, now=now),  # noqa: B023
        ]
        threads = [threading.Thread(target=act, args=(close,)) for close in closings]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert len(seen) == 3
        assert len({*seen, _simulation_status(database, owner, job_id)}) == 1
        assert load_job(database, job_id).version == 2


@pytest.mark.parametrize(
    "change",
    [
        lambda mine, owner, job_id, now: advance(mine, job_id, "read", now=now),
        lambda mine, owner, job_id, now: succeed(mine, job_id, OUTCOME, result={}, now=now),
        lambda mine, owner, job_id, now: fail(mine, job_id, BLANK, now=now),
        lambda mine, owner, job_id, now: cancel(mine, owner, job_id, now=now),
    ],
    ids=["advance", "succeed", "fail", "cancel"],
)
def test_a_change_that_waits_for_a_deletion_holds_nothing_that_the_deletion_needs(
    postgres_url: str,
    database: Postgres,
    owner: str,
    job_id: str,
    now: datetime,
    change: Callable[[Postgres, str, str, datetime], object],
) -> None:
    ended: list[str] = []

    def act() -> None:
        mine = open_postgres(postgres_url)
        try:
            change(mine, owner, job_id, now)
            ended.append("changed")
        except NotFound:
            ended.append("gone")
        mine.close()

    thread = threading.Thread(target=act)
    with database.transaction() as deletion:
        deletion.execute("SELECT FROM simulations FOR UPDATE")
        thread.start()
        watcher = open_postgres(postgres_url)
        while not watcher.fetch_all("SELECT FROM pg_locks WHERE NOT granted"):
            time.sleep(0.01)
        watcher.close()
        # It waits for the simulation. Were the job locked already, this would be a deadlock.
        assert len(deletion.fetch_all("SELECT FROM jobs FOR UPDATE SKIP LOCKED")) == 1
        deletion.execute("DELETE FROM simulations")
    thread.join()

    assert ended in (["gone"], ["changed"])  # a cancel of what is gone says so by None
    assert find_job(database, owner, job_id) is None


def test_another_owners_job_is_not_found(
    database: Postgres, job_id: str, stranger: str, now: datetime
) -> None:
    assert find_job(database, stranger, job_id) is None
    assert cancel(database, stranger, job_id, now=now) is None
    assert load_job(database, job_id).status == "queued"


def test_a_deleted_job_is_not_found_by_its_tasks(database: Postgres, now: datetime) -> None:
    for act in (
        lambda: advance(database, "job_gone", "read", now=now),
        lambda: fail(database, "job_gone", BLANK, now=now),
        lambda: succeed(database, "job_gone", OUTCOME, result={}, now=now),
    ):
        with pytest.raises(NotFound):
            act()


def test_a_stage_that_does_not_exist_is_refused(
    database: Postgres, job_id: str, now: datetime
) -> None:
    with pytest.raises(ValueError, match="dream"):
        advance(database, job_id, "dream", now=now)


def test_only_idle_open_jobs_are_claimed_and_each_once(
    database: Postgres, owner: str, new_submission: Callable[..., Submission], now: datetime
) -> None:
    old, fresh, done = (
        new_submission(owner, at=now - timedelta(minutes=10)),
        new_submission(owner, at=now),
        new_submission(owner, at=now - timedelta(minutes=10)),
    )
    for submission in (old, fresh, done):
        insert_submission(database, submission)
    cancel(database, owner, done.job.id, now=now - timedelta(minutes=9))
    idle_since = now - timedelta(minutes=1)

    idle = idle_jobs(database, idle_since=idle_since, not_after=now + timedelta(days=1))

    assert [job.id for job in idle] == [old.job.id]
    first = claim_attempt(database, idle[0], now=now)
    assert first is not None
    assert (first.attempt, first.execution_name) == (1, old.job.id)
    assert idle_jobs(database, idle_since=idle_since, not_after=now + timedelta(days=1)) == []
    second = claim_attempt(database, first, now=now)
    assert second is not None
    assert (second.attempt, second.execution_name) == (2, f"{old.job.id}-2")


def test_of_two_that_claim_the_same_attempt_one_gets_it(
    database: Postgres, submitted: Submission, now: datetime
) -> None:
    seen = load_job(database, submitted.job.id)

    claimed = [claim_attempt(database, seen, now=now) for _ in range(2)]

    assert [job.attempt if job else None for job in claimed] == [1, None]


def test_a_job_that_was_heard_of_again_is_not_claimed(
    database: Postgres, submitted: Submission, now: datetime
) -> None:
    seen = load_job(database, submitted.job.id)
    advance(database, seen.id, "read", now=now)

    assert claim_attempt(database, seen, now=now) is None
