"""Fixtures that any test may ask for: real stores, each started when first asked for."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from records.migrate import find_migrations, migrate
from shared.postgres import Postgres, open_postgres
from tests import servers

# The same examples in every run: what fails was broken by the change at hand. How long one takes is
# the machine's affair. `--hypothesis-profile default` looks further.
settings.register_profile(
    "repeatable", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("repeatable")

_EVERY_TABLE_WITH_DATA = (
    "TRUNCATE sessions, idempotency_keys, sketch_cache, llm_response_cache, performance_metrics,"
    " counters, locks CASCADE"
)


@pytest.fixture(scope="session")
def run_folder(request: pytest.FixtureRequest) -> Iterator[Path]:
    """A folder of this run of the suite, shared by all workers."""
    worker = getattr(request.config, "workerinput", None)
    folder = servers.run_folder(worker["testrunuid"] if worker else uuid.uuid4().hex)
    yield folder
    if worker is None:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def worker_name(request: pytest.FixtureRequest) -> str:
    """This worker's name: `gw0`, `gw1` …, or `main` where there are none."""
    worker = getattr(request.config, "workerinput", None)
    return worker["workerid"] if worker else "main"


@pytest.fixture(scope="session")
def postgres_server_url(run_folder: Path) -> Iterator[str]:
    """The address of a PostgreSQL server, with its own `postgres` database."""
    with servers.postgres_server(run_folder) as url:
        yield url


@pytest.fixture(scope="session")
def postgres_url(postgres_server_url: str, worker_name: str) -> str:
    """The address of a migrated database that no other worker uses."""
    url = servers.create_database(postgres_server_url, f"simgen_{worker_name}")
    database = open_postgres(url)
    migrate(database, find_migrations())
    database.close()
    return url


@pytest.fixture
def database(postgres_url: str) -> Iterator[Postgres]:
    """A migrated database without a row in it."""
    database = open_postgres(postgres_url)
    database.execute(_EVERY_TABLE_WITH_DATA)
    yield database
    database.close()


@pytest.fixture(scope="session")
def valkey_url(run_folder: Path, worker_name: str) -> Iterator[str]:
    """The address of a Valkey that no other worker uses."""
    with servers.valkey_server(run_folder / f"valkey-{worker_name}") as url:
        yield url


@pytest.fixture(scope="session")
def s3_url() -> Iterator[str]:
    """The address of an S3 that no other worker uses."""
    with servers.s3_server() as url:
        yield url


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Remove the run's folder when the last worker is gone."""
    uid = getattr(session.config, "_simgen_run", None)
    if uid is not None:
        shutil.rmtree(servers.run_folder(uid), ignore_errors=True)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    """Remember, in the process that starts the workers, which run this is (xdist's hook)."""
    node.config._simgen_run = node.workerinput["testrunuid"]  # type: ignore[attr-defined]
