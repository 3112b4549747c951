from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from scenes.corrections import CorrectionRefused, apply_corrections, texts_to_bind
from scenes.from_analysis import build_scene
from tests.drawings import draw
from vision.analysis import MARK_KINDS, Analysis, Connection, Shape, Text, Warning
from vision.labels.binding import rebind

BALL = Shape("s1", "ball", 0.6, (100, 300), (80, 280, 40, 40), ((80, 280), (120, 320)), body="ball")
ROD = Shape("s2", "rod", 0.9, (100, 200), (100, 100, 0, 200), ((100, 100), (100, 300)))
WALL = Shape("s3", "support", 0.9, (100, 100), (50, 100, 100, 0), ((50, 100), (150, 100)))
READ = Analysis(
    "k1",
    640,
    480,
    0.01,
    shapes=(BALL, ROD, WALL),
    texts=(Text("t1", "m = 2 kg", 0.8, (130, 290, 60, 20), "mass", "m", 2.0, "kg", "s1"),),
    connections=(Connection("c1", "hinge", "s3", "s1", via="s2"),),
    warnings=(Warning("UNSURE_KIND", "May be a wheel.", mark="s1"), Warning("NO_SCALE", "4 m.")),
)


def test_what_is_not_named_stays() -> None:
    assert apply_corrections(READ, {}) == READ


def test_a_mark_of_another_kind_loses_its_name_its_joins_and_its_doubts() -> None:
    made = apply_corrections(READ, {"shapes": {"s2": {"kind": "spring"}, "s1": {"kind": "ball"}}})
    assert {shape.id: shape.kind for shape in made.shapes}["s2"] == "spring"
    assert made.connections == ()
    assert [warning.code for warning in made.warnings] == ["NO_SCALE"]
    assert made.shapes[0].body is None


def test_a_dropped_mark_takes_its_joins_along_and_lets_go_of_its_labels() -> None:
    made = apply_corrections(READ, {"shapes": {"s1": None}})
    assert [shape.id for shape in made.shapes] == ["s2", "s3"]
    assert made.connections == ()
    assert made.texts[0].attached_to is None


def test_other_words_mean_something_else() -> None:
    made = apply_corrections(READ, {"texts": {"t1": {"text": "m = 350 g"}}})
    (text,) = made.texts
    assert (text.quantity, text.value, text.unit, text.attached_to) == ("mass", 350, "g", "s1")


def test_words_that_mean_nothing_keep_no_value() -> None:
    (text,) = apply_corrections(READ, {"texts": {"t1": {"text": "my drawing"}}}).texts
    assert (text.quantity, text.value, text.unit) == (None, None, None)


@pytest.mark.parametrize(
    "other",
    [
        {"shapes": {"s2": {"kind": "spring"}}},
        {"texts": {"t1": {"text": "m = 7 kg"}}},
        {"shapes": {"u1": {"kind": "rod", "polygon": [[300, 100], [300, 300]]}}},
    ],
)
def test_the_other_reading_of_a_doubt_settles_it(other: dict[str, Any]) -> None:
    doubt = Warning("DOUBTFUL", "It may be otherwise.", correction=other)
    read = replace(READ, warnings=(*READ.warnings, doubt))
    made = apply_corrections(read, other)
    assert made.warnings == READ.warnings
    assert (made.shapes, made.texts) != (read.shapes, read.texts)


def test_marks_words_and_joins_can_be_added() -> None:
    made = apply_corrections(
        READ,
        {
            "shapes": {"n1": {"kind": "box", "polygon": [[0, 0], [40, 0], [40, 30], [0, 30]]}},
            "texts": {"n2": {"text": "k = 5 N/m", "attached_to": "s2"}},
            "connections": {"n3": {"kind": "contact", "a": "n1", "b": "s3", "at": [20, 30]}},
        },
    )
    assert made.shapes[-1].bbox == (0, 0, 40, 30)
    assert made.shapes[-1].center == (20, 15)
    assert made.texts[-1].quantity == "stiffness"
    assert made.connections[-1] == Connection("n3", "contact", "n1", "s3", at=(20, 30))


