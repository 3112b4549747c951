"""Every schedule runs several times at the same time, and does its work once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from dishka import Container, Provider, Scope

from records.connections import Connection, open_connection
from records.idempotency import Answer, RequestKey, once
from records.jobs import Job
from records.locks import acquire
from records.measurements import write_measured
from records.readings import keep_reading
from records.sessions import Session, create_session
from records.simulations import Simulation
from records.submissions import Submission, insert_submission
from records.uploads import Upload, create_upload
from schedules import purge_caches, purge_connections, purge_expired, resume_jobs, sweep_orphans
from schedules.run import Counts, scheduled
from shared.clock import Clock
from shared.executions import Executions
from shared.folder import open_folder
from shared.measure import Measured, Timing
from shared.postgres import Postgres
from tests.api_client import NOW, SetClock
from tests.executions import RememberedExecutions

AT_ONCE = 4
MANY = 250
OLD = timedelta(days=400)
Run = Callable[[Mapping[str, Any], Container], Counts]


@pytest.fixture
def run_at_once(
    postgres_url: str, tmp_path: Path, clock: SetClock, executions: RememberedExecutions
) -> Callable[[type, Run], Counter[str]]:
    """Runs a schedule in several execution environments at once; all that they did together."""
    provider = Provider(scope=Scope.APP)
    provider.provide(lambda: clock, provides=Clock)
    provider.provide(lambda: executions, provides=Executions)
    environ = {
        "DATABASE_URL": postgres_url,
        "OBJECTS_URL": tmp_path.as_uri(),
        "JOBS_STATE_MACHINE_ARN": "arn:x:stateMachine:y",
    }

    def run_at_once(config: type, run: Run) -> Counter[str]:
        handlers = [
            scheduled(config, run, environ=environ, providers=(provider,)) for _ in range(AT_ONCE)
        ]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            counts = list(pool.map(lambda handler: handler({}, None), handlers))
        return sum(map(Counter, counts), Counter())

    return run_at_once


def count(database: Postgres, table: str) -> int:
    row = database.fetch_one(f"SELECT count(*) AS n FROM {table}")  # type: ignore[arg-type]
    assert row is not None
    return int(row["n"])


def sessions(database: Postgres, prefix: str, *, expires: timedelta) -> list[str]:
    ids = [f"{prefix}-{number}" for number in range(MANY)]
    for each in ids:
        create_session(database, Session(each, NOW - OLD, NOW + expires))
    return ids


def test_what_is_past_its_keep_is_purged_once(
    database: Postgres, run_at_once: Callable[[type, Run], Counter[str]]
) -> None:
    sessions(database, "old", expires=-timedelta(seconds=1))
    owners = sessions(database, "new", expires=timedelta(days=1))
    for number, owner in enumerate(owners):
        upload = (f"u{number}", owner, f"uploads/{number}", "image/png", None, NOW - OLD, NOW)
        create_upload(database, Upload(*upload))
        key = RequestKey(owner, "k", "hash")
        once(database, key, lambda _: Answer(200, {}), now=NOW - timedelta(hours=24))
        once(database, RequestKey(owner, "l", "hash"), lambda _: Answer(200, {}), now=NOW)

    done = run_at_once(purge_expired.PurgeExpiredConfig, purge_expired.run)

    assert done == {"sessions": MANY, "uploads": MANY, "idempotency_keys": MANY}
    assert (count(database, "sessions"), count(database, "idempotency_keys")) == (MANY, MANY)


def test_what_was_kept_in_case_is_purged_once(
    database: Postgres, run_at_once: Callable[[type, Run], Counter[str]]
) -> None:
    for at in (NOW - OLD, NOW):
        for number in range(MANY):
            key = f"{number + (1000 if at == NOW else 0):064x}"
            keep_reading(database, key, "1", f"readings/{key}", now=at)
        timings = tuple(Timing("x", 1.0, True, at) for _ in range(MANY))
        write_measured(database, Measured({"hits": 1}, timings), now=at)
    for number in range(MANY):
        acquire(database, f"lock-{number}", "holder", ttl_s=60)
    database.execute("UPDATE locks SET expires_at = clock_timestamp() - make_interval(days => 8)")
    acquire(database, "held", "holder", ttl_s=60)

    done = run_at_once(purge_caches.PurgeCachesConfig, purge_caches.run)

    assert done == {"readings": MANY, "measurements": MANY, "locks": MANY}
    left = ("sketch_cache", "performance_metrics", "counters", "locks")
    assert [count(database, table) for table in left] == [MANY, MANY, 1, 1]


def test_connections_are_forgotten_once(
    database: Postgres, run_at_once: Callable[[type, Run], Counter[str]]
) -> None:
    create_session(database, Session("owner", NOW, NOW + timedelta(days=1)))
    for number in range(MANY):
        for name, at in (("old", NOW - timedelta(hours=3)), ("new", NOW)):
            open_connection(database, Connection(f"{name}{number}", at, at, owner_id="owner"))

    done = run_at_once(purge_connections.PurgeConnectionsConfig, purge_connections.run)

    assert done == {"connections": MANY}
    assert count(database, "socket_connections") == MANY


def test_each_idle_job_is_started_once(
    database: Postgres,
    executions: RememberedExecutions,
    run_at_once: Callable[[type, Run], Counter[str]],
) -> None:
    create_session(database, Session("owner", NOW, NOW + timedelta(days=1)))
    jobs = 40  # of which one run takes up to 50
    for number in range(jobs):
        times: dict[str, Any] = {
            "owner_id": "owner",
            "created_at": NOW - timedelta(minutes=5),
            "updated_at": NOW - timedelta(minutes=5),
        }
        simulation = Simulation(id=f"simulation-{number}", source="prompt", **times)
        job = Job(
            id=f"job-{number}",
            simulation_id=simulation.id,
            request={"job_id": f"job-{number}", "simulation_id": simulation.id},
            **times,
        )
        insert_submission(database, Submission(simulation=simulation, job=job))

    done = run_at_once(resume_jobs.ResumeJobsConfig, resume_jobs.run)

    assert done["started"] == jobs
    assert done["failed"] == 0
    assert sorted(executions.given) == sorted(f"job-{number}" for number in range(jobs))


def test_orphans_go_both_ways_and_once(
    database: Postgres,
    tmp_path: Path,
    clock: SetClock,
    run_at_once: Callable[[type, Run], Counter[str]],
) -> None:
    objects = open_folder(tmp_path.as_uri())
    for number in range(20):
        objects.put(f"pages/{number}", b"x", "text/plain")
    objects.put("readings/there", b"x", "text/plain")
    for number, key in enumerate(("readings/there", "readings/gone")):
        keep_reading(database, f"{number:064x}", "1", key, now=NOW)
    # The clock of this test stands long before the objects' times.
    assert run_at_once(sweep_orphans.SweepOrphansConfig, sweep_orphans.run)["deleted"] == 0
    assert database.fetch_all("SELECT analysis_key FROM sketch_cache") == [
        {"analysis_key": "readings/there"}
    ]

    clock.time = max(one.modified_at for one in objects.list()) + timedelta(days=2)
    done = run_at_once(sweep_orphans.SweepOrphansConfig, sweep_orphans.run)
    assert done["deleted"] == 20
    assert [one.key for one in objects.list()] == ["readings/there"]
