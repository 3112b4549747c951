"""Bodies however they were drawn: in haste, leaning, in a pile, held by a wall or under a load."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from vision.drawn_rings import runs_through
from vision.pieces import Segment

from .pens import Sheet, joined, kinds


def round_corners(sheet: Sheet, corner: tuple[float, float], size: float, radius: float) -> None:
    """A box on its lower side's line, which it leaves at both ends; its upper right is open."""
    x, y = corner
    sheet.path((x + size, y), (x + size, y + size - radius))
    sheet.arc((x + size - radius, y + size - radius), radius, 0, 90)
    sheet.arc((x + radius, y + size - radius), radius, 90, 180)
    sheet.path((x, y + size - radius), (x, y + radius))
    sheet.arc((x + radius, y + radius), radius, 180, 270)
    sheet.path((x + radius, y), (x + size - 9, y))


@pytest.mark.parametrize("radius", [25, 45])
def test_a_box_in_haste_may_be_open_and_stand_on_another(radius: int) -> None:
    sheet = Sheet(1000, 800)
    sheet.hatched((100, 700), (900, 700))
    round_corners(sheet, (400, 520), 180, radius)
    sheet.rounded_box((430, 370), 120, 150, radius)
    assert kinds(sheet.look()) == ["box", "box", "ground"]


def cart(sheet: Sheet) -> None:
    """A cart whose sides end at its bottom, and whose wheels' ink goes on down from there."""
    sheet.hatched((200, 551), (1100, 551))
    sheet.path((500, 401), (769, 401), (769, 500), (500, 500), closed=True)
    for x in (504, 765):
        sheet.circle((x, 509), 40)
        sheet.circle((x, 509), 13, filled=True)


def test_a_cart_ends_at_its_own_bottom_and_not_at_the_floor() -> None:
    sheet = Sheet(1300, 800, 4)
    cart(sheet)
    seen = sheet.look()
    assert kinds(seen) == ["box", "ground", "wheel", "wheel"]
    (box,) = [shape for shape in seen.shapes if shape.kind == "box"]
    assert abs(box.bbox[3] - 99) < 8


@pytest.mark.parametrize("radius", [50, 56, 62])
def test_the_arrow_that_turns_a_wheel_makes_no_wheel_with_the_cart(radius: int) -> None:
    sheet = Sheet(1300, 800, 4)
    cart(sheet)
    sheet.arc((504, 509), radius, 140, 225)
    out = np.array([-1, -1]) / np.sqrt(2)
    along = np.array([1, -1]) / np.sqrt(2)
    tip = np.array([504, 509]) + radius * out
    for side in (-9, 9):
        barb = tip - 22 * along + side * out
        sheet.path((float(tip[0]), float(tip[1])), (float(barb[0]), float(barb[1])))
    assert kinds(sheet.look()).count("wheel") == 2


@pytest.mark.parametrize("left_open", [60, 90])
def test_a_long_box_may_be_left_open_by_a_part_of_its_whole_length(left_open: int) -> None:
    sheet = Sheet(1000, 800)
    sheet.hatched((100, 700), (900, 700))
    sheet.path((750, 360 + left_open), (750, 600), (150, 600), (150, 360), (750, 360))
    assert kinds(sheet.look()) == ["box", "ground"]


def test_a_side_between_rounded_corners_is_no_arc() -> None:
    sheet = Sheet(1000, 800, 3)
    sheet.hatched((100, 700), (900, 700))
    sheet.rounded_box((400, 380), 240, 320, 70)
    (box,) = [shape for shape in sheet.look().shapes if shape.kind == "box"]
    x, y, width, height = box.bbox
    assert abs(x - 400) < 8 and abs(width - 240) < 12
    assert abs(y - 380) < 8 and abs(height - 320) < 12


@pytest.mark.parametrize("every", [90, 140])
def test_slabs_in_a_row_on_the_ground_are_no_coil(every: int) -> None:
    sheet = Sheet(1000, 700)
    sheet.hatched((60, 600), (940, 600))
    for x in range(150, 150 + 5 * every, every):
        sheet.path((x, 600), (x, 440), (x + 30, 440), (x + 30, 600))
    assert kinds(sheet.look()) == ["box"] * 5 + ["ground"]


