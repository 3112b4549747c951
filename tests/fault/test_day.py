"""A day of many callers in minutes: what processes and stores keep ends where it is bounded.

`FAULT_CALLERS` says how many callers there are, each with keys and an image (`make load`: 10,000).
Plays are in `test_playing.py`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import psutil
import pytest
from dishka import Provider, Scope

from records.idempotency import purge_expired_keys
from records.sessions import purge_expired_sessions
from records.sketches import record_analysis
from schedules.run import in_batches
from shared.cache import MAX_BYTES, MAX_ENTRIES, MemoryCache
from shared.config import LimitSettings
from shared.database import Database
from shared.executions import Executions
from shared.folder import FolderObjects
from shared.limits import MAX_LOCAL_BUCKETS, Limiter, LocalBuckets
from shared.measure import MOST_TIMINGS, Measurements
from shared.postgres import Postgres
from shared.redis_limits import RedisBuckets
from shared.redis_server import RedisServer
from tests import invariants
from tests.api_client import NOW, Api, SetClock, all_handlers
from tests.integration.api.test_sketches import READING

from .proxy import Mood, Proxy
from .test_redis import proxy  # noqa: F401  pytest finds it by name

pytestmark = pytest.mark.slow

CALLERS = int(os.environ.get("FAULT_CALLERS", "90"))
MOST_ENTRIES = min(MAX_ENTRIES, CALLERS // 4)
MOST_BUCKETS = min(MAX_LOCAL_BUCKETS, CALLERS)
"""Smaller where there are few callers, so that a short day reaches the bounds too."""
WATCHED = ("sessions", "sketches", "uploads", "simulations")
FUNCTIONS = 12
"""More than there are: each has a connection, and one more while it writes measurements."""
MOST_GROWTH_MB = 24.0


class Forgetful:
    """The `Executions` port: takes all jobs and remembers none."""

    def start(self, name: str, given: Mapping[str, Any]) -> bool:
        return True

    def stop(self, name: str, reason: str) -> None:
        """Nothing runs."""

    def is_running(self, name: str) -> bool:
        return False

    def check(self) -> None:
        """Always there."""


class Kept:
    """What the functions of this process keep, to be looked at afterwards."""

    def __init__(self) -> None:
        self.clock = SetClock()
        self.measurements = Measurements(self.clock)
        self.memory = MemoryCache(most=MOST_ENTRIES, measurements=self.measurements)
        self.buckets = LocalBuckets(most=MOST_BUCKETS)

    def provider(self) -> Provider:
        """Puts them in the place of each function's own."""
        parts = Provider(scope=Scope.APP)
        parts.provide(lambda: self.measurements, provides=Measurements)
        parts.provide(lambda: self.memory, provides=MemoryCache)
        parts.provide(Forgetful, provides=Executions)

        def limiter(settings: LimitSettings, redis: RedisServer) -> Limiter:
            return Limiter(settings, RedisBuckets(redis, self.buckets))

        parts.provide(limiter, provides=Limiter)
        return parts


def live(api: Api, database: Database, objects: FolderObjects, drawing: bytes, number: int) -> None:
    """What one caller does: a session, a drawing sent twice, its reading looked at, an upload."""
    session = api.send("POST", "/v1/sessions", idempotency_key=f"k{number}").json
    token = session["token"]
    image = drawing + number.to_bytes(4, "big")
    post = {"content_type": "image/webp", "idempotency_key": "k", "token": token}
    posted, again = (api.send("POST", "/v1/sketches", image, **post) for _ in range(2))
    assert (posted.status, posted.json) == (202, again.json)
    key = f"analyses/{number}.json"
    objects.put(key, json.dumps(READING.to_json()).encode(), "application/json")
    record_analysis(database, posted.json["sketch_id"], key, now=NOW)
    for _ in range(2):
        read = api.send("GET", f"/v1/sketches/{posted.json['sketch_id']}", token=token)
        assert read.status == 200
    assert api.send("POST", "/v1/uploads", token=token, idempotency_key="u").status == 201
    assert api.send("GET", "/v1/simulations", token=token).status == 200


def connections(database: Postgres) -> int:
    row = database.fetch_one(
        "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database()"
    )
    assert row is not None
    return int(row["n"])


def test_a_day_of_many_callers_leaves_no_more_than_the_bounds_say(
    environ: dict[str, str],
    parts: Provider,
    proxy: Proxy,  # noqa: F811
    database: Postgres,
    objects: FolderObjects,
    drawing: bytes,
) -> None:
    kept = Kept()
    through = {**environ, "REDIS_URL": f"redis://127.0.0.1:{proxy.port}/0"}
    watched = all_handlers(through, parts, kept.provider())
    api = Api({**all_handlers(through, parts), **{name: watched[name] for name in WATCHED}})
    before = connections(database)
    process = psutil.Process()

    warm = CALLERS // 3
    for number in range(warm):
        live(api, database, objects, drawing, number)
    held_mb = process.memory_full_info().uss / 2**20
    for number in range(warm, CALLERS):
        # For the last third Redis is gone: each process counts for itself.
        proxy.be(Mood.REFUSE if number > 2 * warm else Mood.PASS)
        live(api, database, objects, drawing, number)
    proxy.be(Mood.PASS)

    assert len(kept.memory) == MOST_ENTRIES
    assert kept.memory.size <= MAX_BYTES
    assert len(kept.buckets) == MOST_BUCKETS
    assert len(kept.measurements.take().timings) <= MOST_TIMINGS
    assert connections(database) - before <= FUNCTIONS
    grown_mb = process.memory_full_info().uss / 2**20 - held_mb
    assert grown_mb < MOST_GROWTH_MB, f"{grown_mb:.0f} MB after {CALLERS} callers"
    invariants.check(database)

    # And the day after, the stores are as they were.
    over = NOW + timedelta(days=31)
    assert in_batches(lambda: purge_expired_sessions(database, now=over), 100) == CALLERS
    in_batches(lambda: purge_expired_keys(database, now=over), 1000)
    for table in ("sketches", "simulations", "jobs", "uploads", "idempotency_keys"):
        found = database.fetch_one(f"SELECT count(*) AS n FROM {table}")  # type: ignore[arg-type]
        assert found == {"n": 0}, table
