"""PostgreSQL's connection cut before and after each statement and commit of every write; and a
worker that dies after the commit and before its answer.

After each: nothing half-written, nothing lost, nothing twice, and the same request again is
answered. Tasks and schedules are in `test_postgres_tasks.py`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from dishka import Provider, Scope

from records.connections import Connection, open_connection, subscribe
from records.jobs import advance
from records.plays import begin_play
from records.readings import keep_reading
from records.sketches import record_analysis
from shared.database import Database
from shared.folder import FolderObjects
from shared.postgres import Postgres
from tests import invariants
from tests.api_client import NOW, Api, all_handlers
from tests.gateway_events import Answered
from tests.integration.api.test_sketches import COMPILED, READING
from vision.version import READER_VERSION

from .cuttable import Cut, Cuttable, Fate, facts

pytestmark = pytest.mark.slow

MODEL = {
    "mjcf": "<mujoco><worldbody><body><freejoint/><geom size='1'/></body></worldbody></mujoco>"
}


@dataclass
class Guest:
    """A guest, with a drawing that was read, which a socket of theirs watches and another plays."""

    token: str
    session_id: str
    sketch_id: str = ""
    simulation_id: str = ""
    job_id: str = ""


Send = Callable[[Api, Guest, bytes], Answered]


def posting(path: str, value: Any = None) -> Send:
    """Sends JSON, or nothing, under a key."""

    def send(client: Api, guest: Guest, _: bytes) -> Answered:
        body = json.dumps(value).encode() if value else None
        return client.send(
            "POST",
            path,
            body,
            token=guest.token,
            idempotency_key="the same",
            **({"content_type": "application/json"} if value else {}),
        )

    return send


def post_sketch(client: Api, guest: Guest, drawing: bytes) -> Answered:
    return client.send(
        "POST",
        "/v1/sketches",
        drawing,
        token=guest.token,
        content_type="image/webp",
        idempotency_key="the same",
    )


def correct(client: Api, guest: Guest, _: bytes) -> Answered:
    return client.send_json(
        "PATCH",
        f"/v1/sketches/{guest.sketch_id}",
        {"texts": {"t1": {"text": "L = 0.8 m"}}},
        token=guest.token,
        idempotency_key="the same",
    )


def asking(method: str, path: str) -> Send:
    """Sends nothing, to what is the guest's."""
    return lambda client, guest, _: client.send(
        method, path.format(**vars(guest)), token=guest.token
    )


@dataclass(frozen=True)
class Write:
    """A request that writes several rows.

    `again` is what the same request is answered once it is done. `in_steps` where it consists of
    several writes, each whole or not there, of which a later one may be done by the next request.
    """

    send: Send
    done: int
    again: int
    in_steps: bool = field(default=False, kw_only=True)


WRITES = {
    "a sketch": Write(post_sketch, 202, 202),
    "a model": Write(posting("/v1/simulations", MODEL), 202, 202),
    "a sentence": Write(posting("/v1/simulations", {"prompt": "a ball falls"}), 202, 202),
    "an upload": Write(posting("/v1/uploads"), 201, 201),
    "a correction": Write(correct, 202, 202),
    "a cancellation": Write(asking("DELETE", "/v1/jobs/{job_id}"), 200, 200, in_steps=True),
    "a link": Write(asking("POST", "/v1/simulations/{simulation_id}/share"), 200, 200),
    "no link": Write(asking("DELETE", "/v1/simulations/{simulation_id}/share"), 204, 204),
    "no simulation": Write(asking("DELETE", "/v1/simulations/{simulation_id}"), 204, 404),
    "no sketch": Write(asking("DELETE", "/v1/sketches/{sketch_id}"), 204, 404),
    "no session": Write(asking("DELETE", "/v1/sessions/{session_id}"), 204, 401),
}


SINGLE_STATEMENTS = {"a link", "no simulation", "no sketch", "no session"}


@pytest.fixture
def fate() -> Fate:
    return Fate()


@pytest.fixture
def client(
    api: Api, environ: dict[str, str], parts: Provider, postgres_url: str, fate: Fate
) -> Iterator[Api]:
    database = Cuttable(postgres_url, fate)
    cuttable = Provider(scope=Scope.APP)
    cuttable.provide(lambda: database, provides=Database)
    yield Api(all_handlers(environ, parts, cuttable))
    database.close()