@pytest.mark.parametrize("lean", [0.15, 0.3])
def test_legs_that_lean_both_ways_make_a_trapezium(lean: float) -> None:
    sheet = Sheet(1000, 700)
    sheet.hatched((100, 600), (900, 600))
    aside = 240 * lean
    sheet.path((400, 600), (400 + aside, 360), (640 - aside, 360), (640, 600))
    assert kinds(sheet.look()) == ["ground", "polygon"]


def test_a_box_that_leans_a_little_is_a_box() -> None:
    sheet = Sheet(1000, 700)
    sheet.hatched((100, 600), (900, 600))
    sheet.path((400, 600), (410, 360), (652, 352), (640, 600))
    assert kinds(sheet.look()) == ["box", "ground"]


def test_boxes_on_top_of_each_other_are_no_coil() -> None:
    sheet = Sheet(800, 1100)
    sheet.hatched((100, 1000), (700, 1000))
    low = 1000.0
    for place, (width, height) in enumerate(
        [(150, 90), (140, 90), (140, 85), (130, 85), (120, 80)]
    ):
        x = 400 - width / 2 + (-1) ** place * 8
        sheet.path((x, low), (x, low - height), (x + width, low - height), (x + width, low))
        low -= height
    assert kinds(sheet.look()) == ["box"] * 5 + ["ground"]


@pytest.mark.parametrize("side", [1, -1])
def test_a_level_rod_on_a_wall_is_no_ground(side: int) -> None:
    sheet = Sheet(1000, 700)
    wall, ball = (800.0, 150.0) if side == 1 else (200.0, 850.0)
    sheet.hatched((wall, 100), (wall, 600), side=-side)
    sheet.circle((ball, 350), 60)
    sheet.path((wall, 350), (ball + side * 60, 352))
    seen = sheet.look()
    assert "rod" in kinds(seen)
    assert [kind for kind, _ in joined(seen)] == ["hinge"]


def test_a_line_in_two_goes_may_step_aside_in_the_middle_of_nowhere() -> None:
    sheet = Sheet(1400, 1400, 3)
    sheet.hatched((300, 100), (900, 100), side=-1)
    sheet.path((500, 100), (760, 620))
    sheet.path((780, 632), (1040, 1180))
    sheet.circle((1070, 1240), 66)
    assert kinds(sheet.look()) == ["ball", "ground", "rod"]


def test_the_circle_of_a_joint_takes_no_side_from_a_beam() -> None:
    sheet = Sheet(1100, 700, 3)
    sheet.path((100, 300), (900, 300), (900, 332), (100, 332), closed=True)
    sheet.circle((884, 332), 13)
    sheet.path((884, 332), (814, 450), (954, 450), closed=True)
    sheet.hatched((780, 450), (990, 450))
    (beam,) = [shape for shape in sheet.look().shapes if shape.kind == "box"]
    assert abs(beam.bbox[2] - 800) < 12 and abs(beam.bbox[3] - 32) < 4


def test_a_load_reaches_to_the_tips_of_its_filled_heads() -> None:
    sheet = Sheet(1000, 700, 3)
    sheet.hatched((100, 600), (900, 600))
    sheet.path((250, 400), (750, 400), (750, 440), (250, 440), closed=True)
    for x in (320, 680):
        sheet.path((x, 440), (x - 40, 600))
        sheet.path((x, 440), (x + 40, 600))
    sheet.path((250, 280), (750, 280))
    for x in np.linspace(250, 750, 9):
        sheet.path((x, 280), (x, 360))
        head = np.array([(x - 14, 358), (x + 14, 358), (x, 392)], np.int32)
        cv2.fillPoly(sheet.pixels, [head], (0, 0, 0), cv2.LINE_AA)
    seen = sheet.look()
    assert "arrow" not in kinds(seen)
    (load,) = [shape for shape in seen.shapes if shape.kind == "load"]
    assert load.bbox[1] + load.bbox[3] > 385


def test_a_rope_round_a_pulley_at_a_tables_edge_is_no_box() -> None:
    sheet = Sheet(1100, 800)
    sheet.hatched((60, 300), (700, 300))
    sheet.path((150, 300), (150, 170), (330, 170), (330, 300))
    sheet.path((700, 300), (730, 282))
    sheet.circle((730, 282), 44)
    sheet.circle((730, 282), 9, filled=True)
    sheet.path((330, 238), (730, 238))
    sheet.path((774, 282), (774, 520))
    sheet.path((714, 520), (834, 520), (834, 640), (714, 640), closed=True)
    assert kinds(sheet.look()).count("box") == 2


