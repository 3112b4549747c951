"""The process of the state machines, which ends with the stack.

moto's interpreter and its HTTP server work in threads for milliseconds at a time. In the gateway's
process they would hold up every request by the global lock, which many clients notice first.
"""

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from .child import Child
from .declared import StateMachine
from .leash import Leash

_ROOT = Path(__file__).resolve().parents[2]


class Interpreter:
    """A process that runs `stepfunctions.py`. It keeps nothing: executions die with it.

    Args:
        folder: of its log.
        functions: the address that has Lambda's Invoke.
        credentials: as an AWS client reads them of its environment.
    """

    def __init__(
        self, folder: Path, leash: Leash, functions: str, credentials: Mapping[str, str]
    ) -> None:
        self._log = folder / "stepfunctions.log"
        # Killed: it has nothing to save.
        self._child = Child("Step Functions", self._log, leash, signal.SIGKILL)
        self._functions = functions
        self._credentials = credentials
        self._machines: Sequence[StateMachine] = ()
        self._port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def prepare(self) -> None:
        """Start the process, which has much to import before it can do anything."""
        with self._log.open("wb") as log:
            process = subprocess.Popen(  # a module of ours
                [sys.executable, "-P", "-m", "infra.local.stepfunctions"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env={
                    "PATH": os.environ.get("PATH", os.defpath),
                    "PYTHONPATH": str(_ROOT),
                    "AWS_EC2_METADATA_DISABLED": "true",
                    **self._credentials,
                },
                start_new_session=True,
            )
        self._child.hold(process)

    def start(self, machines: Sequence[StateMachine]) -> None:
        """Let the process that was prepared serve these machines.

        Raises:
            ServiceFailed: it does not.
        """
        self._machines = machines
        process = self._child.process
        assert process.stdin is not None and process.stdout is not None
        given = {
            "machines": [asdict(machine) for machine in machines],
            "functions": self._functions,
            "port": self._port,
        }
        try:
            process.stdin.write(json.dumps(given).encode() + b"\n")
            process.stdin.flush()
        except BrokenPipeError:
            pass  # it has ended, which is told below with the reason
        said = process.stdout
        self._child.wait_until(lambda: bool(select.select([said], [], [], 0)[0]))
        address = said.readline().decode()
        if not address:
            raise self._child.failed()
        self._port = int(address.rpartition(":")[2])

    def revive(self) -> bool:
        """Start the process again if it has died, and say so; its clients find it where it was.

        Raises:
            ServiceFailed: it did not start.
        """
        return self._child.revive(self._start_again)

    def stop(self) -> None:
        """End the process."""
        self._child.stop()

    def _start_again(self) -> None:
        self.prepare()
        self.start(self._machines)
