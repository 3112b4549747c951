"""The judge measures what a model really does, and the score what was really read."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from tests.drawings import draw
from tests.eval.judge import NotMeasurable, holds, measure, run_model
from tests.eval.score import compare
from vision.analysis import Analysis

FALLING = """
<mujoco><option timestep="0.001"/><worldbody>
  <body name="b" pos="0 0 5"><freejoint/><geom size="0.1" mass="1"/></body>
</worldbody></mujoco>
"""
SWINGING = """
<mujoco><option timestep="0.001" integrator="RK4"/><worldbody>
  <body name="b"><joint type="hinge" axis="0 -1 0"/>
    <inertial pos="0 0 -1" mass="1" diaginertia="1e-9 1e-9 1e-9"/></body>
</worldbody><keyframe><key qpos="0.1"/></keyframe></mujoco>
"""


def test_a_free_fall_is_measured_as_g() -> None:
    motion = run_model(FALLING, 0.5)
    expectation = {"measure": "accel", "on": "mark", "dir": -90, "t": [0.05, 0.4]}
    assert measure(motion, expectation, {"mark": "b"}) == pytest.approx(9.81, rel=1e-3)


def test_a_pendulum_starts_from_its_keyframe_and_has_the_textbook_period() -> None:
    motion = run_model(SWINGING, 8)
    expectation = {"measure": "period", "on": "mark", "dir": 0, "t": [0, 8]}
    period = 2 * math.pi / math.sqrt(9.81) * (1 + 0.1**2 / 16)
    assert measure(motion, expectation, {"mark": "b"}) == pytest.approx(period, rel=1e-3)
    drift = measure(motion, {"measure": "energy", "on": None, "t": [0, 8]}, {})
    assert drift < 1e-4


def test_a_turn_counts_counter_clockwise() -> None:
    motion = run_model(SWINGING.replace("<key qpos", '<key qvel="1" qpos'), 0.05)
    spin = measure(motion, {"measure": "spin", "on": "m", "t": [0, 0.05]}, {"m": "b"})
    assert spin == pytest.approx(1, rel=0.1)


def test_a_body_that_was_not_read_is_not_measured() -> None:
    motion = run_model(FALLING, 0.1)
    with pytest.raises(NotMeasurable):
        measure(motion, {"measure": "tilt", "on": "mark", "t": [0, 0.1]}, {})


def test_a_value_outside_its_tolerance_does_not_hold() -> None:
    assert holds({"value": 2.0, "tol": 0.02}, 2.03)
    assert not holds({"value": 2.0, "tol": 0.02}, 2.05)
    assert not holds({"lo": 0, "hi": 0.05}, 0.06)


def test_the_truth_scores_full_marks_and_a_wrong_reading_does_not() -> None:
    truth = Analysis.from_json(draw("block_on_ramp", "tiny", 3).truth["analysis"])
    full = compare(truth, truth)
    assert full.marks.f1 == full.labels.share == full.bindings.share == full.connections.f1 == 1
    shapes = tuple(replace(s, kind="ball") if s.kind == "box" else s for s in truth.shapes)
    texts = tuple(replace(t, value=(t.value or 0) + 1) for t in truth.texts)
    wrong = compare(truth, replace(truth, shapes=shapes, texts=texts, connections=()))
    assert wrong.marks.right == full.marks.right - 1
    assert wrong.labels.right == 0
    assert wrong.connections.right == 0
    assert wrong.confusion[("box", "ball")] == 1
