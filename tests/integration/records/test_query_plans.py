"""Every list, filter, clean-up and cascade goes by an index, not through the table.

The plans are PostgreSQL's own, over enough rows that reading a whole table would be wrong, with
statistics that know it. A table of few rows is rightly read whole, so a plan says nothing there.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, LiteralString, cast

import pytest

import records
from records import (
    connections,
    idempotency,
    jobs,
    locks,
    measurements,
    plays,
    readings,
    recordings,
    sessions,
    shares,
    simulations,
    sketches,
    uploads,
)
from records.llm_responses import LlmResponses, purge_expired_responses
from records.migrate import find_migrations, migrate
from records.objects_in_use import objects_in_use
from records.pages import Position, encode_cursor
from records.simulations import Outcome, Status, find_simulation, list_simulations
from shared.cache import Entry
from shared.database import Database, Parameters, Queries, Row
from shared.errors import problem
from shared.identity import Grant, Identity, Role
from shared.postgres import Postgres, open_postgres
from tests.servers import create_database

_OWNERS = 2000
_EACH = 4


class _Watched:
    """Runs statements, and keeps PostgreSQL's plan of each."""

    def __init__(self, real: Queries) -> None:
        self._real = real
        self.plans: list[str] = []

    def fetch_one(self, sql: LiteralString, parameters: Parameters = ()) -> Row | None:
        self._explain(sql, parameters)
        return self._real.fetch_one(sql, parameters)

    def fetch_all(self, sql: LiteralString, parameters: Parameters = ()) -> list[Row]:
        self._explain(sql, parameters)
        return self._real.fetch_all(sql, parameters)

    def execute(self, sql: LiteralString, parameters: Parameters = ()) -> int:
        self._explain(sql, parameters)
        return self._real.execute(sql, parameters)

    @contextmanager
    def transaction(self) -> Iterator[Queries]:
        yield self  # all of it is within one

    def _explain(self, sql: LiteralString, parameters: Parameters) -> None:
        lines = self._real.fetch_all("EXPLAIN " + sql, parameters)
        self.plans.append("\n".join(line["QUERY PLAN"] for line in lines))


