"""Labels find their marks by quantity, distance and arrangement, all at once."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vision.analysis import MarkKind, Point, Shape
from vision.labels.binding import bind, cheapest_assignment
from vision.labels.grammar import meanings
from vision.labels.read_text import ReadText


def label(text: str, center: Point, name: str = "t1", height: float = 30) -> ReadText:
    (x, y), half = center, 0.3 * height * len(text)
    box = (x - half, y - height / 2, 2 * half, height)
    corners = (
        (box[0], box[1]),
        (box[0] + box[2], box[1]),
        (box[0] + box[2], box[1] + box[3]),
        (box[0], box[1] + box[3]),
    )
    return ReadText(name, text, 0.9, box, center, corners, meanings(text, limit=3))


def mark(name: str, kind: MarkKind, *points: Point, **more: Any) -> Shape:
    xs, ys = zip(*points, strict=True)
    low = (min(xs), min(ys))
    size = (max(xs) - low[0], max(ys) - low[1])
    center = (low[0] + size[0] / 2, low[1] + size[1] / 2)
    return Shape(name, kind, 0.9, center, (*low, *size), points, **more)


def box(name: str, x: float, y: float, side: float = 100) -> Shape:
    return mark(name, "box", (x, y), (x + side, y), (x + side, y + side), (x, y + side))


def ball(name: str, x: float, y: float, radius: float = 50) -> Shape:
    turns = (math.tau * n / 24 for n in range(24))
    points = [(x + radius * math.cos(turn), y + radius * math.sin(turn)) for turn in turns]
    return mark(name, "ball", *points)


FLOOR = mark("floor", "ground", (0, 800), (1200, 800), fixed=True)
RAMP = mark("ramp", "ramp", (100, 800), (700, 800), (100, 400), fixed=True)
SPRING = mark("spring", "spring", (300, 100), (300, 400))
ROD = mark("rod", "rod", (600, 100), (500, 500))
ARROW = mark("arrow", "arrow", (400, 300), (520, 300))
ARC = mark(
    "arc",
    "dimension",
    *((700 - 120 * math.cos(t), 800 - 120 * math.sin(t)) for t in np.linspace(0, 0.58, 12)),
)


def owner(text: str, center: Point, *shapes: Shape) -> str | None:
    return bind([label(text, center)], shapes).texts[0].attached_to


@pytest.mark.parametrize(
    ("text", "center", "shapes", "expected"),
    [
        ("k = 120 N/m", (420, 420), [SPRING, box("box", 250, 400)], "spring"),
        ("m = 2 kg", (420, 380), [SPRING, box("box", 250, 400)], "box"),
        ("L = 0.8 m", (650, 300), [ROD, ball("ball", 500, 500)], "rod"),
        ("r = 0.1 m", (590, 500), [ROD, ball("ball", 500, 500)], "ball"),
        ("25°", (520, 760), [RAMP, FLOOR, ARC], "arc"),
        ("25°", (560, 760), [RAMP, FLOOR], "ramp"),
        ("mu = 0.2", (250, 700), [RAMP, FLOOR, box("box", 400, 400)], "ramp"),
        ("v = 5 m/s", (460, 260), [ARROW, box("box", 300, 250)], "arrow"),
        ("v = 5 m/s", (350, 220), [box("box", 300, 250), FLOOR], "box"),
        ("F = 10 N", (460, 260), [ARROW, box("box", 300, 250)], "arrow"),
        ("ice", (600, 840), [FLOOR, box("box", 300, 250)], "floor"),
        ("rope", (650, 300), [ROD, ball("ball", 500, 500)], "rod"),
        ("g = 1.6 m/s2", (900, 100), [ball("ball", 200, 500)], None),
        ("t = 5 s", (250, 500), [ball("ball", 200, 500)], None),
    ],
)
def test_a_label_goes_to_the_near_mark_that_its_quantity_fits(
    text: str, center: Point, shapes: list[Shape], expected: str | None
) -> None:
    bound = bind([label(text, center)], shapes)
    assert bound.texts[0].attached_to == expected
    assert not bound.warnings


def test_a_label_inside_a_box_is_its_own_even_if_another_is_near() -> None:
    assert owner("m = 2 kg", (350, 300), box("inner", 300, 250), box("other", 405, 250)) == "inner"


def test_two_masses_do_not_go_to_one_body_though_both_are_nearer_to_it() -> None:
    shapes = [box("left", 100, 300), box("right", 500, 300)]
    texts = [label("m = 1 kg", (300, 350), "t1"), label("m = 2 kg", (255, 420), "t2")]
    owners = {text.value: text.attached_to for text in bind(texts, shapes).texts}
    assert owners == {1: "right", 2: "left"}


def test_one_mark_takes_labels_of_different_quantities() -> None:
    texts = [
        label("m = 1 kg", (150, 250), "t1"),
        label("mu = 0.3", (150, 450), "t2"),
        label("e = 0.5", (260, 350), "t3"),
    ]
    assert {text.attached_to for text in bind(texts, [box("box", 100, 300)]).texts} == {"box"}


def owners(shapes: list[Shape], *written: tuple[str, Point]) -> dict[str, str | None]:
    texts = [label(text, at, f"t{n}") for n, (text, at) in enumerate(written)]
    bound = bind(texts, shapes).texts
    return {text: b.attached_to for (text, _), b in zip(written, bound, strict=True)}


def test_two_masses_between_two_bodies_go_one_to_each() -> None:
    shapes = [box("left", 100, 300), box("right", 620, 300)]
    # Both stand left of the middle, one behind the other.
    assert owners(shapes, ("m1 = 1 kg", (300, 350)), ("m2 = 2 kg", (400, 390))) == {
        "m1 = 1 kg": "left",
        "m2 = 2 kg": "right",
    }


def test_a_spring_takes_its_stiffness_and_its_length() -> None:
    assert owners(
        [SPRING, box("box", 250, 400)],
        ("k = 50 N/m", (420, 200)),
        ("L = 0.4 m", (420, 290)),
        ("m = 2 kg", (420, 440)),
    ) == {"k = 50 N/m": "spring", "L = 0.4 m": "spring", "m = 2 kg": "box"}


def test_a_mass_in_a_box_and_a_friction_beside_it_both_are_the_box_s() -> None:
    block = box("block", 300, 620, 180)
    assert owners(
        [FLOOR, block, box("other", 620, 700)],
        ("m = 2 kg", (390, 710)),
        ("mu = 0.3", (390, 590)),
    ) == {"m = 2 kg": "block", "mu = 0.3": "block"}


def test_newtons_per_metre_at_a_load_are_a_force_and_at_a_spring_a_stiffness() -> None:
    load = mark("load", "load", (300, 100), (700, 100), (700, 180), (300, 180))
    for text, center in (("20 N/m", (500, 70)), ("q = 20 N/m", (500, 70))):
        (bound,) = bind([label(text, center)], [load, SPRING]).texts
        assert (bound.attached_to, bound.quantity, bound.value) == ("load", "force", 20)
    (bound,) = bind([label("20 N/m", (420, 250))], [load, SPRING]).texts
    assert (bound.attached_to, bound.quantity) == ("spring", "stiffness")


def test_a_triangle_on_the_ground_weighs_something_only_where_it_is_said_to_be_free() -> None:
    mass, word = ("m = 2 kg", (300, 560)), ("free", (500, 500))
    assert owners([RAMP], mass) == {"m = 2 kg": None}
    assert owners([RAMP], mass, word) == {"m = 2 kg": "ramp", "free": "ramp"}


def test_a_friction_under_a_hatched_table_is_the_table_s() -> None:
    table = mark("table", "support", (100, 400), (700, 400), (700, 460), (100, 460), fixed=True)
    assert owner("mu = 0.2", (400, 500), table, box("block", 300, 300)) == "table"


def test_a_friction_below_the_floor_is_the_floors_and_a_mass_still_the_bodys() -> None:
    shapes = [FLOOR, box("block", 300, 700)]
    assert owners(shapes, ("mu = 0", (350, 835))) == {"mu = 0": "floor"}
    assert owners(shapes, ("m = 2 kg", (350, 835))) == {"m = 2 kg": "block"}
    assert owners(shapes, ("mu = 0", (350, 670))) == {"mu = 0": "block"}


def test_what_is_written_under_a_slope_is_the_slope_s_though_no_triangle_closes_it() -> None:
    slope = mark("slope", "ramp", (100, 800), (800, 400), fixed=True)
    assert owner("mu = 0.1", (600, 730), FLOOR, slope, box("box", 500, 440)) == "slope"
    assert owner("mu = 0.1", (1000, 760), FLOOR, slope, box("box", 500, 440)) == "floor"


def test_a_doubtful_reading_is_settled_by_the_marks_there_are() -> None:
    # "h = 0.2" costs less as friction; with a dimension beside it and no surface it is a height.
    height = mark("height", "dimension", (300, 100), (300, 400))
    assert bind([label("h = 0.2", (380, 250))], [height]).texts[0].quantity == "length"
    assert bind([label("h = 0.2", (380, 250))], [RAMP]).texts[0].quantity == "friction"


def test_what_no_mark_fits_stays_unbound_with_a_warning() -> None:
    bound = bind([label("k = 20 N/m", (300, 300))], [box("box", 250, 350)])
    assert bound.texts[0].attached_to is None
    assert [warning.code for warning in bound.warnings] == ["UNBOUND_LABEL"]


def test_a_label_between_two_marks_is_bound_with_a_warning_that_names_the_other() -> None:
    shapes = [box("left", 100, 300), box("right", 420, 300)]
    bound = bind([label("m = 1 kg", (312, 350))], shapes)
    (warning,) = bound.warnings
    assert (warning.code, warning.mark) == ("AMBIGUOUS_LABEL", "right")
    assert "left" in (warning.suggestion or "")
    (text,) = bound.texts
    assert warning.correction == {"texts": {text.id: {"attached_to": "left"}}}


def test_writing_without_meaning_is_kept_with_a_warning() -> None:
    bound = bind([label("Hello", (300, 300))], [box("box", 250, 350)])
    assert (bound.texts[0].text, bound.texts[0].quantity) == ("Hello", None)
    assert [warning.code for warning in bound.warnings] == ["UNREAD_LABEL"]


def test_an_assumed_unit_is_said_with_the_mark_it_is_for() -> None:
    bound = bind([label("m = 4", (300, 300))], [box("box", 250, 350)])
    assert [(w.code, w.mark) for w in bound.warnings] == [("ASSUMED_LABEL", "box")]


def test_a_reading_with_a_rival_is_said_to_be_doubtful() -> None:
    bound = bind([label("150", (600, 700))], [RAMP])
    (doubt,) = [warning for warning in bound.warnings if warning.code == "DOUBTFUL_LABEL"]
    (text,) = bound.texts
    assert doubt.correction is not None
    other = doubt.correction["texts"][text.id]["text"]
    assert other in doubt.message
    assert other != text.text


def test_nothing_to_bind_is_nothing_bound() -> None:
    assert bind([], []).texts == ()
    assert bind([], [FLOOR]).warnings == ()


def test_a_fixed_body_takes_no_mass() -> None:
    block = mark("block", "box", (0, 0), (80, 0), (80, 80), (0, 80), fixed=True)
    assert owner("m = 2 kg", (40, 110), block, box("free", 300, 0)) == "free"


def test_distances_count_in_heights_of_the_label_not_in_pixels() -> None:
    def scaled(factor: float) -> str | None:
        shapes = [
            box("near", 300 * factor, 250 * factor, 100 * factor),
            box("far", 600 * factor, 250 * factor, 100 * factor),
        ]
        text = label("m = 2 kg", (480 * factor, 300 * factor), height=30 * factor)
        return bind([text], shapes).texts[0].attached_to

    assert scaled(0.1) == scaled(1) == scaled(10)


@settings(max_examples=150)
@given(st.integers(1, 5), st.integers(0, 2), st.integers(0, 10_000))
def test_the_assignment_is_the_cheapest_of_all(rows: int, spare: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    cost = rng.uniform(0, 10, (rows, rows + spare))
    cost[rng.random(cost.shape) < 0.2] = np.inf
    cost[:, :rows][np.diag_indices(rows)] = rng.uniform(5, 20, rows)
    chosen = cheapest_assignment(cost)
    assert len(set(chosen)) == rows
    total = sum(cost[row, column] for row, column in enumerate(chosen))
    best = min(
        sum(cost[row, column] for row, column in enumerate(order))
        for order in itertools.permutations(range(rows + spare), rows)
    )
    assert total == pytest.approx(best)


def test_an_impossible_assignment_is_refused() -> None:
    with pytest.raises(ValueError, match="no complete assignment"):
        cheapest_assignment(np.array([[1.0, np.inf], [1.0, np.inf]]))
