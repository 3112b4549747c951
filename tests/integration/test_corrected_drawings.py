"""A drawing that was misread, put right by its owner's corrections, moves as the textbook says."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from physics.mjcf import write_mjcf
from scenes.corrections import apply_corrections, texts_to_bind
from scenes.from_analysis import build_scene
from tests.drawings import draw
from tests.eval.judge import holds, measure, run_model
from tests.eval.score import compare
from vision.analysis import MARK_KINDS, Analysis, Warning
from vision.labels.binding import rebind

SEED = 4
MISREAD: dict[str, tuple[str, str]] = {
    "ball": ("pendulum", "pulley"),
    "box": ("block_on_ramp", "polygon"),
    "polygon": ("dropped_polygon", "box"),
    "ramp": ("ball_on_ramp", "polygon"),
    "ground": ("dropped_ball", "rod"),
    "support": ("mass_on_spring", "ground"),
    "rod": ("double_pendulum", "rope"),
    "rope": ("atwood", "rod"),
    "spring": ("mass_on_spring", "rod"),
    "damper": ("damped_spring", "spring"),
    "pivot": ("pendulum_with_pivot", "ball"),
    "pulley": ("heavy_pulley", "ball"),
    "wheel": ("torque_wheel", "ball"),
    "arrow": ("thrown_ball", "rod"),
    "arc_arrow": ("motor_arm", "arrow"),
    "pin": ("loaded_arm", "polygon"),
    "roller": ("beam_on_pin_and_roller", "ball"),
    "load": ("loaded_arm", "box"),
    "dimension": ("thrown_ball", "rod"),
}
"""Of each kind, a scene that turns on it and what it is taken for."""


@cache
def truth_of(scene: str) -> dict[str, Any]:
    truth: dict[str, Any] = json.loads(json.dumps(draw(scene, "clean", SEED).truth))
    return truth


def corrected(read: Analysis, corrections: dict[str, Any]) -> Analysis:
    """As the pipeline does it: corrected, and bound anew where that follows."""
    made = apply_corrections(read, corrections)
    return rebind(made, texts_to_bind(read, made, corrections))


def hold_to_the_textbook(analysis: Analysis, truth: dict[str, Any]) -> None:
    scene, shown = build_scene(analysis)
    names = compare(Analysis.from_json(truth["analysis"]), shown).names
    bodies = {shape.id: shape.body for shape in shown.shapes if shape.body}
    body_of = {mark: bodies[seen] for mark, seen in names.items() if seen in bodies}
    motion = run_model(write_mjcf(scene), max(each["t"][1] for each in truth["expect"]) + 0.05)
    for each in truth["expect"]:
        measured = measure(motion, each, body_of)
        assert holds(each, measured), (each, measured)


def test_every_kind_of_mark_is_misread_once() -> None:
    assert set(MISREAD) == set(MARK_KINDS)


@pytest.mark.parametrize("kind", MISREAD)
def test_a_mark_that_is_said_to_be_what_it_is_moves_as_it_must(kind: str) -> None:
    scene, taken_for = MISREAD[kind]
    truth = truth_of(scene)
    drawn = Analysis.from_json(truth["analysis"])
    wrong = [shape for shape in drawn.shapes if shape.kind == kind]
    ids = {shape.id for shape in wrong}
    doubts = tuple(Warning("UNSURE_MARK", "?", s.bbox, None, s.id) for s in wrong)
    read = replace(
        drawn,
        shapes=tuple(
            replace(s, kind=taken_for, body=None, geom=None, fixed=False) if s.id in ids else s
            for s in drawn.shapes
        ),
        connections=(),
        warnings=doubts,
    )
    made = corrected(read, {"shapes": {shape.id: {"kind": kind} for shape in wrong}})
    assert not made.warnings
    hold_to_the_textbook(made, truth)


@pytest.mark.parametrize("kind", MISREAD)
def test_a_mark_that_was_missed_and_is_drawn_in_moves_as_it_must(kind: str) -> None:
    truth = truth_of(MISREAD[kind][0])
    drawn = Analysis.from_json(truth["analysis"])
    missed = [shape for shape in drawn.shapes if shape.kind == kind]
    unread = apply_corrections(drawn, {"shapes": {shape.id: None for shape in missed}})
    added = {
        shape.id: {
            "kind": shape.kind,
            "polygon": [list(point) for point in shape.polygon],
            "angle": shape.angle,
            **({"solid": list(shape.solid)} if shape.solid else {}),
        }
        for shape in missed
    }
    hold_to_the_textbook(corrected(unread, {"shapes": added}), truth)


def test_a_rod_that_is_a_rope_pulls_and_does_not_push() -> None:
    drawn = Analysis.from_json(truth_of("pendulum")["analysis"])
    (rod,) = (shape for shape in drawn.shapes if shape.kind == "rod")
    scene, _ = build_scene(corrected(drawn, {"shapes": {rod.id: {"kind": "rope"}}}))
    assert [body.kind for body in scene.bodies if not body.fixed] == ["ball"]
    assert len(scene.ropes) == 1
    assert not scene.joints


def test_a_spring_that_was_not_drawn_holds_what_it_is_said_to_join() -> None:
    truth = truth_of("mass_on_spring")
    drawn = Analysis.from_json(truth["analysis"])
    (spring,) = (shape for shape in drawn.shapes if shape.kind == "spring")
    (joined,) = (link for link in drawn.connections if link.via == spring.id)
    unread = apply_corrections(drawn, {"shapes": {spring.id: None}})
    (stiffness,) = (text for text in drawn.texts if text.quantity == "stiffness")
    made = corrected(
        unread,
        {
            "shapes": {spring.id: {"kind": "spring", "polygon": [list(p) for p in spring.polygon]}},
            "texts": {stiffness.id: {"attached_to": spring.id}},
            "connections": {
                "mine": {"kind": "spring", "a": joined.a, "b": joined.b, "via": spring.id}
            },
        },
    )
    hold_to_the_textbook(made, truth)


def test_a_label_that_is_dropped_no_longer_counts() -> None:
    drawn = Analysis.from_json(truth_of("mass_on_spring")["analysis"])
    (stiffness,) = (text for text in drawn.texts if text.quantity == "stiffness")
    (with_it,) = build_scene(drawn)[0].springs
    (without,) = build_scene(corrected(drawn, {"texts": {stiffness.id: None}}))[0].springs
    assert with_it.stiffness_n_m == stiffness.value
    assert without.stiffness_n_m != stiffness.value
