"""PostgreSQL behind a network that delays, drops or resets: each request has one answer in time,
and nothing is half-written or done twice.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from dishka import Provider, Scope
from psycopg.conninfo import conninfo_to_dict

from shared.bounded import BoundedDatabase
from shared.clock import SystemClock
from shared.database import Database
from shared.folder import FolderObjects
from shared.measure import Measurements
from shared.postgres import ANSWER_TIMEOUT_S, CONNECT_TIMEOUT_S, Postgres, open_postgres
from tests import invariants
from tests.api_client import Api, all_handlers
from tests.gateway_events import Answered

from .cuttable import facts
from .proxy import Mood, Proxy
from .test_postgres import Guest, Send, Write, asking, post_sketch, posting

pytestmark = pytest.mark.slow

DELAY_S = 0.2
GRACE_S = 4.0
"""For all else that a request does, on a machine that does much else."""
GATEWAY_LIMIT_S = 29.0
SHORT_S = 1.0
"""How long an answer is waited for where many are waited for."""

REQUESTS = {
    "a sketch": Write(post_sketch, 202, 202),
    "a sentence": Write(posting("/v1/simulations", {"prompt": "a ball falls"}), 202, 202),
    "an upload": Write(posting("/v1/uploads"), 201, 201),
    "a list": Write(asking("GET", "/v1/simulations"), 200, 200),
}


@pytest.fixture
def proxy(postgres_url: str) -> Iterator[Proxy]:
    place = conninfo_to_dict(postgres_url)
    folder, port = place["host"], place.get("port", 5432)
    with Proxy(f"{folder}/.s.PGSQL.{port}", delay_s=DELAY_S) as found:
        yield found


@pytest.fixture
def through(postgres_url: str, proxy: Proxy) -> str:
    """The database's address, by the proxy."""
    place = {**conninfo_to_dict(postgres_url), "host": "127.0.0.1", "port": proxy.port}
    return f"postgresql://{place['user']}@{place['host']}:{place['port']}/{place['dbname']}"


@dataclass(frozen=True)
class Met:
    """An answer, and after how long it came."""

    answer: Answered
    after_s: float


def ask(client: Api, send: Send, guest: Guest, drawing: bytes) -> Met:
    began = time.monotonic()
    return Met(send(client, guest, drawing), time.monotonic() - began)


def _with_a_loop() -> None:
    """Give a thread what Mangum asks for."""
    asyncio.set_event_loop(asyncio.new_event_loop())


def arrive(api: Api) -> Guest:
    """Another guest."""
    begun = api.send("POST", "/v1/sessions").json
    return Guest(begun["token"], begun["session_id"])


@pytest.mark.parametrize("warm", [True, False], ids=["open connections", "new connections"])
@pytest.mark.parametrize("mood", [Mood.DELAY, Mood.HANG, Mood.REFUSE])
def test_each_request_has_one_answer_in_time_and_all_is_well_afterwards(
    environ: dict[str, str],
    parts: Provider,
    proxy: Proxy,
    through: str,
    api: Api,
    drawing: bytes,
    database: Postgres,
    objects: FolderObjects,
    mood: Mood,
    warm: bool,
) -> None:
    clients = {
        name: Api(all_handlers({**environ, "DATABASE_URL": through}, parts)) for name in REQUESTS
    }
    guests = {name: arrive(api) for name in REQUESTS}
    if warm:
        for name, client in clients.items():
            for path in ("/v1/simulations", "/v1/sketches/none", "/v1/jobs/none"):
                client.send("GET", path, token=guests[name].token)

    def ask_all() -> dict[str, Met]:
        with ThreadPoolExecutor(len(REQUESTS), initializer=_with_a_loop) as pool:
            asked = {
                name: pool.submit(ask, client, REQUESTS[name].send, guests[name], drawing)
                for name, client in clients.items()
            }
        return {name: each.result() for name, each in asked.items()}

    proxy.be(mood)
    limit_s = {
        Mood.DELAY: 40 * DELAY_S,
        Mood.HANG: ANSWER_TIMEOUT_S if warm else CONNECT_TIMEOUT_S,
        Mood.REFUSE: 0.0,
    }[mood]
    assert limit_s + GRACE_S < GATEWAY_LIMIT_S
    for name, met in ask_all().items():
        assert met.after_s < limit_s + GRACE_S, name
        if mood is Mood.DELAY:
            assert met.answer.status == REQUESTS[name].done, name
        else:
            assert met.answer.status == 503, name
            assert int(met.answer.headers["retry-after"]) > 0
            assert met.answer.json["code"] == "DEPENDENCY_UNAVAILABLE"
    proxy.be(Mood.PASS)
    invariants.check(database, objects)

    again, twice = ask_all(), ask_all()
    for name, request in REQUESTS.items():
        assert again[name].answer.status == twice[name].answer.status == request.done, name
        assert name == "a list" or again[name].answer.body == twice[name].answer.body
    found = facts(database)
    assert len(found["jobs"]) == 2 and found["uploads"] == [{"count": 1}]
    invariants.check(database, objects)


@pytest.mark.parametrize("mood", [Mood.HANG, Mood.REFUSE])
@pytest.mark.parametrize("name", ["a sketch", "a sentence", "an upload"])
def test_a_network_that_fails_in_the_middle_of_a_write_leaves_it_whole_or_not_there(
    environ: dict[str, str],
    parts: Provider,
    proxy: Proxy,
    through: str,
    api: Api,
    drawing: bytes,
    database: Postgres,
    name: str,
    mood: Mood,
) -> None:
    impatient = Provider(scope=Scope.APP)
    impatient.provide(
        lambda: BoundedDatabase(
            lambda: open_postgres(through, answer_timeout_s=SHORT_S), Measurements(SystemClock())
        ),
        provides=Database,
    )
    client = Api(all_handlers(environ, parts, impatient))
    request = REQUESTS[name]

    def begin() -> Guest:
        for table in ("sessions", "idempotency_keys", "sketch_cache"):
            database.execute(f"DELETE FROM {table}")  # type: ignore[arg-type]
        return arrive(api)

    guest = begin()
    before = facts(database)
    assert request.send(client, guest, drawing).status == request.done
    whole = facts(database)
    failures, pieces = 0, 0
    while True:
        guest = begin()
        proxy.be_after(mood, pieces)
        answer = request.send(client, guest, drawing)
        reached = proxy.mood is mood
        proxy.be(Mood.PASS)
        assert answer.status in (request.done, 503), pieces
        failures += answer.status == 503
        assert facts(database) in (before, whole), pieces
        invariants.check(database)
        first, second = (request.send(client, guest, drawing) for _ in range(2))
        assert first.status == second.status == request.done
        assert first.body == second.body
        assert facts(database) == whole, pieces
        invariants.check(database)
        if not reached:
            break
        pieces += 1
    assert pieces > 4 and failures >= pieces - 1
