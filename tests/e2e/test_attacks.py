"""What an attacker would send to the whole service, and that nobody else notices."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, suppress

import pytest
from websockets.sync.client import connect

from tests.oidc import unsigned
from tests.service import Client, Service

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("service")]

TOO_LONG = 11 * 1024 * 1024
MAY_GROW_BYTES = 150 * 1024 * 1024


class Listener:
    """A port inside, which nothing has any reason to ask."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/inside"
        self.asked = 0
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                self._socket.accept()[0].close()
                self.asked += 1

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._accepting.join(5)


@pytest.fixture
def listener() -> Iterator[Listener]:
    with closing(Listener()) as listener:
        yield listener


def test_no_address_that_is_sent_is_ever_asked(
    service: Service, client: Client, listener: Listener
) -> None:
    url = listener.url
    include = f'<mujoco><include file="{url}"/></mujoco>'
    mesh = f'<mujoco><asset><mesh name="m" file="{url}"/></asset></mujoco>'
    entity = f'<!DOCTYPE mujoco SYSTEM "{url}"><mujoco/>'
    for path, body in (
        ("/v1/sketches", {"image": url}),
        ("/v1/sketches", {"upload_id": url}),
        ("/v1/simulations", {"prompt": url}),
        ("/v1/simulations", {"sketch_id": url}),
        *(("/v1/simulations", {"mjcf": mjcf}) for mjcf in (include, mesh, entity)),
    ):
        answer = client.http.post(path, json=body)
        assert 400 <= answer.status_code < 500, (path, body, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
    svg = f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{url}"/></svg>'.encode()
    drawn = client.http.post("/v1/sketches", content=svg, headers={"content-type": "image/png"})
    assert drawn.status_code == 415
    header = {"alg": "RS256", "kid": url, "jku": url, "x5u": url}
    forged = unsigned(header, {"sub": "x"}, b"signature")
    by_token = client.http.get("/v1/simulations", headers={"authorization": f"Bearer {forged}"})
    assert by_token.status_code == 401
    address = service.address.replace("http", "ws")
    with connect(f"{address}/live?token={client.token}") as live:
        live.send(json.dumps({"action": "look", "image": url}))
        assert json.loads(live.recv(timeout=30))["error"]["code"] == "VALIDATION_FAILED"

    assert listener.asked == 0


def test_bodies_that_are_too_long_are_refused_in_flat_memory(
    service: Service, client: Client
) -> None:
    def memory() -> int:
        return sum(process.memory_info().rss for process in service.processes)

    def pieces() -> Iterator[bytes]:
        for _ in range(TOO_LONG // 65536 + 1):
            yield bytes(65536)

    client.http.post("/v1/sketches", content=bytes(100), headers={"content-type": "image/png"})
    before = memory()
    for _ in range(10):
        for content in (bytes(TOO_LONG), pieces()):  # with its length told, and without
            answer = client.http.post(
                "/v1/sketches", content=content, headers={"content-type": "image/png"}
            )
            assert answer.status_code == 413
            assert answer.json()["code"] == "TOO_LARGE"

    assert memory() - before < MAY_GROW_BYTES


def test_clients_that_send_a_byte_now_and_then_hold_up_nobody(
    service: Service, client: Client
) -> None:
    host, port = service.address.removeprefix("http://").split(":")
    dripping = [socket.create_connection((host, int(port))) for _ in range(100)]
    try:
        for one in dripping:
            one.sendall(
                b"POST /v1/uploads HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                b"Content-Length: 1000\r\n\r\n{"
            )
        assert client.get("/health").json()["status"] == "alive"
        assert client.get("/v1/simulations").json()["items"] == []
    finally:
        for one in dripping:
            one.close()
