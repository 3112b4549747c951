"""A simulation's run as it is stored, and a client that plays it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.recorder import Recorder
from records.trajectories import chunk_key, header_key
from shared.errors import DependencyUnavailable
from shared.folder import open_folder
from shared.frames import Frames, encode
from shared.postgres import Postgres
from shared.push import MAX_MESSAGE_BYTES, ConnectionGone
from sockets.route import Handler
from tests.gateway_events import socket_event

Message = dict[str, Any]
PREFIX = "trajectories/ab/run/"
FPS = 60


def motion(frames: int = 301, bodies: int = 2) -> Frames:
    """Bodies that drift, each at a speed of its own."""
    times = np.arange(frames)[:, None, None] / FPS
    position = times * np.arange(1, bodies + 1)[None, :, None] * [0.5, 0.0, 0.25]
    quaternion = np.zeros((frames, bodies, 4))
    quaternion[..., 0] = 1
    return Frames(position, quaternion, dt_s=1 / FPS)


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


class Run:
    """A simulation's run, stored chunk by chunk as the task does it."""

    def __init__(self, database: Postgres, folder: Path, sockets: HeldSockets) -> None:
        self.objects = open_folder(f"file://{folder}")
        self.frames = motion()
        self.chunks = encode(self.frames)
        self.ends = [min(32 * (n + 1), len(self.frames)) for n in range(len(self.chunks))]
        self.header: Message = {"fps": FPS, "frames": len(self.frames), "bodies": [{"name": "b"}]}
        self.recorder = Recorder(database, self.objects, sockets, "simulation_1")

    def begin(self) -> None:
        self.objects.put(header_key(PREFIX), json.dumps(self.header).encode(), "application/json")
        self.recorder.begin(PREFIX, fps=FPS, frames=len(self.frames))

    def store(self, index: int) -> None:
        self.objects.put(chunk_key(PREFIX, index), self.chunks[index], "application/octet-stream")
        self.recorder.add(index, self.ends[index])

    def finish(self) -> None:
        self.recorder.complete(self.ends)

    def all(self) -> None:
        self.begin()
        for index in range(len(self.chunks)):
            self.store(index)
        self.finish()


class Player:
    """One connection, and what was sent to it."""

    def __init__(
        self, routes: dict[str, Handler], sockets: HeldSockets, connection_id: str
    ) -> None:
        self._routes = routes
        self._sockets = sockets
        self.id = connection_id

    def send(self, action: str, **fields: Any) -> list[Message]:
        """Send a message; what came back meanwhile."""
        before = len(self.heard)
        if action != "look":
            fields = {"simulation_id": "simulation_1", **fields}
        body = json.dumps({"action": action, **fields})
        self._routes[action](socket_event(action, self.id, body), None)
        return self.heard[before:]

    def since(self, before: int) -> list[Message]:
        return self.heard[before:]

    @property
    def heard(self) -> list[Message]:
        return [message for to, message in list(self._sockets.sent) if to == self.id]

    @property
    def indexes(self) -> list[int]:
        return [message["index"] for message in self.heard if message["type"] == "chunk"]

    def play_to_the_end(self, **play: Any) -> list[Message]:
        """Play, acknowledge each chunk, and return the chunks."""
        self.send("play", **play)
        done = 0
        while self.heard[-1]["type"] != "end":
            waiting = self.indexes[done:]
            assert waiting, "nothing more comes"
            done += len(waiting)
            for index in waiting:
                self.send("ack", index=index)
        return [message for message in self.heard if message["type"] == "chunk"]
