"""The WebSocket routes, through their handlers, with a real database."""

from __future__ import annotations

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from records.announce import announce
from records.connections import find_connection, subscribers_of
from records.jobs import Job, advance, load_job
from records.simulations import Simulation
from records.submissions import Submission, insert_submission
from shared.postgres import Postgres, open_postgres
from sockets.route import Handler
from tests.api_client import NOW, SetClock
from tests.gateway_events import socket_event

from .conftest import session
from .players import HeldSockets


@pytest.fixture
def job(database: Postgres, token: str) -> Job:
    times: dict[str, Any] = {"owner_id": "owner", "created_at": NOW, "updated_at": NOW}
    job = Job(id="job_1", simulation_id="simulation_1", request={}, **times)
    simulation = Simulation(id="simulation_1", source="prompt", **times)
    insert_submission(database, Submission(simulation=simulation, job=job))
    return job


def test_a_socket_opens_with_a_token_and_closes(
    routes: dict[str, Handler], database: Postgres, connected: str
) -> None:
    found = find_connection(database, connected)
    assert found is not None
    assert found.owner_id == "owner"

    routes["$disconnect"](socket_event("$disconnect", connected), None)

    assert find_connection(database, connected) is None


@pytest.mark.parametrize("query", [{}, {"token": ""}, {"token": "abc"}, {"token": "a.b.c"}])
def test_a_socket_does_not_open_without_a_token_that_holds(
    routes: dict[str, Handler], database: Postgres, token: str, query: dict[str, str]
) -> None:
    answer = routes["$connect"](socket_event("$connect", "c1", **query), None)

    assert answer == {"statusCode": 401}
    assert find_connection(database, "c1") is None


def test_a_socket_does_not_open_on_a_session_that_is_over(
    routes: dict[str, Handler], database: Postgres, token: str
) -> None:
    database.execute("DELETE FROM sessions")

    assert routes["$connect"](socket_event("$connect", "c1", token=token), None) == {
        "statusCode": 401
    }


def test_a_ping_is_answered_and_the_connection_heard_of(
    routes: dict[str, Handler],
    database: Postgres,
    sockets: HeldSockets,
    connected: str,
    clock: SetClock,
) -> None:
    clock.pass_by(minutes=5)

    routes["ping"](socket_event("ping", connected, '{"action": "ping"}'), None)

    assert sockets.sent == [(connected, {"type": "pong"})]
    found = find_connection(database, connected)
    assert found is not None
    assert found.last_seen_at == NOW + timedelta(minutes=5)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ('{"action": "fly"}', "VALIDATION_FAILED"),
        ("{}", "VALIDATION_FAILED"),
        ("[1]", "MALFORMED_REQUEST"),
        ("hello", "MALFORMED_REQUEST"),
        ("[" * 100_000, "MALFORMED_REQUEST"),
        ("", "MALFORMED_REQUEST"),
    ],
)
def test_a_message_that_is_not_known_is_answered_with_an_error(
    routes: dict[str, Handler], sockets: HeldSockets, connected: str, body: str, code: str
) -> None:
    answer = routes["$default"](socket_event("$default", connected, body), None)

    assert answer == {"statusCode": 200}
    ((_, message),) = sockets.sent
    assert (message["type"], message["error"]["code"]) == ("error", code)
    assert message["error"]["request_id"]


def subscribe_to(routes: dict[str, Handler], connection_id: str, job_id: Any) -> None:
    body = json.dumps({"action": "subscribe", "job_id": job_id})
    routes["subscribe"](socket_event("subscribe", connection_id, body), None)


def test_who_subscribes_hears_how_a_job_is_and_every_change(
    routes: dict[str, Handler],
    database: Postgres,
    sockets: HeldSockets,
    connected: str,
    job: Job,
) -> None:
    subscribe_to(routes, connected, job.id)
    advance(database, job.id, "read", 0.2, now=NOW)
    announce(database, sockets, job.id)

    (first, now), (second, then) = sockets.sent
    assert first == second == connected
    assert (now["type"], now["job_id"], now["status"]) == ("job", "job_1", "queued")
    assert (then["status"], then["stage"], then["progress"]) == ("running", "read", 0.2)