@pytest.fixture(scope="module")
def full(postgres_server_url: str, worker_name: str) -> Iterator[Postgres]:
    """A database with 2000 owners who have 4 of each kind, and one who has 8000 simulations."""
    database = open_postgres(create_database(postgres_server_url, f"plans_{worker_name}"))
    migrate(database, find_migrations())
    numbers = {"owners": _OWNERS, "each": _EACH, "all": _OWNERS * _EACH}
    for sql in (
        """
        INSERT INTO sessions SELECT 'ses_' || n, now() - n * interval '1 hour',
               now() + (n - 20) * interval '1 hour' FROM generate_series(1, %(owners)s) n
        """,
        "INSERT INTO sessions VALUES ('ses_busy', now(), now() + interval '9 days')",
        """
        INSERT INTO uploads SELECT 'upl_' || n, 'ses_' || 1 + n %% %(owners)s, 'uploads/' || n,
               'image/png', 1, now(), now() + (n - 500) * interval '1 minute'
        FROM generate_series(1, %(all)s) n
        """,
        """
        INSERT INTO sketches (id, owner_id, image_sha256, image_key, content_type, width, height,
                              size, analysis_key, created_at, updated_at)
        SELECT 'skt_' || n, 'ses_' || 1 + n %% %(owners)s, lpad(n::text, 64, '0'), 'images/' || n,
               'image/png', 1, 1, 1, 'analyses/' || n, now() - n * interval '1 minute', now()
        FROM generate_series(1, %(all)s) n
        """,
        """
        INSERT INTO simulations (id, owner_id, sketch_id, source, status, title, model_key,
                                 trajectory_prefix, preview_png_key, preview_gif_key, analysis_key,
                                 share_token, created_at, updated_at)
        SELECT 'sim_' || n, 'ses_' || 1 + n %% %(owners)s, 'skt_' || n, 'sketch',
               (ARRAY['succeeded', 'failed', 'running'])[1 + n %% 3],
               'word' || n || ' pendulum', 'models/' || n, 'trajectories/' || n || '/',
               'png/' || n, 'gif/' || n, 'analyses/' || n, 'link_' || n,
               now() - n * interval '1 minute', now()
        FROM generate_series(1, %(all)s) n
        """,
        """
        INSERT INTO simulations (id, owner_id, source, title, created_at, updated_at)
        SELECT 'own_' || n, 'ses_busy', 'mjcf', 'own' || n, now() - n * interval '1 minute', now()
        FROM generate_series(1, %(all)s) n
        """,
        """
        INSERT INTO jobs (id, owner_id, sketch_id, simulation_id, status, request, progress, error,
                          created_at, updated_at, finished_at)
        SELECT 'job_' || n, 'ses_' || 1 + n %% %(owners)s, 'skt_' || n, 'sim_' || n,
               CASE WHEN n %% 50 = 0 THEN 'running' ELSE 'succeeded' END, '{}', 1, NULL,
               now() - n * interval '1 second', now() - n * interval '1 second',
               CASE WHEN n %% 50 = 0 THEN NULL ELSE now() - n * interval '1 second' END
        FROM generate_series(1, %(all)s) n
        """,
        """
        INSERT INTO idempotency_keys SELECT 'ses_' || 1 + n %% %(owners)s, 'key_' || n, 'h', 200,
               '{}', '{}', now() - n * interval '1 minute' FROM generate_series(1, %(all)s) n
        """,
        """
        INSERT INTO socket_connections SELECT 'con_' || n, 'ses_' || 1 + n %% %(owners)s, now(),
               now() - n * interval '1 second' FROM generate_series(1, %(all)s) n
        """,
        """
        INSERT INTO socket_subscriptions SELECT 'con_' || n, 'job_' || n
        FROM generate_series(1, %(all)s) n
        """,
        """
        INSERT INTO recordings SELECT id, 'trajectories/' || id || '/', 60, 601, '{32}', false
        FROM simulations
        """,
        """
        INSERT INTO socket_plays (connection_id, simulation_id, start_s, credit)
        SELECT 'con_' || n, 'sim_' || n, 0, 4 FROM generate_series(1, %(all)s) n
        """,
        """
        INSERT INTO sketch_cache SELECT lpad(n::text, 64, '0'), '1', 'analyses/' || n, 1, 0, now(),
               now() - n * interval '1 minute' FROM generate_series(1, %(all)s) n
        """,
        """
        INSERT INTO performance_metrics (operation, duration_ms, succeeded, recorded_at)
        SELECT 'op' || n %% 20, 1, true, now() - n * interval '1 minute'
        FROM generate_series(1, %(all)s) n
        """,
        """
        INSERT INTO llm_response_cache
        SELECT lpad(n::text, 64, '0'), 'm', '{}', 1, 0, now(), now(),
               now() + (n - 20) * interval '1 minute' FROM generate_series(1, %(all)s) n
        """,
        """
        INSERT INTO counters SELECT 'count' || n %% 20, now() - n * interval '1 hour', 1
        FROM generate_series(1, %(all)s) n
        """,
        """
        INSERT INTO locks SELECT 'lock' || n, 'a', 1, now(), now() + (n - 20) * interval '1 day'
        FROM generate_series(1, %(all)s) n
        """,
    ):
        database.execute(sql, numbers)
    database.execute("VACUUM ANALYZE")
    yield database
    database.close()


@pytest.fixture
def watched(full: Postgres) -> Iterator[_Watched]:
    """The full database in a transaction that is undone at the end."""

    class Undo(Exception):
        pass

    with pytest.raises(Undo), full.transaction() as transaction:
        yield _Watched(transaction)
        raise Undo


_PROMPT = f"sentence:m:{7:064}"


@dataclass(frozen=True)
class _At:
    """A clock that stands."""

    time: datetime

    def now(self) -> datetime:
        return self.time


OUTCOME = Outcome(1.0, 60, 60, [], {}, "trajectories/x/")


