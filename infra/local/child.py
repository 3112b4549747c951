"""A server of the stack, as a process of its own: on the leash, and started again if it dies."""

import logging
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from .leash import Leash

START_LIMIT_S = 60.0  # a recovery after a kill may take a while
STOP_LIMIT_S = 10.0

_logger = logging.getLogger(__name__)


class ServiceFailed(RuntimeError):
    """A service did not start; the message has the end of its log."""


class Child:
    """The process that a server runs in, at most one at a time.

    Args:
        name: of the server, as people know it.
        log: where the process writes what it has to say.
        leash: ends it if the stack dies.
        ending: the signal that ends it in good order.
    """

    def __init__(self, name: str, log: Path, leash: Leash, ending: signal.Signals) -> None:
        self._name = name
        self._log = log
        self._leash = leash
        self._ending = ending
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def process(self) -> "subprocess.Popen[bytes]":
        """The process that was started last, and not stopped."""
        assert self._process is not None, f"{self._name} was not started"
        return self._process

    def hold(self, process: "subprocess.Popen[bytes]") -> None:
        """Take a process that was just started, which leads a session of its own."""
        self._process = process
        self._leash.hold(process.pid, self._ending)

    def wait_until(self, ready: Callable[[], bool]) -> None:
        """Wait until the server is ready.

        Raises:
            ServiceFailed: it has ended, or takes too long and is killed.
        """
        deadline = time.monotonic() + START_LIMIT_S
        while not ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                _end(self.process, signal.SIGKILL)
                raise self.failed()
            time.sleep(0.02)

    def failed(self) -> ServiceFailed:
        """What to raise when the server did not start."""
        said = self._log.read_text(errors="replace").splitlines()[-15:]
        return ServiceFailed("\n".join([f"{self._name} did not start:", *said]))

    def revive(self, start: Callable[[], None]) -> bool:
        """Start the server again if it has died; whether it had.

        Raises:
            ServiceFailed: it did not start.
        """
        if self._process is None or self._process.poll() is None:
            return False
        _logger.warning("%s has died, and is started again", self._name)
        self._leash.release(self._process.pid)
        start()
        return True

    def stop(self) -> None:
        """End the process, if there is one, and wait for its end."""
        if self._process:
            _end(self._process, self._ending)
            self._leash.release(self._process.pid)
            self._process = None


def _end(process: "subprocess.Popen[bytes]", ending: signal.Signals) -> None:
    """End a process by a signal, and at last by force; wait for its end."""
    process.send_signal(ending)
    try:
        process.wait(STOP_LIMIT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
