"""Jobs: waiting for a change, and calling off."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from records.connections import Connection, open_connection, subscribe
from records.jobs import advance, fail, load_job
from records.plays import begin_play, players_of
from shared.errors import problem
from shared.postgres import Postgres, open_postgres
from tests.api_client import NOW, Answered, Api
from tests.executions import RememberedExecutions
from tests.integration.sockets.players import HeldSockets


@pytest.fixture
def job(api: Api, token: str, drawing: bytes) -> str:
    """A job that waits to be run; its address."""
    posted = api.send("POST", "/v1/sketches", drawing, token=token, content_type="image/webp")
    return str(posted.headers["location"])


def test_a_job_is_told_as_the_contract_says(
    api: Api, token: str, job: str, database: Postgres
) -> None:
    queued = api.send("GET", job, token=token)
    assert queued.status == 200
    assert {name: queued.json[name] for name in ("status", "stage", "progress", "error")} == {
        "status": "queued",
        "stage": None,
        "progress": 0.0,
        "error": None,
    }

    advance(database, queued.json["job_id"], "read", 0.25, now=NOW)

    running = api.send("GET", job, token=token).json
    assert (running["status"], running["stage"], running["progress"]) == ("running", "read", 0.25)
    assert running["created_at"] == "2026-03-01T12:00:00Z"


def test_a_failed_job_holds_the_problem(api: Api, token: str, job: str, database: Postgres) -> None:
    found = problem("NOTHING_TO_READ", "The page is blank.")
    fail(database, job.rpartition("/")[2], found, now=NOW)

    answer = api.send("GET", f"{job}?wait=20", token=token).json  # an ended job is told at once

    assert answer["status"] == "failed"
    assert answer["error"]["code"] == "NOTHING_TO_READ"
    assert answer["error"]["status"] == 422
    assert answer["finished_at"] == "2026-03-01T12:00:00Z"


def later(act: Any, seconds: float) -> threading.Timer:
    timer = threading.Timer(seconds, act)
    timer.start()
    return timer


def test_waiting_ends_with_the_change(api: Api, token: str, job: str, postgres_url: str) -> None:
    def change() -> None:
        database = open_postgres(postgres_url)
        advance(database, job.rpartition("/")[2], "prepare", now=NOW)
        database.close()

    timer = later(change, 0.2)
    began = time.monotonic()
    answer = api.send("GET", f"{job}?wait=20", token=token)
    took = time.monotonic() - began
    timer.join()

    assert answer.json["stage"] == "prepare"
    assert 0.15 < took < 5


def test_waiting_ends_in_time_without_a_change(api: Api, token: str, job: str) -> None:
    began = time.monotonic()
    answer = api.send("GET", f"{job}?wait=0.2", token=token)

    assert 0.2 <= time.monotonic() - began < 2
    assert (answer.status, answer.json["status"]) == (200, "queued")


def test_what_has_changed_since_the_client_saw_it_is_not_waited_for(
    api: Api, token: str, job: str, database: Postgres
) -> None:
    seen = api.send("GET", job, token=token).headers["etag"]
    advance(database, job.rpartition("/")[2], "prepare", now=NOW)

    began = time.monotonic()
    answer = api.send("GET", f"{job}?wait=20", token=token, if_none_match=seen)

    assert time.monotonic() - began < 5
    assert answer.json["stage"] == "prepare"
    unchanged = api.send(
        "GET", f"{job}?wait=0.1", token=token, if_none_match=answer.headers["etag"]
    )
    assert (unchanged.status, unchanged.body) == (304, b"")


@pytest.mark.parametrize("wait", ["-1", "21", "x", "nan", "inf"])
def test_a_wait_that_can_not_be_is_refused(api: Api, token: str, job: str, wait: str) -> None:
    answer = api.send("GET", f"{job}?wait={wait}", token=token)

    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "wait")


def test_a_job_is_called_off_and_its_execution_stopped(
    api: Api, token: str, job: str, executions: RememberedExecutions
) -> None:
    assert executions.running
    answer = api.send("DELETE", job, token=token)

    assert (answer.status, answer.json["status"]) == (200, "cancelled")
    assert not executions.running
    assert api.send("DELETE", job, token=token).json == answer.json
    simulation = f"/v1/simulations/{answer.json['simulation_id']}"
    assert api.send("GET", simulation, token=token).json["status"] == "cancelled"


def test_who_watches_a_job_or_plays_its_motion_hears_that_it_is_called_off(
    api: Api, token: str, job: str, database: Postgres, sockets: HeldSockets
) -> None:
    job_id = job.rpartition("/")[2]
    known = api.send("GET", job, token=token).json
    owner_id = load_job(database, job_id).owner_id
    open_connection(database, Connection("c1", NOW, NOW, owner_id=owner_id))
    subscribe(database, "c1", job_id)
    begin_play(
        database,
        "c1",
        simulation_id=known["simulation_id"],
        share_token=None,
        start_s=0,
        fps=None,
        credit=4,
    )

    api.send("DELETE", job, token=token)

    told = {message["type"]: message for _, message in sockets.sent}
    assert told["job"]["status"] == "cancelled"
    assert told["error"]["simulation_id"] == known["simulation_id"]
    assert told["error"]["error"]["code"] == "CONFLICT"
    assert players_of(database, known["simulation_id"]) == []


def test_a_job_is_called_off_though_the_state_machine_is_down(
    api: Api, token: str, job: str, executions: RememberedExecutions
) -> None:
    executions.down = True

    assert api.send("DELETE", job, token=token).json["status"] == "cancelled"


def test_a_job_that_has_ended_is_not_called_off(
    api: Api, token: str, job: str, database: Postgres
) -> None:
    fail(database, job.rpartition("/")[2], problem("INTERNAL", ""), now=NOW)

    answer: Answered = api.send("DELETE", job, token=token)

    assert (answer.status, answer.json["code"]) == (409, "JOB_FINISHED")


def test_a_job_that_is_not_there_is_404(api: Api, token: str) -> None:
    for name in ("x", "job_%00", "job_'; DROP TABLE jobs;--", "%F0%9F%92%A9", "a" * 65):
        for method in ("GET", "DELETE"):
            answer = api.send(method, f"/v1/jobs/{name}", token=token)
            assert answer.status in (404, 422), (name, answer.json)
