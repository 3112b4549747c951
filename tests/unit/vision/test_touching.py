"""Marks whose ink runs together where they touch: each is still what it was drawn as."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
import pytest

from tests.drawings import draw
from vision.marks import find_marks
from vision.prepare import prepare

from .pens import Sheet, joined, kinds


def read(scene: str, style: str, seed: int) -> list[str]:
    """The kinds of all marks of a drawing that our machine draws, sorted."""
    marks = find_marks(prepare(draw(scene, style, seed).image))
    return sorted(mark.kind for mark in marks.marks)


def test_a_shaft_that_runs_into_a_barb_beside_the_tip_has_a_head() -> None:
    """And the head touches the side that it points at."""
    assert "arrow" in read("pushed_cart", "photo", 500)


def test_the_loops_of_a_coil_may_run_together_to_spikes() -> None:
    sheet = Sheet(1000, 500, pen=4)
    sheet.hatched((100, 420), (900, 420))
    sheet.path((620, 420), (620, 250), (800, 250), (800, 420))
    sheet.hatched((160, 180), (160, 420))
    feet = np.linspace(240, 540, 9)
    lead = [(160.0, 310.0), (212.0, 310.0)]
    bows = [
        (float(x), 320.0 + 22.0 * float(np.sin(np.pi * share)))
        for foot, onward in pairwise(feet)
        for share, x in zip(np.linspace(0, 1, 9), np.linspace(foot, onward, 9), strict=True)
    ]
    sheet.path(*lead, (222, 336), *bows, (558, 336), (566, 310), (620, 310))
    for foot in feet:
        cv2.line(sheet.pixels, (round(foot), 320), (round(foot), 265), (0, 0, 0), 8)
    seen = sheet.look()
    assert kinds(seen).count("spring") == 1
    assert "arrow" not in kinds(seen)
    assert any(kind == "spring" and "box" in ends for kind, ends in joined(seen))


def test_the_last_teeth_of_a_spring_may_run_into_the_sides_of_boxes() -> None:
    sheet = Sheet(1000, 500, pen=5)
    sheet.hatched((60, 360), (940, 360))
    for left in (140, 640):
        sheet.path((left, 360), (left, 230), (left + 180, 230), (left + 180, 360))
    teeth = np.linspace(322, 638, 14)
    heights = 295 + 26 * np.where(np.arange(14) % 2, -1.0, 1.0)
    sheet.path(*((float(x), float(y)) for x, y in zip(teeth, heights, strict=True)))
    seen = sheet.look()
    assert kinds(seen) == ["box", "box", "ground", "spring"]
    assert ("spring", ("box", "box")) in joined(seen)


def test_a_rod_does_not_run_on_into_a_hatch_in_line_with_it() -> None:
    """It turns about a ring just above the ground."""
    marks = find_marks(prepare(draw("motor_arm", "chalk", 500).image)).marks
    (rod,) = [mark for mark in marks if mark.kind == "rod"]
    (ground,) = [mark for mark in marks if mark.kind in ("ground", "support")]
    assert rod.outline[:, 1].max() < ground.outline[:, 1].min()


def test_a_rope_from_a_stop_to_a_block_on_a_slope_closes_no_box() -> None:
    sheet = Sheet(1000, 700, pen=4)
    sheet.path((60, 600), (940, 600))
    sheet.path((150, 600), (150, 280), (880, 600))
    along = np.array([730.0, 320.0]) / np.hypot(730.0, 320.0)
    up = np.array([along[1], -along[0]])

    def at(share: float, high: float) -> tuple[float, float]:
        x, y = np.array([150.0, 280.0]) + share * along + high * up
        return (float(x), float(y))

    sheet.path(at(400, 0), at(400, 100), at(520, 100), at(520, 0))
    sheet.hatched(at(40, 0), at(40, 130), side=-1, every=26)
    sheet.path(at(40, 55), at(400, 50))
    assert kinds(sheet.look()).count("box") == 1


@pytest.mark.parametrize("every", [10, 15, 26])
def test_a_block_is_one_support_however_close_its_hatches(every: int) -> None:
    sheet = Sheet(1000, 500, pen=3)
    sheet.path((100, 200), (900, 200), (900, 260), (100, 260), closed=True)
    for x in range(100, 900 - 60, every):
        sheet.path((x + 56, 202), (x + 4, 258))
    sheet.path((300, 200), (300, 110), (430, 110), (430, 200))
    assert kinds(sheet.look()) == ["box", "support"]


def test_a_load_whose_tips_come_close_to_its_beam_is_one() -> None:
    sheet = Sheet(1000, 700, pen=4)
    sheet.path((100, 200), (900, 200))
    for x in range(100, 901, 100):
        sheet.path((x, 200), (x, 300))
        head = np.array([[x - 11, 295], [x + 11, 295], [x, 321]], np.int32)
        cv2.fillPoly(sheet.pixels, [head], (0, 0, 0), cv2.LINE_AA)
    sheet.path((100, 328), (900, 328), (900, 368), (100, 368), closed=True)
    sheet.hatched((90, 470), (910, 470))
    sheet.path((160, 370), (110, 470), (210, 470), closed=True)
    sheet.path((840, 370), (790, 470), (890, 470), closed=True)
    found = kinds(sheet.look())
    assert "load" in found
    assert "pivot" not in found


def test_a_line_that_begins_at_an_inner_corner_turns_off_there() -> None:
    """The arm of an L is no box."""
    assert read("dropped_polygon", "chalk", 500) == ["ground", "polygon"]


def test_a_rounded_box_keeps_its_side_where_that_runs_on_into_a_hatch() -> None:
    assert "box" in read("pendulum_hits_block", "tiny", 500)


def test_an_arrow_breaks_no_side_that_it_touches_off_a_box() -> None:
    seen = read("pushed_cart", "tiny", 500)
    assert seen == ["arrow", "box", "ground", "wheel", "wheel"]


@pytest.mark.parametrize(
    ("scene", "style"),
    [
        pytest.param("rolling_cart", "tiny", id="its sides run on into the rims"),
        pytest.param("pushed_cart", "tiny", id="the gap below it is no box"),
        pytest.param("rolling_cart", "huge", id="a rim in short pieces"),
    ],
)
def test_a_cart_is_a_box_on_two_wheels(scene: str, style: str) -> None:
    assert read(scene, style, 501) == ["arrow", "box", "ground", "wheel", "wheel"]


def test_a_steep_zigzag_whose_teeth_ran_together_is_no_ground() -> None:
    seen = read("spring_between_boxes", "chalk", 501)
    assert seen == ["arrow", "box", "box", "ground", "spring"]


def test_an_arm_that_turns_about_a_dot_on_the_ground_is_no_ramp() -> None:
    sheet = Sheet(1000, 900, pen=4)
    sheet.hatched((350, 720), (760, 720), every=40, long=36)
    sheet.circle((560, 698), 20, filled=True)
    sheet.path((230, 240), (586, 742))
    sheet.circle((200, 196), 54)
    found = kinds(sheet.look())
    assert "rod" in found
    assert "ramp" not in found


def test_a_second_stroke_along_a_bodys_side_is_no_rod() -> None:
    assert read("polygon_on_ground", "notebook", 910) == ["ground", "polygon"]


def test_a_slope_goes_on_to_the_floor_below_the_mark_of_its_angle() -> None:
    assert "box" not in read("ball_down_and_along", "notebook", 927)


def test_a_slope_that_a_ball_touches_is_no_arrow_up_to_there() -> None:
    assert "arrow" not in read("ball_down_and_along", "notebook", 931)


def test_a_rope_that_hangs_on_beside_a_rounded_corner_leaves_its_box_whole() -> None:
    assert "box" in read("box_on_two_ropes", "pen", 931)


def test_a_short_stroke_again_along_the_floor_is_no_rod() -> None:
    assert read("stack", "clean", 932) == ["box", "box", "ground"]


@pytest.mark.parametrize("style", ["clean", "pen"])
def test_a_side_of_a_beam_is_no_arrow_where_a_pin_ends_it(style: str) -> None:
    assert "box" in read("loaded_arm", style, 931)
