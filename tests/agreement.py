"""The page's run beside the service's: MuJoCo in WebAssembly (under Node) and in Python."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from physics.header import describe_model
from physics.model import load_model
from physics.simulate import DEFAULT_FPS, record
from shared.frames import encode, write_stream

ROOT = Path(__file__).parents[1]
WEB = ROOT / "functions/web"
NODE = ROOT / ".venv/bin/node"

FRAMES_M = 1.1e-4
"""What the frames' rounding takes: 0.1 mm, and a little for its being compared in 32 bits."""


@dataclass(frozen=True)
class Difference:
    """How far two runs are apart.

    `worst` is the farthest that a body is from its double, m, `at` when, s; `parts` the first time,
    s, at which one is a millimetre from its double, None if none ever is.
    """

    worst: float
    at: float
    parts: float | None


def differences(models: Mapping[str, str], *, duration_s: float) -> dict[str, Difference]:
    """Run each model (MJCF) here and in the page's own code, and compare all frames."""
    with tempfile.TemporaryDirectory() as folder:
        files: list[str] = []
        for name, mjcf in models.items():
            model, frames = Path(folder) / f"{name}.xml", Path(folder) / f"{name}.sgfs"
            model.write_text(mjcf, "utf-8")
            loaded = load_model(mjcf)
            header = describe_model(loaded, duration_s=duration_s, fps=DEFAULT_FPS)
            recording = record(loaded, duration_s=duration_s, budget_s=600)
            frames.write_bytes(b"".join(write_stream(header, encode(recording.frames))))
            files += [str(model), str(frames)]
        node = (str(NODE), "--experimental-transform-types", "--no-warnings")
        printed = subprocess.run(
            [*node, "bench/agree.ts", *files], cwd=WEB, check=True, capture_output=True, text=True
        ).stdout
    found = (Difference(**one) for one in json.loads(printed))
    return dict(zip(models, found, strict=True))