def test_a_triangle_over_its_label_is_no_letter() -> None:
    sheet = Sheet(1100, 900, 6)
    sheet.path((100, 800), (1000, 800))
    sheet.path((520, 300), (660, 131), (803, 300), closed=True)
    cv2.putText(sheet.pixels, "m = 3 kg", (775, 376), cv2.FONT_HERSHEY_SIMPLEX, 1.9, (0, 0, 0), 6)
    assert kinds(sheet.look()) == ["ground", "polygon"]


@pytest.mark.parametrize("filled", [True, False], ids=["dot", "circle"])
def test_a_dot_in_a_plate_off_its_middle_nails_it_to_the_page(filled: bool) -> None:
    sheet = Sheet(1000, 1000)
    sheet.hatched((100, 900), (900, 900))
    lean = np.radians(12)
    turn = np.array([[np.cos(lean), -np.sin(lean)], [np.sin(lean), np.cos(lean)]])
    corners = np.array([(-55, -60), (55, -60), (55, 500), (-55, 500)]) @ turn.T + [500, 200]
    sheet.path(*((float(x), float(y)) for x, y in corners), closed=True)
    sheet.circle((500, 200), 15, filled=filled)
    assert kinds(sheet.look()) == ["box", "ground", "pivot"]


def test_a_dot_in_the_middle_of_a_box_is_no_nail() -> None:
    sheet = Sheet(1000, 700)
    sheet.hatched((100, 600), (900, 600))
    sheet.path((400, 600), (400, 400), (640, 400), (640, 600))
    sheet.circle((520, 500), 14, filled=True)
    assert "pivot" not in kinds(sheet.look())


def test_a_dimension_reaches_to_the_tips_of_its_filled_heads() -> None:
    sheet = Sheet(1000, 700, 3)
    sheet.circle((500, 300), 80)
    sheet.path((240, 560), (760, 560))
    for x, back in ((200, 1), (800, -1)):
        head = np.array([(x, 560), (x + back * 44, 545), (x + back * 44, 575)], np.int32)
        cv2.fillPoly(sheet.pixels, [head], (0, 0, 0), cv2.LINE_AA)
    (size,) = [shape for shape in sheet.look().shapes if shape.kind == "dimension"]
    assert size.bbox[2] > 585


def test_a_cart_whose_corners_stand_out_beyond_its_wheels_is_a_box() -> None:
    sheet = Sheet(1200, 700, 5)
    sheet.hatched((100, 560), (1100, 560))
    sheet.path((400, 512), (400, 340), (760, 340), (760, 512), closed=True)
    for x in (454, 706):
        sheet.circle((x, 512), 48)
        sheet.circle((x, 512), 12, filled=True)
    assert kinds(sheet.look()) == ["box", "ground", "wheel", "wheel"]


@pytest.mark.parametrize(("beyond", "hatch"), [(12.0, False), (40.0, True)])
def test_a_side_may_overshoot_the_floor_but_not_go_on_below_it(beyond: float, hatch: bool) -> None:
    """A hatch at a table's edge may lie in line with the rim of a pulley above it."""
    low, high = np.array([300.0, 400.0 + beyond]), np.array([300.0, 350.0])
    side = Segment(low, high, np.stack([low, high]))
    assert runs_through(side, np.array([300.0, 400.0]), high, [True, False]) is hatch
    assert not runs_through(side, np.array([300.0, 400.0]), high, [False, False])


def test_a_triangle_with_a_box_on_it_and_no_floor_drawn_is_a_ramp() -> None:
    sheet = Sheet(1000, 800)
    sheet.path((200, 650), (800, 650), (800, 300), closed=True)
    along, off = np.array([600, -350]) / np.hypot(600, 350), np.array([-350, -600]) / 694.6
    foot = np.array([200, 650]) + 350 * along
    corners = [foot, foot + 120 * along, foot + 120 * along + 80 * off, foot + 80 * off]
    sheet.path(*((float(x), float(y)) for x, y in corners), closed=True)
    assert kinds(sheet.look()) == ["box", "ramp"]


def test_a_triangle_alone_is_free_to_fall() -> None:
    sheet = Sheet(1000, 800)
    sheet.path((200, 650), (800, 650), (800, 300), closed=True)
    assert kinds(sheet.look()) == ["polygon"]
