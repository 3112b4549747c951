"""Ends a supervisor's child processes when the supervisor is gone, however it went.

A process of its own, outside the terminal's process group, reads a pipe from the supervisor: one
line for each child that starts or has ended. The pipe closes when the supervisor dies, even by
SIGKILL, and what is still held is ended. `PR_SET_PDEATHSIG` would do it on Linux only, would fire
when the *thread* that started the child ends, and would not reach grandchildren.
"""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

GRACE_S = 5.0  # PostgreSQL writes its last checkpoint in this time


class Leash:
    """Holds process groups. Each child must lead a session of its own (`start_new_session`)."""

    def __init__(self) -> None:
        self._watcher = subprocess.Popen(  # noqa: S603  # this very file
            [sys.executable, "-I", "-S", __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )

    def hold(self, pid: int, ending: signal.Signals = signal.SIGKILL) -> None:
        """End the group led by `pid`, by the given signal, if this process dies."""
        self._tell(f"+ {pid} {ending.value}")

    def release(self, pid: int) -> None:
        """Forget `pid`: it has ended and been waited for."""
        self._tell(f"- {pid} 0")

    def close(self) -> None:
        """End what is still held, and the watcher."""
        self._watcher.communicate()

    def _tell(self, line: str) -> None:
        assert self._watcher.stdin is not None
        self._watcher.stdin.write(line.encode() + b"\n")
        self._watcher.stdin.flush()


def _watch() -> None:
    held: dict[int, int] = {}
    for line in sys.stdin:
        event, pid, ending = line.split()
        if event == "+":
            held[int(pid)] = int(ending)
        else:
            held.pop(int(pid), None)
    for group, ending in held.items():
        _send(group, ending)
    deadline = time.monotonic() + GRACE_S
    while any(_send(group, 0) for group in held) and time.monotonic() < deadline:
        time.sleep(0.02)
    for group in held:
        _send(group, signal.SIGKILL)


def _send(group: int, number: int) -> bool:
    """Signal a process group; whether there was one."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
        return True
    return False


if __name__ == "__main__":
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    _watch()
