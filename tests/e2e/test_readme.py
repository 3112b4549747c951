"""The README's examples, run as they stand there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import mujoco
import pytest

from tests.service import ROOT, Service

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("service")]

README = (ROOT / "README.md").read_text("utf-8")
ADDRESS = "http://127.0.0.1:8000"
LIMIT_S = 180


def example(language: str) -> str:
    """The one example in a language that calls the API."""
    blocks = re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
    (found,) = [block for block in blocks if "/v1/sessions" in block]
    return str(found)


def run(command: list[str], service: Service, folder: Path) -> str:
    """Run a program that has the address of this service where the README has its own."""
    program, option, text = command
    done = subprocess.run(
        [program, option, text.replace(ADDRESS, service.address)],
        cwd=folder,
        env=os.environ | {"NO_PROXY": "127.0.0.1"},
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif(shutil.which("curl") is None, reason="this machine has no curl")
def test_the_example_for_the_shell_reads_a_drawing(service: Service, tmp_path: Path) -> None:
    (tmp_path / "tests").symlink_to(ROOT / "tests")
    said = run(["bash", "-euc", example("sh")], service, tmp_path)
    assert '"succeeded"' in said
    assert '"kind":"ball"' in said.replace(" ", "")
    mujoco.MjModel.from_xml_string((tmp_path / "model.xml").read_text("utf-8"))
    table = (tmp_path / "motion.csv").read_text("utf-8").splitlines()
    assert table[0].startswith("time_s,")
    assert len(table) > 100


def test_the_example_for_python_reads_a_sentence(service: Service, tmp_path: Path) -> None:
    said = run([sys.executable, "-c", example("python")], service, tmp_path)
    assert re.fullmatch(r"succeeded \d{3,} frames, the last at [\d.]+ s\n", said)
