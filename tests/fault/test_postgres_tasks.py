"""PostgreSQL's connection cut before and after each statement and commit of every task and every
schedule; and a task that dies after a commit.

Run again, as the state machine and the next firing do, each ends as if nothing had been. See
`test_postgres.py`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from dishka import Container, Provider, Scope

from pipeline import compile as compile_task
from pipeline import fail, publish, record, simulate
from pipeline.progress import ProgressSettings
from pipeline.task import task_handler
from records.connections import Connection, open_connection, subscribe
from records.idempotency import Answer, RequestKey, once
from records.jobs import Job
from records.locks import acquire
from records.measurements import write_measured
from records.plays import begin_play
from records.readings import keep_reading
from records.sessions import Session, create_session
from records.simulations import Simulation
from records.sketches import Sketch
from records.submissions import Submission, insert_submission
from records.uploads import Upload, create_upload
from schedules import purge_caches, purge_connections, purge_expired, resume_jobs, sweep_orphans
from schedules.run import scheduled
from shared.clock import Clock
from shared.database import Database
from shared.errors import DependencyUnavailable, Unprocessable
from shared.executions import Executions
from shared.folder import FolderObjects
from shared.measure import Measured, Timing
from shared.postgres import Postgres
from shared.push import Sockets
from tests import invariants
from tests.api_client import NOW, SetClock
from tests.executions import RememberedExecutions
from tests.integration.api.test_sketches import READING
from tests.integration.sockets.players import HeldSockets

from .cuttable import Cut, Cuttable, Died, Facts, Fate, facts

pytestmark = pytest.mark.slow

OLD = timedelta(days=400)
DIGEST = "ab" * 32
Run = Callable[[Mapping[str, Any]], Any]


@pytest.fixture
def fate() -> Fate:
    return Fate()


@pytest.fixture
def replaced(
    postgres_url: str, fate: Fate, clock: SetClock, executions: RememberedExecutions
) -> Iterator[Provider]:
    """What stands in for a part of each function."""
    database = Cuttable(postgres_url, fate)
    provider = Provider(scope=Scope.APP)
    provider.provide(lambda: database, provides=Database)
    provider.provide(lambda: clock, provides=Clock)
    provider.provide(lambda: executions, provides=Executions)
    provider.provide(HeldSockets, provides=Sockets)
    yield provider
    database.close()
    clock.time = NOW
    executions.__init__()  # type: ignore[misc]


def submission() -> Submission:
    """A drawing whose job has not begun."""
    times: dict[str, Any] = {"owner_id": "owner", "created_at": NOW, "updated_at": NOW}
    image = {"image_sha256": DIGEST, "image_key": f"images/ab/{DIGEST}.png"}
    size = {"content_type": "image/png", "width": 1221, "height": 977, "size": 1}
    sketch = Sketch(id="sketch", **image, **size, **times)
    simulation = Simulation(id="simulation", source="sketch", sketch_id="sketch", **times)
    request = {"job_id": "job", "simulation_id": "simulation"}
    job = Job(id="job", simulation_id="simulation", sketch_id="sketch", request=request, **times)
    return Submission(simulation=simulation, job=job, sketch=sketch)


def empty(database: Postgres) -> None:
    """Delete all rows."""
    for table in (
        "sessions",
        "idempotency_keys",
        "sketch_cache",
        "performance_metrics",
        "counters",
        "locks",
    ):
        database.execute(f"DELETE FROM {table}")  # type: ignore[arg-type]


# ------------------------------------------------------------------------------------- the tasks


class Pipeline:
    """The tasks of one job, in the state machine's order, and its rows before the first."""

    ORDER = ("record", "compile", "simulate", "publish")

    def __init__(
        self, database: Postgres, objects: FolderObjects, tasks: Mapping[str, Run]
    ) -> None:
        self._database = database
        self._objects = objects
        self._tasks = tasks
        self._event: dict[str, Any] = {}

    def begin(self, upto: str) -> None:
        """Write the rows anew, with somebody who watches, and run what comes before a task."""
        empty(self._database)
        for found in list(self._objects.list()):
            self._objects.delete(found.key)  # or a run would find its work done
        reading = json.dumps(READING.to_json()).encode()
        self._objects.put("readings/a.json", reading, "application/json")
        self._objects.put(f"images/ab/{DIGEST}.png", b"x", "image/png")
        create_session(self._database, Session("owner", NOW, NOW + timedelta(days=1)))
        insert_submission(self._database, submission())
        open_connection(self._database, Connection("watcher", NOW, NOW, owner_id="owner"))
        assert subscribe(self._database, "watcher", "job")
        assert begin_play(
            self._database,
            "watcher",
            simulation_id="simulation",
            share_token=None,
            start_s=0.0,
            fps=None,
            credit=4,
        )
        self._event = {
            "job_id": "job",
            "simulation_id": "simulation",
            "sketch_id": "sketch",
            "source": "sketch",
            "stage": "prepare",
            "image_key": f"images/ab/{DIGEST}.png",
            "analysis_key": "readings/a.json",
            "related": {"analysis_key": "readings/a.json"},
            "corrections_key": None,
            "prompt": None,
            "duration_s": 1.0,
            "fps": 60,
            "gravity": None,
            "error": {"Error": "OperationalError", "Cause": "nobody foresaw it"},
        }
        for name in self.ORDER[: self.ORDER.index(upto)] if upto in self.ORDER else ():
            self.run(name)

    def run(self, name: str) -> None:
        """Run a task.

        Raises:
            DependencyUnavailable: a store did not answer: the state machine tries again.
        """
        made = self._tasks[name](self._event)
        self._event |= {"compiled": made} if name == "compile" else {}
        self._event |= {"simulated": made} if name == "simulate" else {}

    def run_again(self, name: str) -> None:
        """Run a task whose outcome is not known."""
        try:
            self.run(name)
        except Unprocessable as refused:  # it was done: the machine goes on to Fail, in vain
            assert refused.problem.code == "JOB_FINISHED"
            self.run("fail")