@pytest.mark.parametrize(
    ("corrections", "named"),
    [
        ({"shapes": {"s1": {"kind": "teapot"}}}, "shapes.s1"),
        ({"shapes": {"s9": {"kind": "ball"}}}, "shapes.s9"),
        ({"shapes": {"s9": None}}, "shapes.s9"),
        ({"shapes": {"s1": {"polygon": [[1, 2, 3]]}}}, "shapes.s1"),
        ({"shapes": {"s1": {"polygon": []}}}, "shapes.s1"),
        ({"shapes": {"s1": "ball"}}, "shapes.s1"),
        ({"shapes": {"s1": {"colour": "red"}}}, "colour"),
        ({"texts": {"t7": {}}}, "texts.t7"),
        ({"connections": {"c1": {"b": "s9"}}}, "'s9'"),
        ({"connections": {"c1": {"kind": "glue"}}}, "connections.c1"),
    ],
)
def test_what_can_not_be_is_refused_and_named(corrections: dict[str, Any], named: str) -> None:
    with pytest.raises(CorrectionRefused) as refused:
        apply_corrections(READ, corrections)
    assert named in refused.value.detail


def corrected(analysis: Analysis, corrections: dict[str, Any]) -> Analysis:
    """As the pipeline does it: corrected, and bound anew where that follows."""
    made = apply_corrections(analysis, corrections)
    return rebind(made, texts_to_bind(analysis, made, corrections))


@cache
def truth_of(scene: str) -> Analysis:
    return Analysis.from_json(draw(scene, "tiny", 3).truth["analysis"])


def owners(analysis: Analysis) -> dict[str, str | None]:
    return {text.id: text.attached_to for text in analysis.texts}


def test_a_rod_that_is_a_spring_after_all_gets_the_stiffness_that_had_no_mark() -> None:
    stiffness = Text("t2", "k = 20 N/m", 0.9, (120, 190, 90, 20), "stiffness", "k", 20.0, "N/m")
    unbound = Warning("UNBOUND_LABEL", "It belongs to no mark.", stiffness.bbox)
    read = replace(READ, texts=(*READ.texts, stiffness), warnings=(unbound,))
    made = corrected(read, {"shapes": {"s2": {"kind": "spring"}}})
    assert owners(made) == {"t1": "s1", "t2": "s2"}
    assert made.warnings == ()
    (spring,) = build_scene(made)[0].springs
    assert spring.stiffness_n_m == 20


def test_words_that_mean_another_quantity_find_another_mark() -> None:
    made = corrected(READ, {"texts": {"t1": {"text": "L = 0.8 m"}}})
    assert owners(made) == {"t1": "s2"}
    # The same quantity stays where it is, and so does what its owner attached.
    assert owners(corrected(READ, {"texts": {"t1": {"text": "m = 3 kg"}}})) == {"t1": "s1"}
    said = {"text": "L = 0.1 m", "attached_to": "s1"}
    assert owners(corrected(READ, {"texts": {"t1": said}})) == {"t1": "s1"}


def test_a_dropped_mark_s_label_goes_to_the_next_it_fits() -> None:
    corners = ((220, 280), (260, 280), (260, 320), (220, 320))
    other = Shape("s4", "box", 0.9, (240, 300), (220, 280, 40, 40), corners)
    read = replace(READ, shapes=(*READ.shapes, other))
    assert owners(corrected(read, {"shapes": {"s1": None}})) == {"t1": "s4"}


@pytest.mark.parametrize("kind", MARK_KINDS)
def test_any_mark_may_become_of_any_kind_and_the_drawing_still_compiles(kind: str) -> None:
    read = truth_of("table_and_weight")
    for shape in read.shapes:
        if shape.id != "weight":  # something has to move
            made = corrected(read, {"shapes": {shape.id: {"kind": kind}}})
            scene, shown = build_scene(made)
            assert scene.bodies
            assert {s.id: s.kind for s in shown.shapes}[shape.id] == kind


def test_a_missed_pulley_and_its_rope_can_be_drawn_in() -> None:
    truth = truth_of("atwood")
    shapes = {shape.id: shape for shape in truth.shapes}
    missed = ("pulley", "rope")
    read = apply_corrections(truth, {"shapes": dict.fromkeys(missed)})
    assert not build_scene(read)[0].ropes
    added = {
        name: {"kind": shapes[name].kind, "polygon": [list(p) for p in shapes[name].polygon]}
        for name in missed
    }
    (rope,) = build_scene(corrected(read, {"shapes": added}))[0].ropes
    assert len(rope.over) == 1