def held(queries: Queries, connection_id: str, simulation_id: str) -> plays.Play:
    play = plays.hold_play(queries, connection_id, simulation_id)
    assert play is not None
    return play


_USES: Mapping[str, Callable[[Queries, datetime], Any]] = {
    "the first page": lambda q, _: list_simulations(q, "ses_7", limit=50),
    "a later page": lambda q, now: list_simulations(
        q, "ses_7", limit=50, cursor=encode_cursor(Position(now - timedelta(days=1), "sim_9"))
    ),
    "a page by status": lambda q, _: list_simulations(q, "ses_7", limit=50, status="failed"),
    "a page by time": lambda q, now: list_simulations(
        q, "ses_7", limit=50, created_from=now - timedelta(days=2), created_to=now
    ),
    "a page by words": lambda q, _: list_simulations(q, "ses_7", limit=50, words="word77"),
    "a page by frequent words": lambda q, _: list_simulations(
        q, "ses_7", limit=50, words="pendulum"
    ),
    "a simulation": lambda q, _: find_simulation(q, "ses_7", "sim_6"),
    "a sketch": lambda q, _: sketches.find_sketch(q, "ses_7", "skt_6"),
    "a correction": lambda q, now: sketches.record_corrections(
        q, "ses_7", "skt_6", {"shapes": {}}, now=now
    ),
    "a job": lambda q, _: jobs.find_job(q, "ses_7", "job_6"),
    "the newest job of a sketch": lambda q, _: jobs.latest_job_of_sketch(q, "ses_7", "skt_6"),
    "the newest job of a simulation": lambda q, _: jobs.latest_job_of_simulation(
        q, "ses_7", "sim_6"
    ),
    "a job's advance": lambda q, now: jobs.advance(q, "job_50", "read", now=now),
    "a job's success": lambda q, now: jobs.succeed(q, "job_50", OUTCOME, result={}, now=now),
    "a job's failure": lambda q, now: jobs.fail(q, "job_50", problem("INTERNAL", ""), now=now),
    "a job's cancelling": lambda q, now: jobs.cancel(q, "ses_51", "job_50", now=now),
    "readings in turn": lambda q, now: readings.readings_after(q, ("5", ""), limit=10),
    "idle jobs": lambda q, now: jobs.idle_jobs(
        q, idle_since=now - timedelta(minutes=1), not_after=now + timedelta(minutes=1), limit=10
    ),
    "a job's next attempt": lambda q, now: jobs.claim_attempt(
        q, jobs.load_job(q, "job_50"), now=now
    ),
    "a reading that is known": lambda q, now: readings.find_reading(
        q, "0" * 63 + "7", "1", now=now
    ),
    "readings nobody asks for": lambda q, now: readings.purge_unused_readings(
        q, used_before=now - timedelta(days=5), limit=10
    ),
    "a model's answer": lambda q, now: LlmResponses(q, _At(now)).get(_PROMPT),
    "a model's answer that is kept": lambda q, now: LlmResponses(q, _At(now)).set(
        _PROMPT, Entry(b"{}", now.timestamp() + 60).to_bytes(), 60
    ),
    "a model's answer that is forgotten": lambda q, now: LlmResponses(q, _At(now)).delete(_PROMPT),
    "a model's answers past their time": lambda q, now: purge_expired_responses(
        q, now=now, limit=10
    ),
    "measurements past their keep": lambda q, now: measurements.purge_measurements(
        q, before=now - timedelta(hours=7000), limit=10
    ),
    "a lock that is taken": lambda q, _: locks.acquire(q, "lock7", "b", ttl_s=60),
    "a lock that is checked": lambda q, _: locks.check(q, locks.Lock("lock700", "a", 1)),
    "a lock that is renewed": lambda q, _: locks.renew(q, locks.Lock("lock700", "a", 1), ttl_s=9),
    "a lock that is given back": lambda q, _: locks.release(q, locks.Lock("lock700", "a", 1)),
    "stale locks": lambda q, _: locks.purge_stale_locks(q, keep_days=7, limit=10),
    "a session": lambda q, now: sessions.find_session(q, "ses_7", now=now),
    "expired sessions": lambda q, now: sessions.purge_expired_sessions(q, now=now, limit=2),
    "an upload": lambda q, now: uploads.find_upload(q, "ses_7", "upl_606", now=now),
    "expired uploads": lambda q, now: uploads.purge_expired_uploads(q, now=now, limit=10),
    "an idempotency key": lambda q, now: idempotency.claim(
        q, idempotency.RequestKey("ses_7", "new", "h"), now=now
    ),
    "expired idempotency keys": lambda q, now: idempotency.purge_expired_keys(q, now=now, limit=10),
    "subscribers": lambda q, _: connections.subscribers_of(q, "job_6"),
    "a subscription that is held": lambda q, _: connections.hold_subscription(q, "con_6", "job_6"),
    "what a subscriber was told": lambda q, _: connections.note_sent(q, "con_6", "job_6", 2),
    "a subscription": lambda q, _: connections.subscribe(q, "con_6", "job_406"),
    "a play's beginning": lambda q, _: plays.begin_play(
        q,
        "con_6",
        simulation_id="sim_6",
        share_token=None,
        start_s=0.0,
        fps=None,
        credit=4,
    ),
    "a play's beginning by a link": lambda q, _: plays.begin_play(
        q,
        "con_6",
        simulation_id=None,
        share_token="link_9",
        start_s=0.0,
        fps=None,
        credit=4,
    ),
    "a play": lambda q, _: plays.save_play(q, held(q, "con_7", "sim_7")),
    "a play's end": lambda q, _: plays.end_play(q, "con_8", "sim_8"),
    "players": lambda q, _: plays.players_of(q, "sim_9", limit=16),
    "a recording": lambda q, _: recordings.find_recording(q, "sim_6"),
    "a recording's chunk": lambda q, _: recordings.record_chunk(q, "sim_6", index=1, end=64),
    "a shared simulation": lambda q, _: shares.find_shared_simulation(q, "link_9"),
    "a link": lambda q, _: shares.share_simulation(q, "ses_7", "sim_6", token="new"),
    "a connection's end": lambda q, _: connections.close_connection(q, "con_6"),
    "stale connections": lambda q, now: connections.purge_stale_connections(
        q, seen_before=now - timedelta(minutes=5), limit=10
    ),
    "objects in use": lambda q, _: objects_in_use(
        q, [f"{kind}/{n}" for kind in ("images", "models", "trajectories") for n in range(20)]
    ),
    "analyses of an owner": lambda q, _: sketches.analyses_of(q, "ses_7"),
    "a session that is there": lambda q, now: sessions.is_there(
        q, Grant(Identity("ses_77", Role.USER), 0), now=now
    ),
    "a simulation's owner": lambda q, _: simulations.owner_and_status(q, "sim_6"),
    "a simulation's model": lambda q, now: simulations.record_model(
        q, "sim_6", model_key="m", analysis_key=None, title=None, now=now
    ),
    "a simulation's deletion": lambda q, _: simulations.delete_simulation(q, "ses_7", "sim_6"),
    "a link's end": lambda q, _: shares.unshare_simulation(cast(Database, q), "ses_7", "sim_6"),
    "a sketch's analysis": lambda q, now: sketches.record_analysis(q, "skt_6", "a", now=now),
    "a reading": lambda q, now: readings.keep_reading(q, f"{7:064}", "v", "a", now=now),
    "a recording begins": lambda q, _: recordings.begin_recording(
        q, "sim_6", prefix="trajectories/x/", fps=9, frames=9
    ),
    "a recording's end": lambda q, _: recordings.complete_recording(q, "sim_6", [9]),
    "a connection": lambda q, _: connections.find_connection(q, "con_7"),
    "a connection that was heard of": lambda q, now: connections.touch_connection(
        q, "con_7", now=now + timedelta(days=1)
    ),
    "an answer": lambda q, _: idempotency.keep_answer(
        q, idempotency.RequestKey("ses_7", "key_7", "h"), idempotency.Answer(200, {})
    ),
    "a session's deletion": lambda q, _: sessions.delete_session(q, "ses_7"),
    "a reading whose object is gone": lambda q, _: readings.forget_reading(
        q, {"image_sha256": "0" * 64, "reader_version": "1", "analysis_key": "analyses/1"}
    ),
    "a sketch's deletion": lambda q, _: sketches.delete_sketch(q, "ses_7", "skt_6"),
}


