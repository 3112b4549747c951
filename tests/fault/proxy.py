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
        place: of the server behind it: its host and port, or the path of its socket.
        delay_s: in the mood DELAY, for each piece that the server sends.
    """

    def __init__(self, place: tuple[str, int] | str, *, delay_s: float = 0.15) -> None:
        self._place = place
        self._delay_s = delay_s
        self._mood = Mood.PASS
        self._next: tuple[Mood, int] | None = None
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

    @property
    def mood(self) -> Mood:
        return self._mood

    def be(self, mood: Mood) -> None:
        """Change the mood."""
        self._next = None
        self._mood = mood
        if mood is Mood.REFUSE:
            self._cut()

    def be_after(self, mood: Mood, pieces: int) -> None:
        """Change the mood when so many pieces have come from clients, before the next."""
        self._next = mood, pieces

    def _accept(self) -> None:
        while not self._ended:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self._mood is Mood.REFUSE:
                _reset(client)
                continue
            server = _connect(self._place)
            with self._lock:
                self._open |= {client, server}
            for source, target, answers in ((client, server, False), (server, client, True)):
                threading.Thread(
                    target=self._pass_on, args=(source, target, answers), daemon=True
                ).start()

    def _pass_on(self, source: socket.socket, target: socket.socket, answers: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if not answers:
                    self._count()
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

    def _count(self) -> None:
        """A piece came from a client."""
        if self._next is not None:
            mood, left = self._next
            self._next = mood, left - 1
            if left == 0:
                self.be(mood)

    def _cut(self) -> None:
        with self._lock:
            cut, self._open = self._open, set()
        for each in cut:
            _reset(each)


def _connect(place: tuple[str, int] | str) -> socket.socket:
    if isinstance(place, tuple):
        return socket.create_connection(place)
    server = socket.socket(socket.AF_UNIX)
    server.connect(place)
    return server


def _reset(connection: Any) -> None:
    """Close with a reset (RST) rather than in order."""
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        # A reader in another thread holds the socket open: wake it up.
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
