"""The same request again, late, reordered, and many times at once: one effect, one answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from dishka import Provider, Scope

from api.app import Handler, make_handler
from records.idempotency import KEEP
from records.sketches import record_analysis
from schedules.resume_jobs import resume
from shared.bounded import BoundedDatabase
from shared.database import Database
from shared.folder import FolderObjects
from shared.measure import Measurements
from shared.postgres import Postgres, open_postgres
from tests import invariants
from tests.api_client import NOW, RESOURCES, Answered, Api, SetClock
from tests.executions import RememberedExecutions
from tests.integration.api.test_sketches import (  # noqa: F401  pytest finds fixtures by name
    READING,
    patch,
    posted,
    read,
    send,
)

AT_ONCE = 32
MODEL = {
    "mjcf": "<mujoco><worldbody><body><freejoint/><geom size='1'/></body></worldbody></mujoco>"
}
TABLES = ("sessions", "sketches", "simulations", "jobs", "uploads")
Request = Callable[[Api, str, str], Answered]


def session(api: Api, _: str, key: str) -> Answered:
    return api.send("POST", "/v1/sessions", idempotency_key=key)


def upload(api: Api, token: str, key: str) -> Answered:
    return api.send("POST", "/v1/uploads", token=token, idempotency_key=key)


def model(api: Api, token: str, key: str) -> Answered:
    return api.send_json("POST", "/v1/simulations", MODEL, token=token, idempotency_key=key)


def sentence(api: Api, token: str, key: str) -> Answered:
    body = {"prompt": "a ball falls"}
    return api.send_json("POST", "/v1/simulations", body, token=token, idempotency_key=key)


REQUESTS = {"session": session, "upload": upload, "model": model, "sentence": sentence}


def rows(database: Postgres) -> list[int]:
    """How many there are in each table."""
    counts = []
    for table in TABLES:
        row = database.fetch_one(f"SELECT count(*) AS n FROM {table}")  # type: ignore[arg-type]
        assert row is not None
        counts.append(row["n"])
    return counts


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)
def test_a_request_is_answered_the_same_for_a_day_among_others_and_then_done_anew(
    api: Api, token: str, database: Postgres, clock: SetClock, request_: Request
) -> None:
    firsts = {key: request_(api, token, key) for key in "abc"}
    once = rows(database)
    for hours in (0.0, 1.0, 22.9):
        clock.pass_by(hours=hours)
        for key in "cabcab":
            again = request_(api, token, key)
            assert (again.status, again.json) == (firsts[key].status, firsts[key].json)
    assert rows(database) == once
    invariants.check(database)

    clock.time = NOW + KEEP
    assert request_(api, token, "a").json != firsts["a"].json


@pytest.mark.parametrize("name", REQUESTS)
def test_a_request_sent_32_times_at_once_is_done_once(
    api: Api,
    token: str,
    database: Postgres,
    handlers: dict[str, Handler],
    environ: dict[str, str],
    parts: Provider,
    clock: SetClock,
    executions: RememberedExecutions,
    name: str,
) -> None:
    resource = {"session": "sessions", "upload": "uploads"}.get(name, "simulations")
    module, config = RESOURCES[resource]
    shared = BoundedDatabase(lambda: open_postgres(environ["DATABASE_URL"]), Measurements(clock))
    many = Provider(scope=Scope.APP)
    many.provide(lambda: shared, provides=Database)
    providers = [*getattr(module, "PROVIDERS", ()), parts, many]
    handler = make_handler(config, module.router, environ=environ, providers=providers)
    instance = Api({**handlers, resource: handler})
    instance.send("GET", f"/v1/{resource}", token=token)  # builds FastAPI's routes
    before = rows(database)

    def ask(_: int) -> Answered:
        asyncio.set_event_loop(asyncio.new_event_loop())
        return REQUESTS[name](instance, token, "one")

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(ask, range(AT_ONCE)))
    shared.close()

    assert {answer.status for answer in answers} <= {201, 202}
    assert len({answer.body for answer in answers}) == 1
    assert sum(rows(database)) - sum(before) == {"sessions": 1, "uploads": 1}.get(resource, 2)
    assert len(executions.given) == (resource == "simulations")
    invariants.check(database)


def test_a_correction_is_answered_the_same_when_what_it_corrected_has_changed_since(
    api: Api,
    token: str,
    read: dict[str, Any],  # noqa: F811
    database: Postgres,
    objects: FolderObjects,
) -> None:
    # c2 follows from the drawing. The correction makes another drawing, from which it does not.
    said = {"connections": {"c2": {"kind": "weld"}}}
    first = patch(api, token, read, said, idempotency_key="k")
    objects.put("analyses/next.json", json.dumps(READING.to_json()).encode(), "application/json")
    record_analysis(database, read["sketch_id"], "analyses/next.json", now=NOW)
    patch(api, token, read, {"shapes": {"s3": {"kind": "wheel"}}}, idempotency_key="l")

    again = patch(api, token, read, said, idempotency_key="k")

    assert (again.status, again.json) == (first.status, first.json) == (202, first.json)


def test_a_drawing_is_answered_the_same_when_its_upload_has_expired(
    api: Api, token: str, objects: FolderObjects, drawing: bytes, clock: SetClock
) -> None:
    promised = api.send("POST", "/v1/uploads", token=token).json
    objects.put(f"uploads/{promised['upload_id']}", drawing, "image/webp")

    def post() -> Answered:
        body = {"upload_id": promised["upload_id"]}
        return api.send_json("POST", "/v1/sketches", body, token=token, idempotency_key="k")

    first = post()
    assert first.status == 202
    clock.pass_by(hours=23)
    assert post().json == first.json


def test_a_simulation_of_a_sketch_is_answered_the_same_when_the_sketch_is_gone(
    api: Api,
    token: str,
    read: dict[str, Any],  # noqa: F811
) -> None:
    def post() -> Answered:
        body = {"sketch_id": read["sketch_id"]}
        return api.send_json("POST", "/v1/simulations", body, token=token, idempotency_key="k")

    first = post()
    api.send("DELETE", f"/v1/sketches/{read['sketch_id']}", token=token)
    assert (post().status, post().json) == (202, first.json)


def test_a_start_that_was_lost_is_made_up_for_once_by_request_and_schedule(
    api: Api, token: str, database: Postgres, executions: RememberedExecutions
) -> None:
    executions.down = True
    job_id = sentence(api, token, "k").json["job_id"]
    executions.down = False

    later = NOW + timedelta(minutes=1)
    for _ in range(2):
        assert sentence(api, token, "k").json["job_id"] == job_id
        resume(database, executions, now=later)

    assert list(executions.given) == [job_id]
    invariants.check(database)
