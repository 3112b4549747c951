"""The child's side of the sandbox: locked in before it reads a byte of the model.

Run as `python -m physics.cell`. The request comes on standard input: a line of JSON, then the MJCF.
Answers go to standard output, each a kind (one byte), a length (four, little-endian) and a payload:
`H` the play header, `C` a chunk, `S` the summary, `E` an error.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import struct
import sys
from typing import Any, BinaryIO

ANSWER = struct.Struct("<cI")
HEADER, CHUNK, SUMMARY, ERROR = b"H", b"C", b"S", b"E"

_REHEARSAL = """<mujoco><worldbody><geom type="plane" size="1 1 1"/>
<body pos="0 0 0.09"><freejoint/><geom size="0.1"/></body></worldbody></mujoco>"""


def main() -> None:
    """Serve one request and end."""
    out = os.fdopen(os.dup(1), "wb")
    # Whatever the engine prints must not get between the answers.
    os.dup2(2, 1)
    request = json.loads(sys.stdin.buffer.readline())
    _limit(request)
    _serve(request, out)


def _limit(request: dict[str, Any]) -> None:
    """Bound memory and processor time, and forbid writing files and leaving core dumps."""
    _set(resource.RLIMIT_CORE, 0)
    _set(resource.RLIMIT_AS, request["memory_bytes"])
    _set(resource.RLIMIT_CPU, request["cpu_s"])
    # Beyond the limit a write fails instead of killing: MuJoCo shrugs off a log it can't write.
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    _set(resource.RLIMIT_FSIZE, 0)


def _shut() -> None:
    """No more files or sockets: what was imported is all there is, whatever the model asks for."""
    _set(resource.RLIMIT_NOFILE, 0)


def _set(limit: int, value: int) -> None:
    # macOS does not know limits on address space; the others hold there too.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(limit, (value, value))


def _serve(request: dict[str, Any], out: BinaryIO) -> None:
    import mujoco

    from .errors import MjcfRefused, OutOfMemory, PhysicsError
    from .header import describe_model
    from .model import load_model
    from .simulate import simulate

    def answer(kind: bytes, payload: bytes) -> None:
        out.write(ANSWER.pack(kind, len(payload)))
        out.write(payload)
        out.flush()

    def answer_json(kind: bytes, value: dict[str, Any]) -> None:
        answer(kind, json.dumps(value).encode())

    model_xml = sys.stdin.buffer.read().decode()
    mujoco.set_mju_user_warning(lambda _: None)
    # Once through with a model of our own: what is imported at first need is imported now.
    rehearsal = load_model(_REHEARSAL)
    describe_model(rehearsal, duration_s=0.1, fps=60)
    simulate(rehearsal, duration_s=0.1, on_chunk=lambda _: None).to_json()
    _shut()
    terms = {"duration_s": request["duration_s"], "fps": request["fps"]}
    try:
        model = load_model(model_xml)
        answer_json(HEADER, describe_model(model, **terms))
        if request["run"]:
            summary = simulate(
                model,
                **terms,
                budget_s=request["budget_s"],
                on_chunk=lambda chunk: answer(CHUNK, chunk.data),
            )
            told = {"summary": summary.to_json(), "energy": summary.energy.to_json()}
            answer_json(SUMMARY, told)
    except (MemoryError, mujoco.FatalError):
        outgrown = OutOfMemory(
            "The model needs more memory than a run may have.", "Make the model smaller."
        )
        answer_json(ERROR, outgrown.to_json())
    except MjcfRefused as refused:
        # The engine says so in words only when it is a model that does not fit.
        no_memory = "allocate" in refused.reason
        fault = OutOfMemory(refused.reason, "Make the model smaller.") if no_memory else refused
        answer_json(ERROR, fault.to_json())
    except PhysicsError as fault:
        answer_json(ERROR, fault.to_json())


if __name__ == "__main__":
    main()
