"""The REST API as a client sees it: through its handlers, with real stores behind them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from dishka import Provider, Scope

from api import templates
from api.app import Handler
from shared.clock import Clock
from shared.executions import Executions
from shared.folder import FolderObjects, open_folder
from shared.identity import Identity, Role
from shared.postgres import Postgres, open_postgres
from shared.push import Sockets
from shared.token_keys import fixed_keys
from shared.tokens import Tokens
from tests.api_client import NOW, SECRET, Api, SetClock, all_handlers
from tests.executions import RememberedExecutions
from tests.integration.sockets.players import HeldSockets
from tests.service import UNLIMITED


@pytest.fixture(scope="session")
def connection(postgres_url: str) -> Iterator[Postgres]:
    connection = open_postgres(postgres_url)
    yield connection
    connection.close()


@pytest.fixture
def database(connection: Postgres) -> Postgres:
    """A migrated database without a row in it. Deleting few rows is faster than truncating."""
    for table in (
        "sessions",
        "idempotency_keys",
        "sketch_cache",
        "performance_metrics",
        "counters",
        "locks",
    ):
        connection.execute(f"DELETE FROM {table}")
    return connection


@pytest.fixture(scope="session")
def clock() -> SetClock:
    return SetClock()


@pytest.fixture(scope="session")
def executions() -> RememberedExecutions:
    return RememberedExecutions()


@pytest.fixture(scope="session")
def objects_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return tmp_path_factory.mktemp("objects").as_uri()


@pytest.fixture(scope="session")
def objects(objects_url: str) -> FolderObjects:
    """The object store that the API writes to."""
    return open_folder(objects_url)


@pytest.fixture(scope="session")
def environ(postgres_url: str, valkey_url: str, objects_url: str) -> dict[str, str]:
    return {
        "DATABASE_URL": postgres_url,
        "REDIS_URL": valkey_url,
        "OBJECTS_URL": objects_url,
        "PUBLIC_URL": "http://api.example.test",
        "TOKEN_SECRET": SECRET,
        "SOCKETS_ENDPOINT": "http://sockets.example.test/live",
        "JOBS_STATE_MACHINE_ARN": "arn:aws:states:eu-central-1:123456789012:stateMachine:drawing",
        **UNLIMITED,
    }


@pytest.fixture(scope="session")
def sockets() -> HeldSockets:
    return HeldSockets()


@pytest.fixture(scope="session")
def parts(clock: SetClock, executions: RememberedExecutions, sockets: HeldSockets) -> Provider:
    """What stands in for a part of every function."""
    provider = Provider(scope=Scope.APP)
    provider.provide(lambda: clock, provides=Clock)
    provider.provide(lambda: executions, provides=Executions)
    provider.provide(lambda: sockets, provides=Sockets)
    return provider


@pytest.fixture(scope="session")
def handlers(environ: dict[str, str], parts: Provider) -> dict[str, Handler]:
    """A handler for each resource, and the authorizer before them."""
    return all_handlers(environ, parts)


@pytest.fixture
def api(
    handlers: dict[str, Handler],
    database: Postgres,
    clock: SetClock,
    executions: RememberedExecutions,
    sockets: HeldSockets,
) -> Iterator[Api]:
    """The API over empty stores."""
    yield Api(handlers)
    clock.time = NOW
    # What the handlers hold must stay the same objects.
    executions.__init__()  # type: ignore[misc]
    sockets.__init__()  # type: ignore[misc]


@pytest.fixture
def token(api: Api) -> str:
    """A guest's token."""
    return str(api.send("POST", "/v1/sessions").json["token"])


@pytest.fixture
def stranger(api: Api, token: str) -> str:
    """Another guest's token."""
    return str(api.send("POST", "/v1/sessions", user_agent="another").json["token"])


@pytest.fixture
def admin(clock: SetClock) -> str:
    """An administrator's token."""
    return Tokens(fixed_keys(SECRET), clock).issue(
        Identity("admin", Role.ADMIN), issued_at=NOW, expires_at=NOW + timedelta(hours=1)
    )


@pytest.fixture(scope="session")
def drawing() -> bytes:
    """A drawing, as a client would send it."""
    return (Path(templates.__file__).parent / "gallery" / "pendulum.webp").read_bytes()
