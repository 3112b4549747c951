"""What a drawing leaves unsaid, sentence by sentence, as stock MuJoCo moves what it became.

What `test_textbook` holds already is not repeated here.
"""

from __future__ import annotations

import math

import mujoco
import numpy as np
import pytest

from physics.mjcf import write_mjcf
from scenes.from_analysis import build_scene
from scenes.scene import Scene
from scenes.touch import touching_pairs

from .expectations import G
from .paper import Paper


class Run:
    """A drawing's model, loaded by MuJoCo from its text and started from keyframe 0."""

    def __init__(self, paper: Paper) -> None:
        self.scene, self.analysis = build_scene(paper.analysis)
        self.model = mujoco.MjModel.from_xml_string(write_mjcf(self.scene))
        self.data = mujoco.MjData(self.model)
        mujoco.mj_resetDataKeyframe(self.model, self.data, 0)
        mujoco.mj_forward(self.model, self.data)
        self.names = {s.id: s.body or s.geom for s in self.analysis.shapes}

    def on(self, seconds: float) -> Run:
        """Run for a while, `ctrl` kept as keyframe 0 has it."""
        while self.data.time < seconds - 1e-9:
            mujoco.mj_step(self.model, self.data)
        return self

    def at(self, mark: str) -> np.ndarray:
        """Where a mark's centre of mass is: x and z in metres."""
        return np.array(self.data.body(self.names[mark]).xipos[[0, 2]])

    def turn_deg(self, mark: str) -> float:
        """How far a body has turned, counter-clockwise."""
        matrix = self.data.body(self.names[mark]).xmat
        return math.degrees(math.atan2(matrix[6], matrix[0]))


def scene_of(paper: Paper) -> Scene:
    return build_scene(paper.analysis)[0]


# Start.


def test_keyframe_0_holds_a_start_a_push_and_a_motor():
    paper = Paper()
    paper.floor()
    thrown, pushed = paper.ball((-4, 3), 0.4), paper.box((0, 0.5), 1, 1)
    arrow, push = (
        paper.line("arrow", (-3.6, 3), (-2.4, 3)),
        paper.line("arrow", (-2, 0.5), (-0.6, 0.5)),
    )
    paper.label(arrow, "velocity", 2, "m/s", "v")
    paper.label(push, "force", 10, "N", "F")
    paper.label(pushed, "mass", 1, "kg", "m")
    paper.join("acts_on", arrow, thrown)
    paper.join("acts_on", push, pushed)
    run = Run(paper)
    assert run.model.nkey == 1
    start = run.at(thrown)
    assert np.abs(run.data.qvel).max() == pytest.approx(2.0)
    run.on(0.3)
    assert run.at(thrown)[0] - start[0] == pytest.approx(0.6, rel=0.02)
    # The force goes on for the whole run: against 0.6 of friction, from rest.
    rate = 10 - 0.6 * G
    speed = float(np.abs(run.data.body(run.names[pushed]).cvel[3]))
    assert speed == pytest.approx(rate * 0.3, rel=0.03)


@pytest.mark.parametrize(("value", "unit", "seconds"), [(4, "s", 4.0), (800, "ms", 0.8)])
def test_a_time_says_how_long_and_ten_seconds_are_meant_without(
    value: float, unit: str, seconds: float
):
    paper = Paper()
    paper.floor()
    paper.ball((0, 2), 0.5)
    assert scene_of(paper).duration_s == 10.0
    paper.label(None, "time", value, unit, "t")
    assert scene_of(paper).duration_s == seconds


# Friction and restitution.


def test_friction_is_six_tenths_and_nothing_bounces_where_nothing_is_said():
    """A block stays on 30°, slides on 32°: tan 31° is 0.6."""
    for degrees, stays in ((30, True), (32, False)):
        paper = Paper()
        paper.floor()
        lean = math.radians(degrees)
        paper.polygon([(-5, 0), (3, 0), (3, 8 * math.tan(lean))], "ramp")
        foot = np.array([-5 + 5 * math.cos(lean), 5 * math.sin(lean)])
        at = foot + 0.4 * np.array([-math.sin(lean), math.cos(lean)])
        block = paper.box((float(at[0]), float(at[1])), 1.2, 0.8, degrees)
        run = Run(paper)
        start = run.at(block)
        moved = float(np.hypot(*(run.on(2.0).at(block) - start)))
        assert (moved < 0.01) is stays
    paper = Paper()
    paper.floor()
    ball = paper.ball((0, 3), 0.5)
    run = Run(paper)
    lands = math.sqrt(2 * 2.5 * 4 / 14 / G)
    run.on(lands + 0.05)
    low = run.at(ball)[1]
    assert max(float(run.on(lands + t).at(ball)[1]) for t in (0.1, 0.2, 0.3)) < low + 0.003


