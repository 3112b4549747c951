import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from physics import cell, sandbox
from physics.errors import (
    MjcfRefused,
    OutOfMemory,
    SimulationCrashed,
    SimulationDiverged,
    SimulationTooSlow,
)
from physics.sandbox import Limits, compile_untrusted, run_untrusted
from physics.simulate import simulate
from shared.frames import Chunk

from .models import exploding, falling_ball, pendulum, pile


def run(xml: str, duration_s: float = 1.0, **limits: float) -> list[Chunk]:
    chunks: list[Chunk] = []
    run_untrusted(
        xml,
        duration_s=duration_s,
        on_chunk=chunks.append,
        limits=Limits(**limits),  # type: ignore[arg-type]
    )
    return chunks


def test_a_run_in_the_sandbox_is_the_run_outside_it():
    inside: list[Chunk] = []
    headers: list[dict[str, object]] = []
    result = run_untrusted(
        pendulum(), duration_s=2, on_chunk=inside.append, on_header=headers.append
    )
    outside: list[Chunk] = []
    summary = simulate(pendulum(), duration_s=2, on_chunk=outside.append)
    assert inside == outside
    assert result.summary.to_json()["bodies"] == summary.to_json()["bodies"]
    assert result.summary.energy.total == pytest.approx(summary.energy.total, rel=1e-4)
    assert headers == [result.header]


def test_compiling_alone_gives_the_header():
    header = compile_untrusted(falling_ball(), duration_s=1)
    assert [body["name"] for body in header["bodies"]] == ["ball"]


def test_the_allow_list_stands_before_the_engine():
    with pytest.raises(MjcfRefused) as caught:
        run('<mujoco><include file="/etc/passwd"/></mujoco>')
    assert caught.value.element == "include"


def test_what_the_engine_refuses_comes_with_its_line():
    with pytest.raises(MjcfRefused) as caught:
        run("<mujoco>\n<worldbody>\n<geom type='plane'/></worldbody></mujoco>")
    assert caught.value.line == 3
    assert "plane size" in caught.value.reason


def test_a_model_that_blows_up_names_its_body():
    with pytest.raises(SimulationDiverged) as caught:
        run(exploding())
    assert caught.value.body == "flea"


@pytest.mark.slow
def test_a_slow_run_ends_with_its_budget_and_its_chunks_were_streamed():
    chunks: list[Chunk] = []
    started = time.monotonic()
    with pytest.raises(SimulationTooSlow) as caught:
        run_untrusted(
            pile(120), duration_s=1e4, on_chunk=chunks.append, limits=Limits(budget_s=1.0)
        )
    assert time.monotonic() - started < 8
    assert chunks and 0 < caught.value.reached_s < 1e4


def test_a_model_that_needs_more_memory_than_allowed_says_so():
    xml = falling_ball().replace("<worldbody>", '<size memory="500M"/><worldbody>')
    with pytest.raises(OutOfMemory):
        run(xml, memory_bytes=450 << 20)


@pytest.mark.slow
@pytest.mark.parametrize(
    "code, error",
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", SimulationCrashed),
        ("import os; os.abort()", SimulationCrashed),
        ("raise SystemExit(3)", SimulationCrashed),
        ("pass", SimulationCrashed),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", OutOfMemory),
        ("while True: pass", SimulationTooSlow),
        ("import time; time.sleep(60)", SimulationTooSlow),
        ("import sys; sys.stdout.buffer.write(b'garbage' * 1000)", SimulationCrashed),
        ("import sys; sys.stdout.buffer.write(b'E\\x02\\0\\0\\0{}')", SimulationCrashed),
        ("import sys; sys.stdout.buffer.write(b'H\\xff\\xff\\xff\\xff')", SimulationCrashed),
        ("import sys; sys.stdout.buffer.write(b'H\\x02\\0\\0\\0{}C\\x02\\0\\0\\0{}')",
         SimulationCrashed),
        ("import sys; sys.stdout.buffer.write(b'H\\x02\\0\\0\\0{}S\\x02\\0\\0\\0{}')",
         SimulationCrashed),
        ("import sys; sys.stdout.buffer.write(b'H\\x05\\0\\0\\0' + b'[' * 5)", SimulationCrashed),
    ],
)  # fmt: skip
def test_whatever_a_child_does_ends_in_a_typed_error(code: str, error: type, monkeypatch):
    class Impostor(subprocess.Popen):  # type: ignore[type-arg]
        def __init__(self, _command: list[str], **terms: object) -> None:
            super().__init__([sys.executable, "-c", code], **terms)  # type: ignore[call-overload]

    monkeypatch.setattr(sandbox.subprocess, "Popen", Impostor)
    started = time.monotonic()
    with pytest.raises(error):
        run(pendulum(), start_s=0.5, compile_s=0.5, budget_s=0.5)
    assert time.monotonic() - started < 4


