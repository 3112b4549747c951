from __future__ import annotations

from typing import Any

import pytest

from scenes.corrections import CorrectionRefused, apply_corrections
from vision.analysis import Analysis, Connection, Shape, Text, Warning

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
