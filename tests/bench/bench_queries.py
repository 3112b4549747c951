"""What asking the database costs beside the bare query, and a cached reading beside Redis alone."""

from __future__ import annotations

import json
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from redis import Redis

from api.readings import Analyses
from records.migrate import find_migrations, migrate
from records.pages import Position, encode_cursor
from records.simulations import list_simulations
from records.stats import load_stats
from shared.bounded import BoundedDatabase
from shared.cache import MemoryCache, ReadThrough
from shared.clock import SystemClock
from shared.config import CacheSettings
from shared.folder import open_folder
from shared.measure import Measurements
from shared.postgres import open_postgres
from shared.redis_cache import RedisCache, RedisFlights
from shared.redis_server import open_redis
from tests.servers import create_database, postgres_server, run_folder, valkey_server

from .harness import Ratio, elapsed, table

_SIMULATIONS, _PAGE, _ASKED = 20_000, 50, 20


class Bare:
    """Statements as the code has them, by psycopg alone."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True, prepare_threshold=None)
        self._asked: tuple[str, Any] = ("", {})

    def fetch_all(self, sql: str, parameters: Any = ()) -> list[Any]:
        self._asked = sql, parameters
        return self._connection.execute(sql, parameters).fetchall()

    def again(self) -> list[Any]:
        """The last statement once more."""
        return self._connection.execute(*self._asked).fetchall()

    def close(self) -> None:
        self._connection.close()


@contextmanager
def filled(folder: Path) -> Iterator[str]:
    """A database of one owner with many simulations, jobs and measurements; its address."""
    with postgres_server(folder) as server:
        url = create_database(server, "bench")
        database = open_postgres(url)
        migrate(database, find_migrations())
        for sql in (
            "INSERT INTO sessions VALUES ('owner', now(), now() + interval '1 day')",
            """
            INSERT INTO simulations (id, owner_id, source, title, created_at, updated_at)
            SELECT 'sim_' || n, 'owner', 'mjcf', 'a ball ' || n,
                   now() - n * interval '1 minute', now()
            FROM generate_series(1, %(n)s) n
            """,
            """
            INSERT INTO performance_metrics (operation, duration_ms, bytes, succeeded, recorded_at)
            SELECT 'api.GET /' || n %% 20, n %% 97, 1, true, now() - n * interval '1 second'
            FROM generate_series(1, %(n)s) n
            """,
        ):
            database.execute(sql, {"n": _SIMULATIONS})
        database.execute("VACUUM ANALYZE")
        database.close()
        yield url


def measure_queries(url: str) -> list[Ratio]:
    """The list and the statistics, through all that is around them, beside their bare queries."""
    database = BoundedDatabase(lambda: open_postgres(url), Measurements(SystemClock()))
    bare = Bare(url)
    now = datetime.now(UTC)
    last = encode_cursor(Position(now - timedelta(minutes=_SIMULATIONS - _PAGE), "sim"))

    def page(cursor: str | None = None) -> None:
        for _ in range(_ASKED):
            list_simulations(database, "owner", limit=_PAGE, cursor=cursor)

    def bare_page() -> None:
        for _ in range(_ASKED):
            bare.again()

    bare.fetch_all(*_statement(lambda spy: list_simulations(spy, "owner", limit=_PAGE)))
    first, raw, end = (
        took / _ASKED * 1e3 for took in elapsed(page, bare_page, lambda: page(last), rounds=10)
    )
    since = now - timedelta(hours=24)
    bare.fetch_all(*_statement(lambda spy: load_stats(spy, since=since)))
    stats, raw_stats = (
        took * 1e3
        for took in elapsed(lambda: load_stats(database, since=since), bare.again, rounds=10)
    )
    database.close()
    bare.close()
    return [
        Ratio("a list of 50 (its bare query)", first, raw, "ms", first / raw, "<= 2"),
        Ratio("the last page of 20,000 (the first)", end, first, "ms", end / first, "<= 1.5"),
        Ratio("statistics (their bare query)", stats, raw_stats, "ms", stats / raw_stats, "<= 2"),
    ]


class _Asked(Exception):
    """Carries a statement out of the function that makes it."""


def _statement(ask: Any) -> tuple[str, Any]:
    """The statement that a function sends, and its parameters."""

    class Spy:
        def fetch_all(self, sql: str, parameters: Any = ()) -> Any:
            raise _Asked(sql, parameters)

        fetch_one = fetch_all

    try:
        ask(Spy())
    except _Asked as asked:
        sql, parameters = asked.args
        return sql, parameters
    raise AssertionError("it asked for nothing")


def measure_cached_reading(url: str, folder: Path) -> list[Ratio]:
    """An analysis out of the cache, from Redis and from memory, beside a GET of as many bytes."""
    objects = open_folder(folder.as_uri())
    data = json.dumps({"shapes": [{"id": f"s{n}", "polygon": [[n, n]] * 20} for n in range(60)]})
    objects.put("analyses/x.json", data.encode(), "application/json")
    server = open_redis(url)
    measurements = Measurements(SystemClock())
    settings = CacheSettings(redis_url=url)

    def analyses(*, memory: int) -> Analyses:
        tiers = [MemoryCache(most=memory), RedisCache(server)]
        through = ReadThrough(tiers, flights=RedisFlights(server), measurements=measurements)
        return Analyses(objects, through, settings)

    shared, near = analyses(memory=0), analyses(memory=1000)
    plain = Redis.from_url(url)
    plain.set("plain", data.encode())
    for each in (shared, near):
        each.get("analyses/x.json")

    def many(ask: Any) -> Any:
        return lambda: [ask() for _ in range(100)]

    sides = (
        many(lambda: shared.get("analyses/x.json")),
        many(lambda: near.get("analyses/x.json")),
        many(lambda: plain.get("plain")),
    )
    from_redis, from_memory, get = (took / 100 * 1e6 for took in elapsed(*sides, rounds=10))
    plain.close()
    server.close()
    name = f"an analysis of {len(data) // 1000} KB"
    return [
        Ratio(f"{name} from Redis (a GET)", from_redis, get, "µs", from_redis / get, "<= 3"),
        Ratio(f"{name} from memory (a GET)", from_memory, get, "µs", from_memory / get, "<= 3"),
    ]


def main() -> str:
    """The table."""
    folder = run_folder(uuid.uuid4().hex)
    rows = []
    with filled(folder) as url:
        rows += measure_queries(url)
    with tempfile.TemporaryDirectory() as place, valkey_server(Path(place) / "valkey") as url:
        rows += measure_cached_reading(url, Path(place))
    return table("Asking", rows)
