"""Ten seconds of every scene of the drawing machine, against two seconds of processor time.

The scenes are built from the truth about each drawing, so that what is measured is the physics.
"""

from __future__ import annotations

import time
from statistics import median

from physics.mjcf import write_mjcf
from physics.model import load_model
from physics.simulate import record
from scenes.from_analysis import build_scene
from vision.analysis import Analysis

from ..drawings import SCENES, draw
from .harness import Ratio, table

DURATION_S = 10.0
ALLOWED_S = 2.0
SEED = 4
SLOWEST = 6


def processor_time_s(scene: str) -> float:
    """What it takes to record ten seconds of a scene."""
    analysis = Analysis.from_json(draw(scene, "clean", SEED).truth["analysis"])
    built, _ = build_scene(analysis)
    model = load_model(write_mjcf(built))
    started = time.process_time()
    record(model, duration_s=DURATION_S)
    return time.process_time() - started


def rows() -> list[Ratio]:
    """The median of all scenes, and the slowest ones."""
    taken = sorted(((processor_time_s(scene), scene) for scene in SCENES), reverse=True)
    within = sum(seconds <= ALLOWED_S for seconds, _ in taken)
    middle = median(seconds for seconds, _ in taken)
    return [
        _against_allowed(f"{len(taken)} scenes, median", middle),
        Ratio("scenes within it", within, len(taken), "scenes", within / len(taken), ">= 1"),
        *(_against_allowed(scene, seconds) for seconds, scene in taken[:SLOWEST]),
    ]


def _against_allowed(name: str, seconds: float) -> Ratio:
    return Ratio(name, seconds, ALLOWED_S, "s", seconds / ALLOWED_S, "<= 1")


def main() -> str:
    """The table."""
    return table("Simulate 10 s of each scene: processor time against 2 s", rows())