@pytest.fixture
def pipeline(
    database: Postgres,
    objects: FolderObjects,
    objects_url: str,
    environ: dict[str, str],
    replaced: Provider,
    monkeypatch: pytest.MonkeyPatch,
) -> Pipeline:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    tasks = {
        "record": (ProgressSettings, record.run),
        "compile": (compile_task.CompileConfig, compile_task.run),
        "simulate": (simulate.SimulateConfig, simulate.run),
        "publish": (publish.PublishConfig, publish.run),
        "fail": (ProgressSettings, fail.run),
    }

    def task(config: type, run: Callable[[Any, Container], Any]) -> Run:
        handler = task_handler(config, run, replaced)
        return lambda event: handler(dict(event), None)

    return Pipeline(database, objects, {name: task(*each) for name, each in tasks.items()})


def read_and_compiled(found: Facts) -> tuple[bool, bool, bool]:
    """What `compile` writes in one transaction."""
    return (
        found["simulations"][0]["model_key"] is not None,
        found["sketches"][0]["analysis_key"] is not None,
        bool(found["readings"]),
    )


@pytest.mark.parametrize("when", Cut)
@pytest.mark.parametrize("task", [*Pipeline.ORDER, "fail"])
def test_a_task_that_is_cut_anywhere_can_be_run_again(
    pipeline: Pipeline,
    fate: Fate,
    database: Postgres,
    objects: FolderObjects,
    task: str,
    when: Cut,
) -> None:
    pipeline.begin(task)
    before = facts(database)
    with fate.cutting(when, None):
        pipeline.run(task)
    whole, steps = facts(database), fate.steps
    assert whole != before and steps >= 2

    for cut in range(steps):
        pipeline.begin(task)
        with fate.cutting(when, cut), suppress(DependencyUnavailable):
            pipeline.run(task)
            # It was not noticed, or only who watches has missed something.
            assert facts(database) == whole, cut
        assert len(set(read_and_compiled(facts(database)))) == 1, "half of a transaction"
        invariants.check(database, objects)

        pipeline.run_again(task)
        assert facts(database) == whole, cut
        invariants.check(database, objects)


@pytest.mark.parametrize("task", [*Pipeline.ORDER, "fail"])
def test_a_task_that_dies_after_a_commit_can_be_run_again(
    pipeline: Pipeline, fate: Fate, database: Postgres, objects: FolderObjects, task: str
) -> None:
    pipeline.begin(task)
    pipeline.run(task)
    whole = facts(database)

    pipeline.begin(task)
    fate.die_after_commit = True
    with pytest.raises(Died):
        pipeline.run(task)
    fate.die_after_commit = False
    invariants.check(database, objects)

    pipeline.run_again(task)
    assert facts(database) == whole
    invariants.check(database, objects)


# --------------------------------------------------------------------------------- the schedules