@pytest.mark.parametrize("use", _USES)
def test_a_query_goes_by_an_index(watched: _Watched, now_in_database: datetime, use: str) -> None:
    _USES[use](watched, now_in_database)

    assert watched.plans
    for plan in watched.plans:
        assert "Seq Scan" not in plan, plan


# What only adds rows goes by none, and statistics are of all there is.
_WITHOUT_INDEX = re.compile(r"insert_|create_|open_|write_|load_stats|_")


def test_every_query_of_the_code_is_among_those() -> None:
    known = Path(__file__).read_text()
    for path in Path(records.__path__[0]).glob("*.py"):
        for found in ast.walk(ast.parse(path.read_text())):
            if not isinstance(found, ast.FunctionDef) or _WITHOUT_INDEX.match(found.name):
                continue
            asks = any(
                isinstance(node, ast.Attribute)
                and node.attr in ("fetch_one", "fetch_all", "execute")
                for node in ast.walk(found)
            )
            used = re.search(rf"\b{found.name}\b", known)
            assert used or not asks or path.stem == "migrate", f"{path.stem}.{found.name}"


@pytest.fixture
def now_in_database(full: Postgres) -> datetime:
    row = full.fetch_one("SELECT now() AS now")
    assert row is not None
    return cast(datetime, row["now"])