@pytest.mark.parametrize(
    ("on_floor", "on_ball", "counts"), [(0.8, None, 0.8), (None, 0.5, 0.5), (0.8, 0.5, 0.5)]
)
def test_of_two_stated_restitutions_the_smaller_holds_and_one_beats_none(
    on_floor: float | None, on_ball: float | None, counts: float
):
    paper = Paper()
    floor, ball = paper.floor(), paper.ball((0, 4), 0.5)
    for mark, value in ((floor, on_floor), (ball, on_ball)):
        if value is not None:
            paper.label(mark, "restitution", value, name="e")
    fall = 3.5 * 4 / 14
    run = Run(paper)
    low = float(run.at(ball)[1]) - fall
    lands = math.sqrt(2 * fall / G)
    top = float(run.on(lands * (1 + counts)).at(ball)[1]) - low
    assert top == pytest.approx(counts**2 * fall, rel=0.05)


@pytest.mark.parametrize("kind", ["rod", "rope"])
def test_balls_that_hang_touch_without_friction_and_others_do_not(kind: str):
    paper = Paper()
    paper.top((0, 6), 4)
    paper.floor(level=-2)
    for x in (-0.4, 0.4):
        paper.line(kind, (x, 6), (x, 3))  # type: ignore[arg-type]
        paper.ball((x, 3), 0.4)
    paper.ball((3, -1.6), 0.4)
    scene = scene_of(paper)
    friction = {frozenset((a.name, b.name)): pair.friction for a, b, pair in touching_pairs(scene)}
    assert friction[frozenset(("ball_1", "ball_2"))] == 0.0
    assert friction[frozenset(("ball_1", "ground_1"))] == 0.6
    assert friction[frozenset(("ball_3", "ground_1"))] == 0.6


# Balance.


@pytest.mark.parametrize(
    ("arm", "tilts"), [(3.0, False), (3.07, False), (2.94, False), (3.4, True)]
)
def test_what_almost_balances_is_meant_to_and_what_does_not_tips(arm: float, tilts: bool):
    """Within 3 % of its arm; a child further out goes down."""
    paper = Paper()
    paper.floor()
    paper.polygon([(-0.6, 0), (0.6, 0), (0, 1.2)], "ramp")
    beam = paper.box((0, 1.3), 8, 0.2)
    for x in (-3.0, arm):
        paper.label(paper.box((x, 1.8), 0.8, 0.8), "mass", 2, "kg", "m")
    turned = abs(Run(paper).on(5.0).turn_deg(beam))
    assert (turned > 8) if tilts else (turned < 5)


@pytest.mark.parametrize("lean", [0.0, 2.5, -2.5])
def test_a_tower_that_almost_stands_upright_stands(lean: float):
    paper = Paper()
    paper.floor()
    marks = [paper.box((0.02 * i, 0.5 + i), 0.8, 1.0, lean if i % 2 else -lean) for i in range(4)]
    run = Run(paper)
    start = [run.at(mark) for mark in marks]
    run.on(5.0)
    for mark, before in zip(marks, start, strict=True):
        assert float(np.hypot(*(run.at(mark) - before))) < 0.05
        assert abs(run.turn_deg(mark)) < 3


# What holds, and how long it is.


@pytest.mark.parametrize("kind", ["ground", "support"])
def test_what_hangs_from_a_ceiling_does_not_care_what_it_is_called(kind: str):
    paper = Paper()
    paper.flat(kind, (-3, 6), (3, 6), (0.0, 1.0))  # type: ignore[arg-type]
    tip = (3 * math.sin(0.2), 6 - 3 * math.cos(0.2))
    rod, bob = paper.line("rod", (0, 6), tip), paper.ball(tip, 0.4)
    paper.label(rod, "length", 50, "cm", "L")
    run = Run(paper)
    quarter = math.tau * math.sqrt(0.5 / G) / 4 * (1 + 0.2**2 / 16)
    middle = float(run.data.body(run.names[bob]).xipos[0]) - 0.5 * math.sin(0.2)
    assert float(run.on(quarter).at(bob)[0]) == pytest.approx(middle, abs=0.006)


def test_the_dot_between_springs_weighs_nothing_to_speak_of():
    paper = Paper()
    paper.top((0, 6))
    paper.line("spring", (0, 6), (0, 5))
    paper.ball((0, 5), 0.08, "pivot")
    lower, box = paper.line("spring", (0, 5), (0, 4)), paper.box((0, 3.5), 1, 1)
    paper.label(lower, "stiffness", 200, "N/m", "k")
    paper.label(box, "mass", 2, "kg", "m")
    run = Run(paper)
    total = float(run.model.body_mass.sum())
    assert total == pytest.approx(2.0, rel=0.01)


# What comes back.


def test_a_value_stays_in_its_unit_and_a_label_of_the_scene_on_no_mark():
    paper = Paper()
    paper.floor()
    ball = paper.ball((0, 2), 0.5)
    paper.label(ball, "mass", 500, "g", "m")
    paper.label(None, "gravity", 1.62, "m/s2", "g")
    run = Run(paper)
    mass, gravity = run.analysis.texts
    assert (mass.value, mass.unit, mass.attached_to) == (500, "g", ball)
    assert (gravity.value, gravity.attached_to) == (1.62, None)
    assert run.model.opt.gravity[2] == pytest.approx(-1.62)
    assert float(run.model.body(run.names[ball]).mass[0]) == pytest.approx(0.5)
