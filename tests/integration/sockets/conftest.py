"""The WebSocket routes' handlers, on a real database and a folder of objects."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from dishka import Provider, Scope

from authorizers import sockets as authorizer
from records.sessions import Session, create_session
from shared.clock import Clock
from shared.errors import DependencyUnavailable
from shared.identity import Identity, Role
from shared.postgres import Postgres
from shared.push import MAX_MESSAGE_BYTES, ConnectionGone, Sockets
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


class HeldSockets:
    """The `Sockets` port without a gateway behind it: keeps what was sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, dict[str, Any]]] = []
        self.gone: set[str] = set()
        self.down = False

    def post(self, connection_id: str, data: bytes) -> None:
        if connection_id in self.gone:
            raise ConnectionGone("The client has left.")
        if self.down:
            raise DependencyUnavailable
        assert len(data) <= MAX_MESSAGE_BYTES
        self.sent.append((connection_id, json.loads(data)))


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
def routes(
    postgres_url: str, objects_folder: Path, sockets: HeldSockets, clock: SetClock
) -> dict[str, Handler]:
    """Each function in one execution environment, which serves one event at a time."""
    return environment(postgres_url, objects_folder, sockets, clock)


def environment(
    postgres_url: str, objects_folder: Path, sockets: HeldSockets, clock: SetClock
) -> dict[str, Handler]:
    """A new execution environment of each function."""
    parts = Provider(scope=Scope.APP)
    parts.provide(lambda: sockets, provides=Sockets)
    parts.provide(lambda: clock, provides=Clock)
    with_parts: dict[str, Any] = {
        "environ": {
            "DATABASE_URL": postgres_url,
            "OBJECTS_URL": f"file://{objects_folder}",
            "TOKEN_SECRET": SECRET,
            "SOCKETS_ENDPOINT": "http://sockets.example.test/live",
        },
        "providers": (parts,),
    }
    return {
        "$connect": _authorized(
            authorizer.make_handler(**with_parts),
            event_handler(connect.ConnectConfig, connect.run, **with_parts),
        ),
        "$disconnect": event_handler(disconnect.DisconnectConfig, disconnect.run, **with_parts),
        "$default": message_handler(default.DefaultConfig, default.answer, **with_parts),
        "ping": message_handler(ping.PingConfig, ping.answer, **with_parts),
        **{
            module.__name__.split(".")[-1]: message_handler(PlayConfig, module.answer, **with_parts)
            for module in (play, ack, pause, seek)
        },
        "stop": message_handler(stop.StopConfig, stop.answer, **with_parts),
        "look": message_handler(look.LookConfig, look.answer, **with_parts),
        "subscribe": message_handler(subscribe.SubscribeConfig, subscribe.answer, **with_parts),
    }


def _authorized(ask: Any, handler: Handler) -> Handler:
    """A handler of `$connect` behind its authorizer, as the gateway calls the two."""

    def connect(event: Any, context: Any) -> Any:
        try:
            answer = ask({**event, "methodArn": "arn:aws:execute-api:::api/live/$connect"}, None)
        except Exception as error:
            assert str(error) == "Unauthorized"
            return {"statusCode": 401}
        event["requestContext"]["authorizer"] = answer["context"]
        return handler(event, context)

    return connect


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