@pytest.mark.parametrize("hours_ago", [0, 100])
@pytest.mark.parametrize("status", [None, "queued"])
def test_a_page_of_many_is_read_in_its_order_and_not_sorted(
    watched: _Watched, now_in_database: datetime, hours_ago: int, status: Status | None
) -> None:
    cursor = encode_cursor(Position(now_in_database - timedelta(hours=hours_ago), "own_0"))
    page = list_simulations(watched, "ses_busy", limit=50, cursor=cursor, status=status)

    assert len(page.items) == 50
    [plan] = watched.plans
    assert "Sort" not in plan, plan
    assert "Index Cond" in plan, plan
    assert "created_at" in plan.partition("Index Cond")[2], plan


def test_a_rare_word_of_many_is_looked_up_and_not_looked_for(watched: _Watched) -> None:
    page = list_simulations(watched, "ses_busy", limit=50, words="own77")

    assert [found.id for found in page.items] == ["own_77"]
    [plan] = watched.plans
    assert "simulations_by_search" in plan, plan


def test_every_foreign_key_has_an_index_so_that_a_deletion_reads_no_table(
    full: Postgres,
) -> None:
    rows = full.fetch_all(
        """
        SELECT conrelid::regclass::text AS referring,
               (SELECT string_agg(attname, ', ') FROM pg_attribute
                WHERE attrelid = conrelid AND attnum = ANY(conkey)) AS columns,
               EXISTS (SELECT FROM pg_index
                       WHERE indrelid = conrelid
                         AND (indkey::int2[])[0:cardinality(conkey) - 1] = conkey) AS has_index
        FROM pg_constraint WHERE contype = 'f'
        """
    )

    assert len(rows) >= 10
    assert [row for row in rows if not row["has_index"]] == []


def test_deleting_an_owner_costs_what_the_owner_has(watched: _Watched, full: Postgres) -> None:
    """A cascade's plans are not shown by EXPLAIN, so what it read is counted."""
    before = _rows_read_in_sequence(full)
    sessions.delete_session(watched, "ses_7")

    assert _rows_read_in_sequence(full) - before < _OWNERS * _EACH


def _rows_read_in_sequence(database: Database) -> int:
    database.execute("SELECT pg_stat_force_next_flush()")
    row = database.fetch_one("SELECT sum(seq_tup_read)::int AS n FROM pg_stat_xact_user_tables")
    assert row is not None
    assert re.fullmatch(r"\d+", str(row["n"]))
    return int(row["n"])