@pytest.fixture
def arrive(
    api: Api, database: Postgres, objects: FolderObjects, drawing: bytes
) -> Callable[[], Guest]:
    """A guest in a database without anything else in it."""
    for key, analysis in (("readings/a.json", READING), ("analyses/a.json", COMPILED)):
        objects.put(key, json.dumps(analysis.to_json()).encode(), "application/json")

    def arrive() -> Guest:
        for table in ("sessions", "idempotency_keys", "sketch_cache"):
            database.execute(f"DELETE FROM {table}")  # type: ignore[arg-type]
        guest = Guest(**_begun(api))
        sent = api.send(
            "POST", "/v1/sketches", drawing, token=guest.token, content_type="image/webp"
        )
        guest = Guest(guest.token, guest.session_id, **sent.json)
        advance(database, guest.job_id, "compile", 0.5, now=NOW)
        record_analysis(database, guest.sketch_id, "analyses/a.json", now=NOW)
        row = database.fetch_one("SELECT image_sha256, owner_id FROM sketches")
        assert row is not None
        keep_reading(database, row["image_sha256"], READER_VERSION, "readings/a.json", now=NOW)
        _watch(api, database, guest, row["owner_id"])
        return guest

    return arrive


def _begun(api: Api) -> dict[str, str]:
    begun = api.send("POST", "/v1/sessions").json
    return {"token": begun["token"], "session_id": begun["session_id"]}


def _watch(api: Api, database: Postgres, guest: Guest, owner_id: str) -> None:
    shared = api.send("POST", f"/v1/simulations/{guest.simulation_id}/share", token=guest.token)
    link = shared.json["share_token"]
    open_connection(database, Connection("own", NOW, NOW, owner_id=owner_id))
    open_connection(database, Connection("guest's", NOW, NOW, simulation_id=guest.simulation_id))
    assert subscribe(database, "own", guest.job_id)
    for connection_id, token in (("own", None), ("guest's", link)):
        assert begin_play(
            database,
            connection_id,
            simulation_id=guest.simulation_id,
            share_token=token,
            start_s=0.0,
            fps=None,
            credit=4,
        )


@pytest.mark.parametrize("when", Cut)
@pytest.mark.parametrize("name", WRITES)
def test_a_write_that_is_cut_anywhere_is_whole_or_not_there_and_can_be_sent_again(
    client: Api,
    arrive: Callable[[], Guest],
    fate: Fate,
    database: Postgres,
    drawing: bytes,
    name: str,
    when: Cut,
) -> None:
    write = WRITES[name]
    deletes = name.startswith("no ")
    guest = arrive()
    if name == "a link":
        unshare(client, guest)
    before = facts(database)
    with fate.cutting(when, None):
        assert write.send(client, guest, drawing).status == write.done
    whole, steps = facts(database), fate.steps
    assert whole != before

    for cut in range(steps):
        guest = arrive()
        if name == "a link":
            unshare(client, guest)
        assert facts(database) == before
        with fate.cutting(when, cut):
            answer = write.send(client, guest, drawing)
        assert answer.status in (write.done, 503), (cut, answer.body)
        if answer.status == 503:
            assert int(answer.headers["retry-after"]) > 0
            assert write.in_steps or facts(database) in (before, whole), cut
        else:
            assert facts(database) == whole, cut
        invariants.check(database, deleted=deletes)

        is_done = facts(database) == whole
        again = write.send(client, guest, drawing)
        assert again.status == (write.again if is_done else write.done), (cut, again.body)
        assert facts(database) == whole, cut
        if answer.status != 503 and write.done == write.again:
            assert again.body == answer.body
        invariants.check(database, deleted=deletes)


@pytest.mark.parametrize("name", sorted(WRITES.keys() - SINGLE_STATEMENTS))
def test_a_worker_that_dies_after_its_commit_has_done_the_work_once(
    client: Api,
    arrive: Callable[[], Guest],
    fate: Fate,
    database: Postgres,
    drawing: bytes,
    name: str,
) -> None:
    write = WRITES[name]
    guest = arrive()
    fate.die_after_commit = True
    lost = write.send(client, guest, drawing)  # Mangum makes an answer of it; none has seen it
    fate.die_after_commit = False
    assert lost.status == 500
    once = facts(database)

    first, second = write.send(client, guest, drawing), write.send(client, guest, drawing)

    assert first.status == second.status == write.again
    assert first.body == second.body
    assert write.in_steps or facts(database) == once
    invariants.check(database, deleted=name.startswith("no "))


def unshare(client: Api, guest: Guest) -> None:
    """Take the link back that everybody arrives with."""
    path = f"/v1/simulations/{guest.simulation_id}/share"
    assert client.send("DELETE", path, token=guest.token).status == 204


def test_an_answer_is_given_while_every_connection_is_cut_and_then_again(
    client: Api, token: str, fate: Fate, database: Postgres
) -> None:
    """A connection that was cut while idle is noticed, and the request does not see it."""
    for _ in range(3):
        database.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        assert client.send("GET", "/v1/simulations", token=token).status == 200