@pytest.mark.slow
def test_grandchildren_are_killed_too(tmp_path: Path, monkeypatch):
    alive = tmp_path / "alive"
    grandchild = f"import time\nwhile True: open({str(alive)!r}, 'a').write('.'); time.sleep(0.01)"
    code = (
        "import subprocess, sys, time;"
        f"subprocess.Popen([sys.executable, '-c', {grandchild!r}]); time.sleep(60)"
    )

    class Impostor(subprocess.Popen):  # type: ignore[type-arg]
        def __init__(self, _command: list[str], **terms: object) -> None:
            super().__init__([sys.executable, "-c", code], **terms)  # type: ignore[call-overload]

    monkeypatch.setattr(sandbox.subprocess, "Popen", Impostor)
    with pytest.raises(SimulationTooSlow):
        run(pendulum(), start_s=1.0, compile_s=0.5)
    beats = alive.stat().st_size
    time.sleep(0.2)
    assert beats > 0
    assert alive.stat().st_size <= beats + 1


def locked(code: str, tmp_path: Path) -> str:
    """What a child prints that runs this after it has locked itself in."""
    program = (
        "from physics import cell\n"
        "cell._limit({'memory_bytes': 1 << 30, 'cpu_s': 5})\n"
        "import socket, pathlib\n"
        "cell._shut()\n"
        "try:\n"
        f"    {code}\n"
        "    print('did it')\n"
        "except (OSError, MemoryError) as error:\n"
        "    print(type(error).__name__)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        cwd=tmp_path,
        capture_output=True,
        timeout=30,
        check=True,
    )
    return done.stdout.decode().strip()


@pytest.mark.parametrize(
    "code, outcome",
    [
        ("x = 1", "did it"),
        ("open('/etc/passwd')", "OSError"),
        ("open('new.txt', 'w')", "OSError"),
        ("socket.socket()", "OSError"),
        pytest.param(
            "bytearray(2 << 30)",
            "MemoryError",
            marks=pytest.mark.skipif(
                sys.platform == "darwin", reason="macOS has no limit on address space"
            ),
        ),
    ],
)
def test_a_locked_child_reads_writes_and_connects_to_nothing(
    code: str, outcome: str, tmp_path: Path
):
    assert locked(code, tmp_path) == outcome
    assert not list(tmp_path.iterdir())


def test_the_child_sees_no_secrets(monkeypatch):
    monkeypatch.setenv("TOKEN_SECRET", "very secret")
    seen: dict[str, str] = {}

    class Watched(subprocess.Popen):  # type: ignore[type-arg]
        def __init__(self, command: list[str], **terms: object) -> None:
            seen.update(terms["env"])  # type: ignore[call-overload]
            super().__init__(command, **terms)  # type: ignore[call-overload]

    monkeypatch.setattr(sandbox.subprocess, "Popen", Watched)
    run(pendulum(), duration_s=0.1)
    assert set(seen) <= {
        *("PYTHONPATH", "PYTHONDONTWRITEBYTECODE"),
        *("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "LD_LIBRARY_PATH"),
    }


def test_the_engine_reads_no_file_even_without_the_allow_list(tmp_path: Path, monkeypatch):
    included = tmp_path / "included.xml"
    included.write_text('<mujocoinclude><geom size="1" name="leak"/></mujocoinclude>')
    monkeypatch.setattr(sandbox, "check_mjcf", lambda _: None)
    with pytest.raises(MjcfRefused) as caught:
        run(f'<mujoco><worldbody><include file="{included}"/></worldbody></mujoco>')
    assert "leak" not in caught.value.detail


def test_no_chatter_of_the_engine_gets_between_the_answers():
    assert cell.ANSWER.size == 5
    # A light body with a NaN would make MuJoCo print to standard output.
    assert run(falling_ball(option='timestep="0.1"'), duration_s=2)
