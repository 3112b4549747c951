"""One process that runs one function's events, one at a time, as a Lambda sandbox does.

The process is `awslambdaric`, AWS's own runtime client: it asks `RuntimeApi` for an event, runs the
handler and posts the answer.
"""

import asyncio
import os
import signal
import sys
import time
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any, BinaryIO

from . import naming
from .declared import Function
from .leash import Leash
from .runtime_api import Answer, RuntimeApi

# Of the init phase. Lambda's limit is 10 s, of a processor that does nothing else. To kill what is
# slow because this machine is busy, and to begin it anew, would only make it busier.
INIT_LIMIT_S = 30.0
LOG_LIMIT_BYTES = 5_000_000

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Settings:
    """What all workers share.

    Args:
        stand_ins: values in place of those that only the cloud has (`Function.environment`).
        platform: variables that every worker gets, as Lambda's own (credentials, endpoints).
        layer: the folder that stands for the code layers: it is searched after the function's own.
        logs: folder of one log a function.
        scratch: the workers' working and temporary folder.
        echo: show what workers print on this process's own output, and keep it in no log.
        runtime_client: a folder with a stand-in for the native module of AWS's runtime client,
            which has none for macOS.
    """

    stand_ins: Mapping[str, str]
    platform: Mapping[str, str]
    layer: Path
    logs: Path
    scratch: Path
    echo: bool = False
    init_limit_s: float = INIT_LIMIT_S
    runtime_client: Path | None = field(
        default_factory=lambda: None if find_spec("runtime_client") else _HERE / "runtime_client"
    )


class Worker:
    """A process and its Runtime API; `Worker.start` makes one."""

    def __init__(
        self,
        function: Function,
        settings: Settings,
        leash: Leash,
        api: RuntimeApi,
        process: asyncio.subprocess.Process,
    ) -> None:
        self._function = function
        self._settings = settings
        self._leash = leash
        self._api = api
        self._process = process
        self._exit = asyncio.create_task(process.wait())
        self._stopped = False
        self.timed_out = False

    @classmethod
    async def start(
        cls, function: Function, settings: Settings, leash: Leash, *, niceness: int = 0
    ) -> "Worker":
        """Start a process; its init phase begins.

        Args:
            niceness: added to ours (`man nice`).
        """
        api = RuntimeApi(function)
        address = await api.start()
        with _open_log(settings.logs / f"{function.name}.log") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-P",  # the working folder stays off sys.path
                "-m",
                "awslambdaric",
                function.handler,
                env=_environment(function, settings, address),
                cwd=settings.scratch,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=None if settings.echo else log,
                stderr=None if settings.echo else log,
                start_new_session=True,
            )
        leash.hold(process.pid)
        if niceness:
            with suppress(ProcessLookupError):  # it may have ended already
                os.setpriority(
                    os.PRIO_PROCESS,
                    process.pid,
                    os.getpriority(os.PRIO_PROCESS, 0) + niceness,
                )
        return cls(function, settings, leash, api, process)

    @property
    def alive(self) -> bool:
        """Whether the process runs, as far as is known."""
        return not self._stopped and self._process.returncode is None

    @property
    def reusable(self) -> bool:
        """Whether it may have another event."""
        return self.alive and not self.timed_out

    async def initialise(self, limit_s: float) -> Answer | None:
        """Wait until the process asks for its first event; what went wrong if it does not."""
        asks = asyncio.create_task(self._api.asks.wait())
        await _first_of(asks, self._api.outcome, self._exit, limit_s=limit_s)
        if asks.done():
            return None
        asks.cancel()
        return self._outcome(str(uuid.uuid4()), f"Init phase timed out after {limit_s:.2f} seconds")

    async def run(self, event: bytes) -> Answer:
        """Hand one event to the process, and wait for its answer as long as the time-out allows."""
        request_id = str(uuid.uuid4())
        limit_s = self._function.timeout_s
        started = time.monotonic()
        await _first_of(self._api.give(request_id, event), self._exit, limit_s=limit_s)
        answer = self._outcome(request_id, f"Task timed out after {limit_s:.2f} seconds")
        self._report(request_id, time.monotonic() - started)
        return answer

    async def stop(self) -> None:
        """Kill the process and all that it started, and wait for its end."""
        if not self._stopped:
            self._stopped = True
            self._api.close()
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        await asyncio.shield(self._exit)
        self._leash.release(self._process.pid)

    def _outcome(self, request_id: str, too_late: str) -> Answer:
        """The process's own account of what came of it, or ours where it gave none."""
        if self._api.outcome.done():
            return self._api.outcome.result()
        prefix = f"RequestId: {request_id} Error: "
        if not self._exit.done():
            self.timed_out = True
            return Answer.failed("Sandbox.Timedout", prefix + too_late)
        code = self._exit.result()
        how = f"exit status {code}" if code >= 0 else f"signal: {signal.Signals(-code).name}"
        return Answer.failed("Runtime.ExitError", f"{prefix}Runtime exited with error: {how}")

    def _report(self, request_id: str, duration_s: float) -> None:
        line = f"REPORT RequestId: {request_id}\tDuration: {duration_s * 1000:.2f} ms\n"
        with (self._settings.logs / f"{self._function.name}.log").open("a") as log:
            log.write(line)


async def _first_of(*futures: "asyncio.Future[Any]", limit_s: float) -> None:
    await asyncio.wait(futures, timeout=limit_s, return_when=asyncio.FIRST_COMPLETED)


def _environment(function: Function, settings: Settings, address: str) -> dict[str, str]:
    """Lambda's own variables, the platform's, and those that the template gives the function."""
    path = [function.code, settings.layer]
    if settings.runtime_client:
        path.insert(0, settings.runtime_client)
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "TMPDIR": str(settings.scratch),
        "PYTHONPATH": os.pathsep.join(map(str, path)),
        "AWS_LAMBDA_RUNTIME_API": address,
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mib),
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": "local",
        "AWS_REGION": naming.REGION,
        "AWS_DEFAULT_REGION": naming.REGION,
        "LAMBDA_TASK_ROOT": str(function.code),
        "LAMBDA_RUNTIME_DIR": str(_HERE),
        "_HANDLER": function.handler,
        **settings.platform,
        **function.environment(settings.stand_ins),
    }


def _open_log(path: Path) -> BinaryIO:
    """The log, begun anew where it has become long; the one before is kept."""
    if path.exists() and path.stat().st_size > LOG_LIMIT_BYTES:
        path.replace(path.with_suffix(".log.1"))
    return path.open("ab")
