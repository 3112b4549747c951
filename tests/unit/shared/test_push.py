"""Messages to sockets, through an unchanged boto3 client to a server that answers as AWS does."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import boto3
import pytest
from botocore.config import Config

from shared.errors import DependencyUnavailable
from shared.push import ConnectionGone, GatewaySockets


class _Management(BaseHTTPRequestHandler):
    """`@connections`: `gone` has left, `broken` fails, whoever else is there."""

    server: Any

    def do_POST(self) -> None:
        name = self.path.rpartition("/")[2]
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.posted.append((name, body))
        status, kind = {"gone": (410, "GoneException"), "broken": (500, "")}.get(name, (200, ""))
        self.send_response(status)
        if kind:
            self.send_header("x-amzn-ErrorType", kind)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Any]:
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), _Management)
    server.posted = []
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def client(endpoint: str) -> Any:
    return boto3.client(
        "apigatewaymanagementapi",
        endpoint_url=endpoint,
        region_name="eu-central-1",
        aws_access_key_id="x",
        aws_secret_access_key="x",
        config=Config(retries={"total_max_attempts": 1}, connect_timeout=1, read_timeout=2),
    )


@pytest.fixture
def sockets(server: Any) -> GatewaySockets:
    return GatewaySockets(f"http://127.0.0.1:{server.server_port}/live", connect=client)


def test_a_message_arrives_as_it_was_sent(server: Any, sockets: GatewaySockets) -> None:
    sockets.post("c1", b'{"type":"pong"}')

    assert server.posted == [("c1", b'{"type":"pong"}')]


def test_who_has_left_and_what_fails_are_told_apart(sockets: GatewaySockets) -> None:
    with pytest.raises(ConnectionGone):
        sockets.post("gone", b"{}")
    with pytest.raises(DependencyUnavailable):
        sockets.post("broken", b"{}")


def test_a_gateway_that_is_down_is_unavailable() -> None:
    with pytest.raises(DependencyUnavailable):
        GatewaySockets("http://127.0.0.1:1/live", connect=client).post("c1", b"{}")


def test_a_message_that_no_socket_takes_is_a_mistake(sockets: GatewaySockets) -> None:
    with pytest.raises(ValueError, match="131073"):
        sockets.post("c1", bytes(128 * 1024 + 1))