def test_what_a_subscriber_was_told_is_not_told_again_unless_it_asks(
    routes: dict[str, Handler],
    database: Postgres,
    sockets: HeldSockets,
    connected: str,
    job: Job,
) -> None:
    subscribe_to(routes, connected, job.id)
    announce(database, sockets, job.id)
    assert len(sockets.sent) == 1

    subscribe_to(routes, connected, job.id)
    assert len(sockets.sent) == 2


def test_a_message_that_could_not_be_sent_is_made_up_for_by_the_next(
    routes: dict[str, Handler],
    database: Postgres,
    sockets: HeldSockets,
    connected: str,
    job: Job,
) -> None:
    subscribe_to(routes, connected, job.id)
    advance(database, job.id, "read", 0.2, now=NOW)
    sockets.down = True
    announce(database, sockets, job.id)
    sockets.down = False
    announce(database, sockets, job.id)

    assert [message["progress"] for _, message in sockets.sent] == [0, 0.2]


class SlowSockets(HeldSockets):
    """Takes its time over the first message, until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.go = threading.Event(), threading.Event()

    def post(self, connection_id: str, data: bytes) -> None:
        if not self.begun.is_set():
            self.begun.set()
            assert self.go.wait(30)
        super().post(connection_id, data)


def test_no_task_overtakes_another_that_is_slow_to_post(
    routes: dict[str, Handler],
    database: Postgres,
    postgres_url: str,
    connected: str,
    job: Job,
) -> None:
    subscribe_to(routes, connected, job.id)
    slow = SlowSockets()

    def say(stage: str, progress: float) -> None:
        own = open_postgres(postgres_url)
        advance(own, job.id, stage, progress, now=NOW)
        announce(own, slow, job.id)
        own.close()

    with ThreadPoolExecutor() as tasks:
        first = tasks.submit(say, "read", 0.1)
        assert slow.begun.wait(30)
        second = tasks.submit(say, "relate", 0.4)
        while load_job(database, job.id).progress < 0.4:
            assert not second.done()
            time.sleep(0.01)
        assert slow.sent == []
        slow.go.set()
        first.result(30)
        second.result(30)

    assert [message["progress"] for _, message in slow.sent] == [0.1, 0.4]


def test_who_has_left_is_forgotten(
    routes: dict[str, Handler],
    database: Postgres,
    sockets: HeldSockets,
    connected: str,
    job: Job,
) -> None:
    subscribe_to(routes, connected, job.id)
    advance(database, job.id, "read", now=NOW)
    sockets.gone.add(connected)

    announce(database, sockets, job.id)

    assert subscribers_of(database, job.id) == []
    assert find_connection(database, connected) is None


@pytest.mark.parametrize(
    "job_id", ["job_2", "job_\0", "é", "\ud800", 3, None, ["job_1"], "x" * 9999], ids=range(8)
)
def test_a_job_that_is_not_there_can_not_be_subscribed_to(
    routes: dict[str, Handler], sockets: HeldSockets, connected: str, job: Job, job_id: Any
) -> None:
    subscribe_to(routes, connected, job_id)

    ((_, message),) = sockets.sent
    assert message["type"] == "error"
    assert message["error"]["code"] in ("NOT_FOUND", "VALIDATION_FAILED")


def test_the_job_of_another_can_not_be_subscribed_to(
    routes: dict[str, Handler],
    database: Postgres,
    sockets: HeldSockets,
    clock: SetClock,
    job: Job,
) -> None:
    other = session(database, clock, "other")
    routes["$connect"](socket_event("$connect", "c2", token=other), None)

    subscribe_to(routes, "c2", job.id)

    ((_, message),) = sockets.sent
    assert message["error"]["code"] == "NOT_FOUND"
    assert subscribers_of(database, job.id) == []


def test_a_message_on_a_connection_that_is_not_known_is_not_answered(
    routes: dict[str, Handler], database: Postgres, sockets: HeldSockets
) -> None:
    assert routes["ping"](socket_event("ping", "c9", "{}"), None) == {"statusCode": 410}
    assert sockets.sent == []