def _expired(database: Postgres, _: FolderObjects) -> None:
    for name, until in (("old", NOW - timedelta(seconds=1)), ("owner", NOW + timedelta(days=1))):
        create_session(database, Session(name, NOW - OLD, until))
        for at in (NOW - timedelta(hours=24), NOW):
            once(database, RequestKey(name, f"{at}", "hash"), lambda _: Answer(200, {}), now=at)
    insert_submission(database, submission())
    times = (NOW - OLD, NOW)
    create_upload(database, Upload("u", "owner", "uploads/u", "image/png", None, *times))


def _unused(database: Postgres, objects: FolderObjects) -> None:
    for at, digest in ((NOW - OLD, "00" * 32), (NOW, "11" * 32)):
        objects.put(f"readings/{digest}", b"x", "text/plain")
        keep_reading(database, digest, "1", f"readings/{digest}", now=at)
        write_measured(database, Measured({}, (Timing("old", 1.0, True, at),)), now=at)
    acquire(database, "old", "holder", ttl_s=60)
    database.execute("UPDATE locks SET expires_at = clock_timestamp() - make_interval(days => 8)")
    acquire(database, "held", "holder", ttl_s=60)


def _unheard(database: Postgres, _: FolderObjects) -> None:
    create_session(database, Session("owner", NOW, NOW + timedelta(days=1)))
    for name, at in (("old", NOW - timedelta(hours=3)), ("new", NOW)):
        open_connection(database, Connection(name, at, at, owner_id="owner"))


def _idle(database: Postgres, _: FolderObjects) -> None:
    create_session(database, Session("owner", NOW, NOW + timedelta(days=1)))
    insert_submission(database, submission())
    database.execute("UPDATE jobs SET updated_at = updated_at - make_interval(mins => 5)")


def _orphaned(database: Postgres, objects: FolderObjects) -> None:
    for key in ("pages/1", "pages/2", "readings/there"):
        objects.put(key, b"x", "text/plain")
    for digest, key in (("00" * 32, "readings/there"), ("11" * 32, "readings/gone")):
        keep_reading(database, digest, "1", key, now=NOW)


@dataclass(frozen=True)
class Schedule:
    """A schedule, and what there is for it to do."""

    config: type
    run: Callable[[Mapping[str, Any], Container], dict[str, int]]
    prepare: Callable[[Postgres, FolderObjects], None]


SCHEDULES = {
    "purge_expired": Schedule(purge_expired.PurgeExpiredConfig, purge_expired.run, _expired),
    "purge_caches": Schedule(purge_caches.PurgeCachesConfig, purge_caches.run, _unused),
    "purge_connections": Schedule(
        purge_connections.PurgeConnectionsConfig, purge_connections.run, _unheard
    ),
    "resume_jobs": Schedule(resume_jobs.ResumeJobsConfig, resume_jobs.run, _idle),
    "sweep_orphans": Schedule(sweep_orphans.SweepOrphansConfig, sweep_orphans.run, _orphaned),
}


@pytest.mark.parametrize("when", Cut)
@pytest.mark.parametrize("name", SCHEDULES)
def test_a_schedule_that_is_cut_anywhere_is_made_up_for_by_its_next_run(
    database: Postgres,
    objects: FolderObjects,
    environ: dict[str, str],
    replaced: Provider,
    clock: SetClock,
    executions: RememberedExecutions,
    fate: Fate,
    name: str,
    when: Cut,
) -> None:
    schedule = SCHEDULES[name]
    handler = scheduled(schedule.config, schedule.run, environ=environ, providers=(replaced,))

    def prepare() -> None:
        empty(database)
        executions.__init__()  # type: ignore[misc]
        for found in list(objects.list()):
            objects.delete(found.key)
        clock.time = NOW
        schedule.prepare(database, objects)
        if name == "sweep_orphans":  # it goes by the objects' times, which are the machine's
            newest = max(one.modified_at for one in objects.list())
            clock.time = newest + timedelta(days=2)

    def outcome() -> tuple[Facts, list[str], int]:
        return facts(database), sorted(one.key for one in objects.list()), len(executions.given)

    prepare()
    before = outcome()
    with fate.cutting(when, None):
        handler({}, None)
    whole, steps = outcome(), fate.steps
    assert whole != before

    for cut in range(steps):
        prepare()
        with fate.cutting(when, cut), suppress(DependencyUnavailable):
            handler({}, None)
            assert outcome() == whole, cut  # it was not noticed
        invariants.check(database, deleted=True)
        if name == "sweep_orphans":
            # Who held the lock is gone without a word, as Lambda's longest run would be.
            database.execute("DELETE FROM locks")
        clock.pass_by(minutes=1)
        handler({}, None)
        assert outcome() == whole, cut
        invariants.check(database, deleted=True)
