"""Playing through the whole service: what dies in the middle, what lags, what is left behind."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from websockets.sync.client import ClientConnection, connect

from shared.frames import Frames, decode, join, read_stream
from tests.service import Client, Service, data_folder

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("service")]

DURATION_S = 8.0
FPS = 60
PLAYS = int(os.environ.get("FAULT_PLAYS", "1000"))
AT_ONCE = 8
IN_TIME_S = 60.0
Message = dict[str, Any]


def swinging(bodies: int) -> str:
    """Pendulums beside each other, which never rest."""
    parts = "".join(
        f'<body name="b{n}" pos="{n} 0 3"><joint type="hinge" axis="0 1 0"/>'
        f'<geom type="sphere" size=".05" pos="{0.5 + n / 100} 0 0" contype="0" conaffinity="0"/>'
        "</body>"
        for n in range(bodies)
    )
    return f"<mujoco><worldbody>{parts}</worldbody></mujoco>"


class Town:
    """A service that can be killed and started again, and that has a recording."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.service = Service(folder)

    def record(self) -> None:
        self.client = Client(self.service.address)
        body = {"mjcf": swinging(40), "duration": DURATION_S}
        posted = self.client.post("/v1/simulations", json=body).json()
        self.simulation_id = posted["simulation_id"]
        assert self.client.finish(posted["job_id"])["status"] == "succeeded"

    def fall_and_rise(self) -> None:
        self.service.kill()
        self.service = Service(self._folder)
        self.client = Client(self.service.address, self.client.token)

    def connect(self, **how: Any) -> ClientConnection:
        address = self.service.address.replace("http", "ws", 1)
        return connect(
            f"{address}/live?token={self.client.token}", compression=None, open_timeout=60, **how
        )

    def send(self, socket: ClientConnection, action: str, **fields: Any) -> None:
        socket.send(json.dumps({"action": action, "simulation_id": self.simulation_id, **fields}))

    def recorded(self) -> Frames:
        """The whole motion, as REST serves it."""
        path = f"/v1/simulations/{self.simulation_id}/trajectory"
        _, chunks = read_stream(self.client.get(path).content)
        return join(decode(chunk) for chunk in chunks)


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    with data_folder() as folder:
        town = Town(folder)
        try:
            town.record()
            yield town
        finally:
            town.service.stop()


def receive(socket: ClientConnection) -> Message:
    message: Message = json.loads(socket.recv(IN_TIME_S))
    assert message["type"] != "error", message
    return message


def chunks_of(town: Town, socket: ClientConnection, most: int | None = None) -> list[Frames]:
    """The next chunks, each acknowledged; all up to the end where no number is given."""
    chunks: list[Frames] = []
    while most is None or len(chunks) < most:
        message = receive(socket)
        if message["type"] == "end":
            break
        if message["type"] == "chunk":
            chunks.append(decode(base64.b64decode(message["data"])))
            town.send(socket, "ack", index=message["index"])
    return chunks


def test_a_play_that_everything_died_under_goes_on_at_the_frame_it_had(town: Town) -> None:
    with town.connect() as socket:
        town.send(socket, "play", credit=2)
        before = chunks_of(town, socket, 6)
        town.fall_and_rise()

    had = float(before[-1].times_s[-1])
    with town.connect() as socket:
        town.send(socket, "play", credit=2, **{"from": had + 1 / FPS})
        assert receive(socket)["type"] == "header"
        after = chunks_of(town, socket)

    played, recorded = join([*before, *after]), town.recorded()
    assert len(played) == len(recorded) == round(DURATION_S * FPS) + 1
    assert np.array_equal(played.position, recorded.position)
    assert after[0].first == before[-1].first + len(before[-1])


def test_a_client_that_does_not_read_holds_up_nobody_else(town: Town) -> None:
    with town.connect(max_queue=1) as deaf, town.connect() as socket:
        for _ in range(3):
            town.send(deaf, "play", credit=64)
        town.send(socket, "play", credit=4)
        assert sum(len(chunk) for chunk in chunks_of(town, socket)) == len(town.recorded())


ROUNDS = 3


def held_mb(service: Service) -> dict[int, float]:
    """Memory that each process holds alone, but PostgreSQL's and Valkey's, which cache."""
    own = [process for process in service.processes if "python" in process.name()]
    return {process.pid: process.memory_full_info().uss / 2**20 for process in own}


def test_many_plays_leave_memory_where_it_was(town: Town) -> None:
    def play(_number: int) -> None:
        with town.connect() as socket:
            town.send(socket, "play", credit=1)
            while receive(socket)["type"] != "chunk":
                pass

    # A worker grows once, when it works for the first time; a leak of one chunk a play grows by
    # 10 MB in every round. Workers come and go with the load: those that stayed are compared.
    grown: list[dict[int, float]] = []
    with ThreadPoolExecutor(AT_ONCE) as viewers:
        before = held_mb(town.service)
        for _round in range(ROUNDS):
            list(viewers.map(play, range(PLAYS)))
            after = held_mb(town.service)
            grown.append({pid: after[pid] - before[pid] for pid in before.keys() & after.keys()})
            before = after
    assert all(len(each) >= 3 for each in grown)
    least = min(grown, key=lambda each: sum(each.values()))
    assert sum(least.values()) < 8, f"MB by process: {sorted(least.values())}"
