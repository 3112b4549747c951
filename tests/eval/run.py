"""One drawing through the whole reader, in this process, with a clock on every stage."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from physics.mjcf import write_mjcf
from scenes.errors import SceneError
from scenes.from_analysis import build_scene
from vision.analysis import Analysis
from vision.errors import ReadingError
from vision.labels.reader import LabelReader
from vision.labels.reading import read_labels
from vision.marks import find_marks
from vision.prepare import prepare
from vision.relate import relate

from ..drawings import Drawing, draw
from .judge import NotMeasurable, holds, measure, run_model
from .score import Score, compare


@dataclass
class Result:
    """What became of one drawing. `stage` is where it failed, None if it is whole right."""

    scene: str
    look: str
    seed: int
    score: Score = field(default_factory=Score)
    seconds: dict[str, float] = field(default_factory=dict)
    stage: str | None = None
    notes: list[str] = field(default_factory=list)
    drawing: Drawing | None = None
    analysis: Analysis | None = None
    model: str | None = None

    @property
    def whole(self) -> bool:
        """Whether everything expected of the motion holds."""
        return self.stage is None

    @property
    def name(self) -> str:
        """scene.look.seed"""
        return f"{self.scene}.{self.look}.{self.seed}"


def read_drawing(image: bytes, reader: LabelReader, seconds: dict[str, float]) -> Analysis:
    """The analysis of an image, with the time of each stage put into `seconds`.

    Raises:
        ReadingError: it cannot be read.
    """
    with clocked("prepare", seconds):
        page = prepare(image)
    with clocked("marks", seconds):
        marks = find_marks(page)
    with clocked("labels", seconds):
        texts = read_labels(page, reader)
    with clocked("relate", seconds):
        return relate(marks, texts)


def evaluate(
    scene: str, look: str, seed: int, reader: LabelReader, *, from_truth: bool = False
) -> Result:
    """Draw, read, build, run and judge one drawing.

    With `from_truth` the reader is left out and the truth goes straight into the scene: what fails
    then is not the reader's fault.
    """
    result = Result(scene, look, seed)
    result.drawing = drawing = draw(scene, look, seed)
    truth = Analysis.from_json(drawing.truth["analysis"])
    try:
        analysis = truth if from_truth else read_drawing(drawing.image, reader, result.seconds)
        with clocked("compile", result.seconds):
            built, analysis = build_scene(analysis)
            result.model = write_mjcf(built)
    except ReadingError as error:
        return failed(result, "read", f"{error.code}: {error.detail}")
    except SceneError as error:
        result.analysis = analysis
        result.score = compare(truth, analysis)
        return failed(result, "scene", f"{error.code}: {error.detail}")
    result.analysis = analysis
    result.score = compare(truth, analysis)
    return judge(result, drawing.truth["expect"])


def judge(result: Result, expectations: list[dict[str, Any]]) -> Result:
    """Run the model and hold it to what is expected."""
    assert result.model is not None and result.analysis is not None
    bodies = {s.id: s.body for s in result.analysis.shapes if s.body}
    body_of = {drawn: bodies[read] for drawn, read in result.score.names.items() if read in bodies}
    last = max(e["t"][1] for e in expectations)
    try:
        with clocked("simulate", result.seconds):
            motion = run_model(result.model, last + 0.05)
    except ValueError as error:
        return failed(result, "model", str(error))
    for expectation in expectations:
        name = f"{expectation['measure']} of {expectation['on']}"
        try:
            value = measure(motion, expectation, body_of)
        except NotMeasurable as error:
            failed(result, "motion", f"{name}: {error}")
            continue
        if not holds(expectation, value):
            wanted = expectation.get("value", expectation.get("hi"))
            failed(result, "motion", f"{name} is {value:.4g}, not {wanted:.4g}")
    return result


def failed(result: Result, stage: str, note: str) -> Result:
    """The result, marked as failed at a stage."""
    result.stage = result.stage or stage
    result.notes.append(note)
    return result


@contextmanager
def clocked(stage: str, seconds: dict[str, float]) -> Iterator[None]:
    """Add the time that the body takes to a stage."""
    start = time.perf_counter()
    try:
        yield
    finally:
        seconds[stage] = seconds.get(stage, 0.0) + time.perf_counter() - start
