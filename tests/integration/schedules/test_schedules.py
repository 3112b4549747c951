"""The schedules: what they clean up and start again, and what they leave alone."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from dishka import Provider, Scope

from records.connections import Connection, open_connection
from records.idempotency import Answer, RequestKey, once
from records.jobs import Job, advance, load_job
from records.llm_responses import LlmResponses, prompt_key
from records.measurements import write_measured
from records.readings import find_reading, keep_reading
from records.sessions import Session, create_session
from records.simulations import Simulation, record_model
from records.sketches import Sketch
from records.submissions import Submission, insert_submission
from records.uploads import Upload, create_upload
from schedules import purge_caches, purge_connections, purge_expired, resume_jobs, sweep_orphans
from schedules.resume_jobs import STUCK, resume
from schedules.run import scheduled
from schedules.sweep_orphans import sweep
from shared.cache import ReadThrough
from shared.clock import Clock
from shared.config import ConfigError
from shared.database import Queries
from shared.executions import Executions
from shared.folder import FolderObjects, open_folder
from shared.measure import Measured, Timing
from shared.postgres import Postgres
from tests.api_client import NOW, SetClock
from tests.executions import RememberedExecutions

LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def parts(clock: SetClock, executions: RememberedExecutions) -> Provider:
    provider = Provider(scope=Scope.APP)
    provider.provide(lambda: clock, provides=Clock)
    provider.provide(lambda: executions, provides=Executions)
    return provider


@pytest.fixture
def job(database: Postgres) -> Job:
    create_session(database, Session("owner", NOW, NOW + timedelta(days=1)))
    return submit(database, 1)


def submit(database: Postgres, number: int) -> Job:
    times: dict[str, Any] = {"owner_id": "owner", "created_at": NOW, "updated_at": NOW}
    digest = f"{number:064x}"
    sketch = Sketch(
        id=f"sketch_{number}",
        image_sha256=digest,
        image_key=f"images/00/{digest}.png",
        content_type="image/png",
        width=1,
        height=1,
        size=1,
        **times,
    )
    simulation = Simulation(
        id=f"simulation_{number}", source="sketch", sketch_id=sketch.id, **times
    )
    job = Job(
        id=f"job_{number}",
        simulation_id=simulation.id,
        sketch_id=sketch.id,
        request={"job_id": f"job_{number}"},
        **times,
    )
    insert_submission(database, Submission(simulation=simulation, job=job, sketch=sketch))
    return job


def test_a_job_whose_start_was_lost_is_started_with_what_it_was_given(
    database: Postgres, executions: RememberedExecutions, job: Job
) -> None:
    assert resume(database, executions, now=LATER) == {"started": 1, "failed": 0, "left": 0}

    assert executions.given == {"job_1": {"job_id": "job_1", "request_id": None}}


def test_a_job_that_was_just_sent_in_is_left_alone(
    database: Postgres, executions: RememberedExecutions, job: Job
) -> None:
    assert resume(database, executions, now=NOW + timedelta(seconds=5))["started"] == 0
    assert executions.given == {}


def test_a_job_whose_execution_runs_is_left_alone_unless_it_is_stuck(
    database: Postgres, executions: RememberedExecutions, job: Job
) -> None:
    executions.start("job_1", {})
    advance(database, job.id, "read", now=NOW)
    assert resume(database, executions, now=LATER) == {"started": 0, "failed": 0, "left": 1}
    assert executions.running == {"job_1"}

    resume(database, executions, now=NOW + STUCK)

    assert executions.running == {"job_1-2"}


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_job_is_resumed_though_the_clock_was_set_by_an_hour_meanwhile(
    database: Postgres, executions: RememberedExecutions, job: Job, hours: int
) -> None:
    set_clock = LATER + timedelta(hours=hours)

    assert resume(database, executions, now=set_clock)["started"] == 1
    assert resume(database, executions, now=set_clock)["started"] == 0

    # One that hangs is stopped, too.
    resume(database, executions, now=set_clock + timedelta(hours=hours))
    assert executions.running == {"job_1-2"}


def test_a_job_whose_execution_died_is_started_under_another_name_up_to_three_times(
    database: Postgres, executions: RememberedExecutions, job: Job
) -> None:
    executions.start("job_1", {})
    names = []
    for minute in range(1, 4):
        executions.running.clear()
        resume(database, executions, now=NOW + timedelta(minutes=minute))
        names.append(sorted(executions.running))

    assert names == [["job_1-2"], ["job_1-3"], []]
    failed = load_job(database, job.id)
    assert failed.status == "failed"
    assert failed.error is not None
    assert failed.error["code"] == "INTERNAL"


def test_two_that_resume_at_once_start_a_job_once(
    database: Postgres, executions: RememberedExecutions, job: Job
) -> None:
    class Meanwhile:
        """Executions during whose first look another run resumes the same job."""

        def __init__(self) -> None:
            self.asked = False

        def __getattr__(self, name: str) -> Any:
            return getattr(executions, name)

        def is_running(self, name: str) -> bool:
            running = executions.is_running(name)
            if not self.asked:
                self.asked = True
                resume(database, executions, now=LATER)
            return running

    assert resume(database, Meanwhile(), now=LATER)["left"] == 1  # type: ignore[arg-type]
    assert list(executions.given) == ["job_1"]


def test_after_everything_was_stopped_jobs_resume_at_once(
    postgres_url: str,
    database: Postgres,
    executions: RememberedExecutions,
    parts: Provider,
    job: Job,
    clock: SetClock,
) -> None:
    environ = {"DATABASE_URL": postgres_url, "JOBS_STATE_MACHINE_ARN": "arn:x:stateMachine:y"}
    handler = scheduled(
        resume_jobs.ResumeJobsConfig, resume_jobs.run, environ=environ, providers=(parts,)
    )
    clock.pass_by(seconds=1)

    assert handler({"source": "aws.events"}, None)["started"] == 0
    assert handler({"idle_s": 0}, None)["started"] == 1


def test_what_is_past_its_keep_goes_and_the_rest_stays(
    postgres_url: str, database: Postgres, parts: Provider, clock: SetClock, job: Job
) -> None:
    create_session(database, Session("longer", NOW, NOW + timedelta(days=60)))
    for owner in ("owner", "longer"):
        upload = Upload(
            f"upload_{owner}", owner, "uploads/x", "image/png", None, NOW, NOW + timedelta(days=2)
        )
        create_upload(database, upload)

    def keep(_: Queries) -> Answer:
        return Answer(200, {})

    once(database, RequestKey("longer", "k", "h"), keep, now=NOW)
    handler = scheduled(
        purge_expired.PurgeExpiredConfig,
        purge_expired.run,
        environ={"DATABASE_URL": postgres_url},
        providers=(parts,),
    )
    nothing = {"sessions": 0, "uploads": 0, "idempotency_keys": 0}

    assert handler({}, None) == nothing
    clock.pass_by(days=1)
    assert handler({}, None) == {**nothing, "sessions": 1, "idempotency_keys": 1}
    assert handler({}, None) == nothing
    clock.pass_by(days=1)
    assert handler({}, None) == {**nothing, "uploads": 1}
    clock.pass_by(days=91)
    assert handler({}, None) == {**nothing, "sessions": 1}


def test_what_was_kept_in_case_goes_when_nobody_asked_for_it(
    postgres_url: str, database: Postgres, parts: Provider, clock: SetClock
) -> None:
    keep_reading(database, "a" * 64, "1", "readings/a", now=NOW)
    at = Timing("x", 1.0, True, NOW)
    write_measured(database, Measured({"hits": 1}, (at, at)), now=NOW)
    tiers = ReadThrough([LlmResponses(database, clock)], now=lambda: clock.now().timestamp())
    tiers.find(prompt_key("A ball falls.", "m"), 3600, lambda: b"x")
    handler = scheduled(
        purge_caches.PurgeCachesConfig,
        purge_caches.run,
        environ={"DATABASE_URL": postgres_url, "KEEP_MEASUREMENTS_DAYS": "10"},
        providers=(parts,),
    )
    nothing = {"readings": 0, "llm_responses": 0, "measurements": 0, "locks": 0}

    assert handler({}, None) == nothing
    clock.pass_by(hours=2)
    assert handler({}, None) == {**nothing, "llm_responses": 1}
    clock.pass_by(days=10)
    assert handler({}, None) == {**nothing, "measurements": 2}
    assert find_reading(database, "a" * 64, "1", now=clock.now()) is not None
    clock.pass_by(days=91)
    assert handler({}, None) == {**nothing, "readings": 1}
    assert handler({}, None) == nothing


@pytest.mark.parametrize("days", ["0", "366", "-1", "1.5", "true", "1e2", "ten"])
def test_days_to_keep_are_from_1_to_365(postgres_url: str, days: str) -> None:
    handler = scheduled(
        purge_caches.PurgeCachesConfig,
        purge_caches.run,
        environ={"DATABASE_URL": postgres_url, "KEEP_READINGS_DAYS": days},
    )

    with pytest.raises(ConfigError, match="KEEP_READINGS_DAYS: must be"):
        handler({}, None)


def test_connections_that_can_not_be_open_any_more_are_forgotten(
    postgres_url: str, database: Postgres, parts: Provider, clock: SetClock, job: Job
) -> None:
    open_connection(database, Connection("old", NOW, NOW, owner_id="owner"))
    clock.pass_by(hours=2)
    open_connection(database, Connection("new", clock.now(), clock.now(), owner_id="owner"))
    handler = scheduled(
        purge_connections.PurgeConnectionsConfig,
        purge_connections.run,
        environ={"DATABASE_URL": postgres_url},
        providers=(parts,),
    )

    assert handler({}, None) == {"connections": 0}
    clock.pass_by(minutes=6)
    assert handler({}, None) == {"connections": 1}
    assert handler({}, None) == {"connections": 0}


@pytest.fixture
def objects(tmp_path: Path) -> FolderObjects:
    return open_folder(tmp_path.as_uri())


def test_the_sweep_deletes_old_objects_that_no_row_refers_to(
    database: Postgres, objects: FolderObjects, job: Job
) -> None:
    used = [f"images/00/{1:064x}.png", "models/a.xml", "readings/a.json"]
    record_model(
        database,
        "simulation_1",
        model_key="models/a.xml",
        analysis_key=None,
        title=None,
        now=NOW,
    )
    keep_reading(database, "a" * 64, "1", "readings/a.json", now=NOW)
    orphans = [f"images/00/{n:064x}.png" for n in range(2, 9)] + ["pages/x.npz", "exports/y.csv"]
    for key in used + orphans:
        objects.put(key, b"x", "application/octet-stream")
    written = max(one.modified_at for one in objects.list())

    spared = sweep(objects, database, older_than=written - timedelta(seconds=60), page=4)
    assert spared == {"seen": 12, "deleted": 0}
    swept = sweep(objects, database, older_than=written + timedelta(seconds=1), page=4)

    assert swept == {"seen": 12, "deleted": len(orphans)}
    assert [one.key for one in objects.list()] == sorted(used)
    again = sweep(objects, database, older_than=written + timedelta(seconds=1), page=4)
    assert again == {"seen": 3, "deleted": 0}


def test_an_object_that_is_written_again_during_the_sweep_is_spared(
    database: Postgres, tmp_path: Path, job: Job
) -> None:
    objects = open_folder(tmp_path.as_uri())
    objects.put("pages/x.npz", b"x", "application/octet-stream")
    (found,) = objects.list()
    between = found.modified_at + timedelta(microseconds=1)

    class Rewritten:
        """Objects that are written again once they were listed."""

        def __getattr__(self, name: str) -> Any:
            return getattr(objects, name)

        def list(self, prefix: str = "") -> Any:
            listed = list(objects.list(prefix))
            objects.put("pages/x.npz", b"x", "application/octet-stream")
            return iter(listed)

    assert sweep(Rewritten(), database, older_than=between)["deleted"] == 0  # type: ignore[arg-type]
    assert [one.key for one in objects.list()] == ["pages/x.npz"]
    assert timedelta(hours=1) <= sweep_orphans.GRACE
