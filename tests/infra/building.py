"""SAM's command line, and layers for the Python at hand."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests.infra.template import ROOT

SAM_VERSION = "1.170.0"


def run_sam(*arguments: str) -> str:
    """Run SAM's command line in an environment of its own: its pins are not ours."""
    uv = next((str(p) for p in [ROOT / ".tools/uv/bin/uv"] if p.exists()), "uv")
    done = subprocess.run(
        [uv, "tool", "run", "--quiet", "--from", f"aws-sam-cli=={SAM_VERSION}", "sam", *arguments],
        cwd=ROOT,
        env={**os.environ, "SAM_CLI_TELEMETRY": "0", "AWS_DEFAULT_REGION": "us-east-1"},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def build_layer(name: str, folder: Path, python_version: str) -> Path:
    """Build a layer as `sam build` does, for a Python of this version; its `python` folder."""
    subprocess.run(
        ["make", f"build-{name}", f"ARTIFACTS_DIR={folder}", f"PYTHON_VERSION={python_version}"],
        cwd=ROOT / "layers",
        check=True,
        capture_output=True,
    )
    return folder / "python"
