"""Compiling and running what strangers send, in a child process that can do nothing else.

The child has a bounded address space and processor time, may write no file, open no file or socket
once it has loaded the engine, and inherits neither descriptors nor environment. It is killed with
its process group when its time is up. What it answers is checked: it may have been taken over.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from shared.frames import CHUNK_FRAMES, BadChunk, Chunk, describe

from .cell import ANSWER
from .energy import Energy
from .errors import (
    OutOfMemory,
    PhysicsError,
    SimulationCrashed,
    SimulationTooSlow,
    error_from_json,
)
from .simulate import DEFAULT_BUDGET_S, DEFAULT_FPS, Summary
from .untrusted import check_mjcf

_MAX_ANSWER = 64 << 20
"""Bytes of one answer: far above any header or summary of a model that was allowed."""

_KEPT = ("LD_LIBRARY_PATH",)
"""What the interpreter itself may need to start, as in Lambda; nothing else of the environment."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a run may use. `start_s` is for starting Python and the engine, `compile_s` for the
    model, `budget_s` for its motion, all of wall-clock time."""

    memory_bytes: int = 1 << 30
    start_s: float = 15.0
    compile_s: float = 10.0
    budget_s: float = DEFAULT_BUDGET_S


@dataclass(frozen=True, slots=True)
class Result:
    """The play header and the summary of a run."""

    header: dict[str, Any]
    summary: Summary


def run_untrusted(
    model_xml: str,
    *,
    duration_s: float,
    fps: float = DEFAULT_FPS,
    on_chunk: Callable[[Chunk], None],
    on_header: Callable[[dict[str, Any]], None] | None = None,
    limits: Limits | None = None,
) -> Result:
    """Check a model, then compile and run it in a child process.

    Chunks are handed out as they come; the header, as soon as the model is compiled.

    Raises:
        MjcfRefused: it is not allowed, or MuJoCo does not take it; with the place.
        SimulationDiverged: a body's motion became infinite.
        SimulationTooSlow: compiling or running took longer than allowed.
        OutOfMemory: it needed more memory than allowed.
        SimulationCrashed: the engine fell over.
    """
    header, summary = _run(model_xml, duration_s, fps, limits or Limits(), on_chunk, on_header)
    if summary is None:
        raise SimulationCrashed("The simulation ended without a result.")
    return Result(header, summary)


def compile_untrusted(
    model_xml: str,
    *,
    duration_s: float,
    fps: float = DEFAULT_FPS,
    limits: Limits | None = None,
) -> dict[str, Any]:
    """Check and compile a model in a child process, and return its play header.

    Raises:
        MjcfRefused, SimulationTooSlow, OutOfMemory, SimulationCrashed: as `run_untrusted`.
    """
    return _run(model_xml, duration_s, fps, limits or Limits(), None, None)[0]


def _run(
    model_xml: str,
    duration_s: float,
    fps: float,
    limits: Limits,
    on_chunk: Callable[[Chunk], None] | None,
    on_header: Callable[[dict[str, Any]], None] | None,
) -> tuple[dict[str, Any], Summary | None]:
    check_mjcf(model_xml)
    request = {
        "duration_s": duration_s,
        "fps": fps,
        "run": on_chunk is not None,
        "budget_s": limits.budget_s,
        "memory_bytes": limits.memory_bytes,
        "cpu_s": math.ceil(limits.start_s + limits.compile_s + limits.budget_s),
    }
    header: dict[str, Any] | None = None
    summary: Summary | None = None
    index = first = 0
    with _Cell(request, model_xml, limits) as cell:
        for kind, payload in cell.answers():
            match kind:
                case b"H" if header is None:
                    header = _json(payload)
                    cell.compiled()
                    if on_header is not None:
                        on_header(header)
                case b"C" if on_chunk is not None and header is not None:
                    chunk = _chunk(payload, index, first)
                    index, first = index + 1, first + chunk.frames
                    cell.reached_s = first / fps
                    on_chunk(chunk)
                case b"S" if header is not None:
                    summary = _summary(payload)
                case b"E":
                    raise _error(payload)
                case _:
                    raise SimulationCrashed("The simulation's answer makes no sense.")
    if header is None:
        raise SimulationCrashed("The model could not be compiled: the engine gave no answer.")
    return header, summary


class _Cell:
    """One child process, from start to certain end."""

    def __init__(self, request: dict[str, Any], model_xml: str, limits: Limits) -> None:
        self.limits = limits
        self.duration_s = float(request["duration_s"])
        self.reached_s = 0.0
        self.deadline = time.monotonic() + limits.start_s + limits.compile_s
        environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
        # One thread of algebra: more would each reserve address space of their own.
        environment |= {
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
            "PYTHONDONTWRITEBYTECODE": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
        }
        # A file, not a pipe: nothing can block on a child that does not read.
        with tempfile.TemporaryFile() as given:
            given.write(json.dumps(request).encode() + b"\n" + model_xml.encode())
            given.seek(0)
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-s", "-m", "physics.cell"],
                stdin=given,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
                cwd="/",
                start_new_session=True,
            )

    def __enter__(self) -> _Cell:
        return self

    def __exit__(self, *_: object) -> None:
        # The whole group, also when the child itself has ended: it may have had children.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()

    def compiled(self) -> None:
        """The model is compiled; from now on it may take the time of a run."""
        # The child keeps its own time and says how far it came; this is for one that can't.
        self.deadline = time.monotonic() + self.limits.budget_s + 2.0

    def answers(self) -> Iterator[tuple[bytes, bytes]]:
        """What the child says, until it ends.

        Raises:
            PhysicsError: it did not end well, or not in time.
        """
        while True:
            head = self._read(ANSWER.size)
            if not head:
                break
            kind, length = ANSWER.unpack(head)
            if length > _MAX_ANSWER:
                raise SimulationCrashed("The simulation's answer makes no sense.")
            payload = self._read(length)
            if len(payload) < length:
                break
            yield kind, payload
        status = self.process.wait()
        if status != 0:
            raise self._death(-status)

    def _read(self, size: int) -> bytes:
        """So many bytes, or fewer if the child has closed its end."""
        assert self.process.stdout is not None
        descriptor = self.process.stdout.fileno()
        parts: list[bytes] = []
        while size > 0:
            patience = self.deadline - time.monotonic()
            if patience <= 0 or not select.select([descriptor], [], [], patience)[0]:
                raise SimulationTooSlow(self.reached_s, self.duration_s, self.limits.budget_s)
            part = os.read(descriptor, min(size, 1 << 20))
            if not part:
                break
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def _death(self, by_signal: int) -> PhysicsError:
        if by_signal == signal.SIGXCPU:
            return SimulationTooSlow(self.reached_s, self.duration_s, self.limits.budget_s)
        if by_signal == signal.SIGKILL:
            # Not ours, which come later: the system's, short of memory.
            return OutOfMemory(
                "The model needs more memory than there is.", "Make the model smaller."
            )
        return SimulationCrashed(
            "The physics engine could not cope with this model.",
            "Remove unusual elements until it runs, and tell us which one it was.",
        )


def _json(payload: bytes) -> dict[str, Any]:
    try:
        value = json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise SimulationCrashed("The simulation's answer makes no sense.") from error
    if not isinstance(value, dict):
        raise SimulationCrashed("The simulation's answer makes no sense.")
    return value


def _chunk(payload: bytes, index: int, first: int) -> Chunk:
    try:
        head = describe(payload)
    except BadChunk as error:
        raise SimulationCrashed("The simulation's answer makes no sense.") from error
    if head.first != first or head.frames > CHUNK_FRAMES:
        raise SimulationCrashed("The simulation's answer makes no sense.")
    return Chunk(index, head.first, head.frames, head.t0_s, head.dt_s, payload)


def _summary(payload: bytes) -> Summary:
    told = _json(payload)
    try:
        return Summary.from_json(told["summary"], Energy.from_json(told["energy"]))
    except (KeyError, TypeError, ValueError) as error:
        raise SimulationCrashed("The simulation's answer makes no sense.") from error


def _error(payload: bytes) -> PhysicsError:
    try:
        return error_from_json(_json(payload))
    except (KeyError, TypeError) as error:
        raise SimulationCrashed("The simulation's answer makes no sense.") from error
