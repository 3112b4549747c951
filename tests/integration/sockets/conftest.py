"""The WebSocket routes' handlers, on a real database and a folder of objects."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from dishka import Provider, Scope

from authorizers import sockets as authorizer
from records.jobs import Job
from records.sessions import Session, create_session
from records.simulations import Simulation
from records.submissions import Submission, insert_submission
from shared.clock import Clock
from shared.identity import Identity, Role
from shared.postgres import Postgres
from shared.push import Sockets
from shared.token_keys import fixed_keys
from shared.tokens import Tokens
from sockets import (
    ack,
    connect,
    default,
    disconnect,
    look,
    pause,
    ping,
    play,
    seek,
    stop,
    subscribe,
)
from sockets.playing import PlayConfig
from sockets.route import Handler, event_handler, message_handler
from tests.api_client import NOW, SECRET, SetClock
from tests.gateway_events import socket_event
from tests.service import UNLIMITED

from .players import HeldSockets, Player, Run


@pytest.fixture
def sockets() -> HeldSockets:
    return HeldSockets()


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def objects_folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def new_environment(
    postgres_url: str, valkey_url: str, objects_folder: Path, sockets: HeldSockets, clock: SetClock
) -> Callable[..., dict[str, Handler]]:
    """Makes a new execution environment of each function; takes variables to set."""
    stores = {
        "DATABASE_URL": postgres_url,
        "REDIS_URL": valkey_url,
        "OBJECTS_URL": f"file://{objects_folder}",
    }
    opened: dict[str, Any] = {}

    def make(**settings: str) -> dict[str, Handler]:
        return environment(stores | settings, sockets, clock, opened)

    return make


@pytest.fixture
def routes(new_environment: Callable[..., dict[str, Handler]]) -> dict[str, Handler]:
    """Each function in one execution environment, which serves one event at a time."""
    return new_environment()


def environment(
    stores: dict[str, str], sockets: HeldSockets, clock: SetClock, opened: dict[str, Any]
) -> dict[str, Handler]:
    """A new execution environment of each function.

    Args:
        opened: what the authorizer said of each connection, which the gateway adds to its events.
    """
    parts = Provider(scope=Scope.APP)
    parts.provide(lambda: sockets, provides=Sockets)
    parts.provide(lambda: clock, provides=Clock)
    told = {"TOKEN_SECRET": SECRET, "SOCKETS_ENDPOINT": "http://sockets.example.test/live"}
    with_parts: dict[str, Any] = {
        "environ": {**UNLIMITED, **told, **stores},
        "providers": (parts,),
    }
    handlers = {
        "$disconnect": event_handler(disconnect.DisconnectConfig, disconnect.run, **with_parts),
        "$default": message_handler(default.DefaultConfig, default.answer, **with_parts),
        "ping": message_handler(ping.PingConfig, ping.answer, **with_parts),
        **{
            module.__name__.split(".")[-1]: message_handler(PlayConfig, module.answer, **with_parts)
            for module in (play, ack, pause, seek)
        },
        "stop": message_handler(stop.StopConfig, stop.answer, **with_parts),
        "look": message_handler(look.LookConfig, look.answer, kind=look.KIND, **with_parts),
        "subscribe": message_handler(subscribe.SubscribeConfig, subscribe.answer, **with_parts),
    }
    ask = authorizer.make_handler(**with_parts)
    opens = event_handler(connect.ConnectConfig, connect.run, **with_parts)

    def connects(event: Any, context: Any) -> Any:
        try:
            answer = ask({**event, "methodArn": "arn:aws:execute-api:::api/live/$connect"}, None)
        except Exception as error:
            assert str(error) == "Unauthorized"
            return {"statusCode": 401}
        opened[event["requestContext"]["connectionId"]] = answer["context"]
        return told_who(opens)(event, context)

    def told_who(handler: Handler) -> Handler:
        def handle(event: Any, context: Any) -> Any:
            request = event["requestContext"]
            request["authorizer"] = opened.get(request["connectionId"])
            return handler(event, context)

        return handle

    return {"$connect": connects, **{key: told_who(each) for key, each in handlers.items()}}


def session(database: Postgres, clock: SetClock, name: str) -> str:
    """A session; its token."""
    until = NOW + timedelta(hours=3)
    create_session(database, Session(name, NOW, until))
    identity = Identity(name, Role.GUEST)
    return Tokens(fixed_keys(SECRET), clock).issue(identity, issued_at=NOW, expires_at=until)


@pytest.fixture
def token(database: Postgres, clock: SetClock) -> str:
    return session(database, clock, "owner")


@pytest.fixture
def connected(routes: dict[str, Handler], token: str) -> str:
    """An open connection's id."""
    event = socket_event("$connect", "c1", token=token)
    assert routes["$connect"](event, None) == {"statusCode": 200}
    return "c1"


@pytest.fixture
def simulation(database: Postgres, token: str) -> Simulation:
    times: dict[str, Any] = {"owner_id": "owner", "created_at": NOW, "updated_at": NOW}
    simulation = Simulation(id="simulation_1", source="prompt", **times)
    job = Job(id="job_1", simulation_id="simulation_1", request={}, **times)
    insert_submission(database, Submission(simulation=simulation, job=job))
    return simulation


@pytest.fixture
def run(
    database: Postgres, objects_folder: Path, sockets: HeldSockets, simulation: Simulation
) -> Run:
    return Run(database, objects_folder, sockets)


@pytest.fixture
def player(routes: dict[str, Handler], sockets: HeldSockets, connected: str) -> Player:
    return Player(routes, sockets, connected)
