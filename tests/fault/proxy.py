"""A TCP proxy between a client and a server, which can be told to misbehave."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from enum import Enum, auto
from typing import Any


class Mood(Enum):
    """How the proxy treats connections, those that are open, too."""

    PASS = auto()
    REFUSE = auto()
    """Cuts what is open by a reset, and every new connection at once."""
    HANG = auto()
    """Accepts, and passes nothing on: a server that is stopped, or a network that drops all."""
    DELAY = auto()
    """Passes everything on late."""


class Proxy:
    """Listens on a port of its own, on this machine only.

    Args:
        host, port: of the server behind it.
        delay_s: in the mood DELAY, for each piece that the server sends.
    """

    def __init__(self, host: str, port: int, *, delay_s: float = 0.15) -> None:
        self._place = host, port
        self._delay_s = delay_s
        self._mood = Mood.PASS
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._ended = False
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Proxy:
        return self

    def __exit__(self, *_: object) -> None:
        self._ended = True
        self._listener.close()
        self._cut()

    def be(self, mood: Mood) -> None:
        """Change the mood."""
        self._mood = mood
        if mood is Mood.REFUSE:
            self._cut()

    def _accept(self) -> None:
        while not self._ended:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self._mood is Mood.REFUSE:
                _reset(client)
                continue
            server = socket.create_connection(self._place)
            with self._lock:
                self._open |= {client, server}
            for source, target, answers in ((client, server, False), (server, client, True)):
                threading.Thread(
                    target=self._pass_on, args=(source, target, answers), daemon=True
                ).start()

    def _pass_on(self, source: socket.socket, target: socket.socket, answers: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                while self._mood is Mood.HANG and not self._ended:
                    time.sleep(0.01)
                if answers and self._mood is Mood.DELAY:
                    time.sleep(self._delay_s)
                target.sendall(data)
        for each in (source, target):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        with self._lock:
            self._open -= {source, target}

    def _cut(self) -> None:
        with self._lock:
            cut, self._open = self._open, set()
        for each in cut:
            _reset(each)


def _reset(connection: Any) -> None:
    """Close with a reset (RST) rather than in order."""
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        # A reader in another thread holds the socket open: wake it up.
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
