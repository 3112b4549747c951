"""Whole pictures, drawn line by line, and what must be seen in them."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from vision.analysis import Analysis, Shape
from vision.errors import NothingToRead
from vision.mark import Marks
from vision.marks import find_marks
from vision.prepare import prepare_pixels

from .pens import Sheet, joined, kinds


def only(analysis: Analysis, kind: str) -> Shape:
    (shape,) = [shape for shape in analysis.shapes if shape.kind == kind]
    return shape


def test_stacked_boxes_share_an_edge() -> None:
    sheet = Sheet()
    sheet.hatched((50, 600), (950, 600))
    sheet.path((300, 600), (300, 430), (560, 430), (560, 600))
    sheet.path((340, 430), (340, 300), (500, 300), (500, 430))
    seen = sheet.look()
    assert kinds(seen) == ["box", "box", "ground"]
    assert joined(seen) == [("contact", ("box", "box")), ("contact", ("box", "ground"))]
    assert not seen.warnings


def test_the_gap_under_a_bridge_is_no_box() -> None:
    sheet = Sheet()
    sheet.hatched((50, 600), (950, 600))
    sheet.path((200, 600), (200, 400), (280, 400), (280, 600))
    sheet.path((620, 600), (620, 400), (700, 400), (700, 600))
    sheet.path((150, 400), (150, 360), (750, 360), (750, 400), closed=True)
    assert kinds(sheet.look()) == ["box", "box", "box", "ground"]


def test_a_block_on_a_ramp_borrows_the_ramps_line() -> None:
    sheet = Sheet(1200, 700)
    sheet.hatched((60, 600), (1140, 600))
    slope = np.array([800.0, -360.0]) / np.hypot(800, 360)
    up = np.array([slope[1], -slope[0]])
    foot = np.array([600.0, 420.0])
    far = foot + 150 * slope
    corners = [foot, foot + 110 * up, far + 110 * up, far]
    sheet.path((200, 600), (1000, 240), (1000, 600))
    sheet.path(*[(float(x), float(y)) for x, y in corners])
    seen = sheet.look()
    assert kinds(seen) == ["box", "ground", "ramp"]
    assert ("contact", ("box", "ramp")) in joined(seen)
    box = only(seen, "box")
    assert box.angle == pytest.approx(24.2, abs=1.5)
    assert np.allclose(box.center, np.mean(corners, axis=0), atol=6)


def test_an_arc_at_a_corner_is_a_dimension() -> None:
    sheet = Sheet(1200, 700)
    sheet.hatched((60, 600), (1140, 600))
    sheet.path((200, 600), (1000, 200), (1000, 600))
    sheet.arc((200, 600), 170, -26.57, 0)
    seen = sheet.look()
    assert kinds(seen) == ["dimension", "ground", "ramp"]
    assert only(seen, "dimension").bbox[0] == pytest.approx(352, abs=12)


@pytest.mark.parametrize("gap_deg", [0, 18])
def test_a_pendulum_hangs_by_its_balls_centre(gap_deg: int) -> None:
    sheet = Sheet()
    sheet.hatched((380, 80), (620, 80), side=-1)
    sheet.path((500, 80), (420, 400))
    sheet.arc((405.5, 458.2), 60, -60, 300 - gap_deg)
    seen = sheet.look()
    assert kinds(seen) == ["ball", "rod", "support"]
    assert joined(seen) == [("hinge", ("ball", "support"))]
    ends = np.array(only(seen, "rod").polygon)
    assert np.hypot(*(ends - [405.5, 458.2]).T).min() < 8
    assert np.hypot(*(ends - [500, 80]).T).min() < 8


@pytest.mark.parametrize("pen", [2, 4, 7])
def test_a_zigzag_between_a_wall_and_a_box_is_a_spring(pen: int) -> None:
    sheet = Sheet(1200, 700, pen=pen)
    sheet.hatched((60, 600), (1140, 600), every=40)
    sheet.hatched((100, 300), (100, 600), every=40)
    sheet.zigzag((100, 500), (600, 500), teeth=7, half=40)
    sheet.path((600, 600), (600, 400), (820, 400), (820, 600))
    seen = sheet.look()
    assert kinds(seen).count("spring") == 1
    assert kinds(seen).count("box") == 1
    spring = only(seen, "spring")
    assert spring.bbox[0] == pytest.approx(100, abs=15)
    assert spring.bbox[0] + spring.bbox[2] == pytest.approx(600, abs=15)
    assert any(c.kind == "spring" and c.via == spring.id for c in seen.connections)


def test_a_dot_at_a_joint_is_a_pivot_and_a_ball_in_black_a_ball() -> None:
    sheet = Sheet()
    sheet.hatched((380, 80), (620, 80), side=-1)
    sheet.circle((500, 84), 11, filled=True)
    sheet.path((500, 84), (430, 400))
    sheet.circle((420, 445), 45, filled=True)
    seen = sheet.look()
    assert kinds(seen) == ["ball", "pivot", "rod", "support"]


def test_an_arrow_points_the_way_of_its_head() -> None:
    sheet = Sheet()
    sheet.hatched((50, 600), (950, 600))
    sheet.path((300, 600), (300, 450), (480, 450), (480, 600))
    sheet.path((520, 520), (700, 520))
    sheet.path((670, 500), (700, 520), (670, 540))
    seen = sheet.look()
    assert kinds(seen) == ["arrow", "box", "ground"]
    tail, tip = only(seen, "arrow").polygon
    assert tip[0] - tail[0] == pytest.approx(180, abs=12)
    assert ("acts_on", ("arrow", "box")) in joined(seen)


def test_the_lowest_long_line_is_ground_without_hatches() -> None:
    sheet = Sheet()
    sheet.path((40, 610), (960, 612))
    sheet.circle((480, 530), 80)
    seen = sheet.look()
    assert kinds(seen) == ["ball", "ground"]
    assert only(seen, "ground").solid == (0.0, 1.0)
    assert joined(seen) == [("contact", ("ball", "ground"))]


def test_hatches_say_which_side_is_solid() -> None:
    sheet = Sheet()
    sheet.hatched((200, 100), (800, 100), side=-1)
    sheet.hatched((100, 650), (900, 650), side=1)
    seen = sheet.look()
    floor = max(seen.shapes, key=lambda shape: shape.center[1])
    ceiling = min(seen.shapes, key=lambda shape: shape.center[1])
    assert floor.solid is not None and floor.solid[1] > 0.95
    assert ceiling.solid is not None and ceiling.solid[1] < -0.95


def test_hatches_may_start_on_the_wrong_side_of_their_line() -> None:
    sheet = Sheet()
    sheet.path((360, 600), (640, 600))
    for x in (390, 440, 490, 540, 590):
        sheet.path((x + 14, 586), (x - 28, 628))
    sheet.circle((500, 578), 12, filled=True)
    sheet.path((500, 578), (430, 200))
    sheet.circle((422, 155), 45)
    seen = sheet.look()
    assert kinds(seen) == ["ball", "ground", "pivot", "rod"]
    assert only(seen, "ground").solid == pytest.approx((0.0, 1.0), abs=0.05)


def test_what_is_not_understood_is_named_where_it_is() -> None:
    sheet = Sheet()
    sheet.hatched((50, 600), (950, 600))
    sheet.circle((300, 550), 50)
    sheet.path((600, 150), (760, 190))
    (warning,) = sheet.look().warnings
    assert warning.code == "UNREAD_MARK"
    assert warning.suggestion
    assert warning.bbox is not None
    assert warning.bbox[0] == pytest.approx(600, abs=8)
    assert warning.bbox[2] == pytest.approx(160, abs=12)
    assert warning.correction is not None
    (added,) = warning.correction["shapes"].values()
    assert added["kind"] == "rod"
    assert sorted(added["polygon"])[0] == pytest.approx((600, 150), abs=8)


def test_marks_survive_the_store() -> None:
    sheet = Sheet()
    sheet.hatched((50, 600), (950, 600))
    sheet.circle((300, 550), 50)
    marks = find_marks(prepare_pixels(sheet.pixels, width=1000, height=700))
    again = Marks.from_json(marks.to_json())
    assert again.to_json() == marks.to_json()
    assert [mark.kind for mark in again.marks] == [mark.kind for mark in marks.marks]


def test_a_page_of_text_says_that_there_is_no_drawing() -> None:
    pixels = np.full((400, 900, 3), 255, np.uint8)
    for row in range(4):
        cv2.putText(pixels, "a block of mass two", (40, 80 + 90 * row), 0, 2, (0, 0, 0), 4)
    with pytest.raises(NothingToRead, match="writing"):
        find_marks(prepare_pixels(pixels, width=900, height=400))


@pytest.mark.parametrize("slope_deg", [10, 15, 25])
def test_a_flat_slope_and_its_ground_are_two_lines_though_their_ink_runs_together(
    slope_deg: int,
) -> None:
    sheet = Sheet(1200, 700, pen=6)
    sheet.hatched((60, 600), (1140, 600), every=45)
    rise = np.tan(np.radians(slope_deg))
    sheet.path((160, 600), (1060, 600 - 900 * rise))
    seen = sheet.look()
    assert kinds(seen) == ["ground", "ramp"]
    ramp = only(seen, "ramp")
    (x0, y0), (x1, y1) = ramp.polygon
    assert np.degrees(np.arctan2(y0 - y1, x1 - x0)) == pytest.approx(slope_deg, abs=1.0)


def test_the_toe_of_a_ramp_is_no_pivot() -> None:
    sheet = Sheet(1200, 700, pen=7)
    sheet.hatched((60, 600), (1140, 600), every=36)
    sheet.path((200, 200), (1000, 598), (200, 598), closed=True)
    assert kinds(sheet.look()) == ["ground", "ramp"]


@pytest.mark.parametrize("pen", [3, 6])
def test_two_springs_in_a_row_are_two_where_a_dot_parts_them(pen: int) -> None:
    sheet = Sheet(1400, 500, pen=pen)
    sheet.hatched((100, 100), (100, 400), every=40)
    sheet.zigzag((100, 250), (500, 250), teeth=6, half=35)
    sheet.circle((500, 250), 14, filled=True)
    sheet.zigzag((500, 250), (900, 250), teeth=6, half=35)
    sheet.path((900, 150), (1150, 150), (1150, 350), (900, 350), closed=True)
    seen = sheet.look()
    springs = sorted(s.bbox[0] for s in seen.shapes if s.kind == "spring")
    assert springs == pytest.approx([100, 500], abs=20)
    assert kinds(seen).count("pivot") == 1
    ends = sorted(s.bbox[0] + s.bbox[2] for s in seen.shapes if s.kind == "spring")
    assert ends == pytest.approx([500, 900], abs=20)


@pytest.mark.parametrize("half", [14, 30])
def test_a_wave_between_a_ceiling_and_a_box_is_a_spring(half: int) -> None:
    sheet = Sheet()
    sheet.hatched((350, 80), (650, 80), side=-1)
    sheet.path((420, 440), (580, 440), (580, 560), (420, 560), closed=True)
    places = np.linspace(0.0, 1.0, 300)
    wave = (
        half * np.sin(2 * np.pi * 6 * places) * np.minimum(1.0, 8 * np.minimum(places, 1 - places))
    )
    sheet.path(*[(500 + float(x), 80 + 360 * float(y)) for x, y in zip(wave, places, strict=True)])
    seen = sheet.look()
    assert kinds(seen) == ["box", "spring", "support"]
    assert ("spring", ("box", "support")) in joined(seen)


def test_a_hatched_block_is_one_support_that_holds_by_its_lower_side() -> None:
    sheet = Sheet(1000, 800, pen=4)
    sheet.path((300, 60), (700, 60), (700, 140), (300, 140), closed=True)
    for x in range(330, 690, 32):
        sheet.path((x - 25, 139), (min(x + 55, 698), 139 - (min(x + 55, 698) - x + 25)))
    sheet.path((500, 140), (500, 520))
    sheet.circle((500, 570), 50)
    seen = sheet.look()
    assert kinds(seen) == ["ball", "rod", "support"]
    rod = only(seen, "rod")
    assert min(y for _, y in rod.polygon) == pytest.approx(140, abs=6)
    assert ("hinge", ("ball", "support")) in joined(seen)


@pytest.mark.parametrize("gap", [20, 40])
def test_a_side_drawn_in_two_goes_is_one_side(gap: int) -> None:
    sheet = Sheet(1000, 700, pen=4)
    sheet.hatched((60, 600), (940, 600), every=40)
    sheet.path((300, 600), (300, 450 + gap // 2))
    sheet.path((300, 450 - gap // 2), (300, 250), (640, 250), (640, 600))
    seen = sheet.look()
    assert kinds(seen) == ["box", "ground"]


def test_two_boxes_of_one_height_side_by_side_stay_two() -> None:
    sheet = Sheet(1000, 700, pen=4)
    sheet.hatched((60, 600), (940, 600), every=40)
    sheet.path((200, 600), (200, 400), (400, 400), (400, 600))
    sheet.path((430, 600), (430, 400), (630, 400), (630, 600))
    assert kinds(sheet.look()) == ["box", "box", "ground"]


def test_a_box_whose_side_goes_on_as_a_hatch_keeps_its_side() -> None:
    sheet = Sheet(1000, 700, pen=4)
    sheet.path((60, 600), (940, 600))
    for x in (100, 160, 220, 280, 340, 460, 520, 580, 640, 700, 760, 820, 880):
        sheet.path((x, 600), (x - 14, 628))
    sheet.path((400, 628), (402, 350), (640, 350), (640, 600))
    assert kinds(sheet.look()) == ["box", "ground"]


def test_a_side_drawn_over_in_overlapping_goes_is_one_side() -> None:
    sheet = Sheet(1000, 700, pen=4)
    sheet.hatched((60, 600), (940, 600), every=40)
    sheet.path((300, 600), (300, 300), (520, 303))
    sheet.path((460, 309), (700, 305), (700, 600))
    assert kinds(sheet.look()) == ["box", "ground"]


def test_an_arc_at_a_flat_toe_is_a_dimension_and_the_slope_a_ramp() -> None:
    sheet = Sheet(1400, 700, pen=6)
    sheet.path((100, 600), (1300, 600))
    rise = np.tan(np.radians(11))
    sheet.path((1150, 600), (300, 600 - 850 * rise), (300, 600))
    sheet.arc((1150, 600), 260, 180, 191)
    sheet.circle((560, 600 - 590 * rise - 92), 88)
    seen = kinds(sheet.look())
    assert seen.count("dimension") == 1
    assert seen.count("ramp") == 1
    assert "box" not in seen


@pytest.mark.parametrize("bottom", [598, 604])
def test_a_height_over_the_ground_is_a_dimension_though_its_lower_head_is_lost_there(
    bottom: int,
) -> None:
    sheet = Sheet(1000, 700, pen=5)
    sheet.hatched((60, 600), (940, 600), every=40)
    sheet.circle((400, 220), 60)
    sheet.path((650, 280), (650, bottom))
    sheet.path((636, 306), (650, 280), (664, 306))
    sheet.path((637, 578), (650, bottom), (663, 578))
    assert kinds(sheet.look()) == ["ball", "dimension", "ground"]


@pytest.mark.parametrize("away", [12, 26, 60])
def test_a_height_under_a_box_is_a_dimension_though_its_lower_tick_is_the_ground(
    away: int,
) -> None:
    sheet = Sheet(1000, 700, pen=4)
    sheet.path((60, 600), (940, 600))
    sheet.path((380, 200), (560, 200), (560, 330), (380, 330), closed=True)
    middle = 560 + away + 14
    sheet.path((middle, 330), (middle, 600))
    sheet.path((middle - 14, 330), (middle + 14, 330))
    assert kinds(sheet.look()) == ["box", "dimension", "ground"]


def test_a_small_box_on_a_pole_stands_on_a_rod() -> None:
    sheet = Sheet(1000, 700, pen=4)
    sheet.hatched((60, 600), (940, 600))
    sheet.path((500, 600), (500, 330))
    sheet.path((460, 330), (540, 330), (540, 260), (460, 260), closed=True)
    assert kinds(sheet.look()) == ["box", "ground", "rod"]


def test_an_arrow_from_a_body_stays_an_arrow_though_it_points_at_the_ground() -> None:
    sheet = Sheet(1000, 700, pen=5)
    sheet.hatched((60, 600), (940, 600), every=40)
    sheet.circle((400, 300), 60)
    sheet.path((400, 365), (400, 520))
    sheet.path((386, 494), (400, 520), (414, 494))
    assert kinds(sheet.look()) == ["arrow", "ball", "ground"]


@pytest.mark.parametrize("share", [0.1, 0.15, 0.2, 0.25, 0.3])
@pytest.mark.parametrize("size", [(80, 64), (160, 120), (200, 60)])
def test_a_box_drawn_in_haste_has_round_corners(size: tuple[int, int], share: float) -> None:
    width, height = size
    sheet = Sheet(pen=3)
    sheet.hatched((100, 500), (900, 500))
    sheet.rounded_box((400, 440 - height), width, height, share * height)
    sheet.zigzag((400 + width / 2, 100), (400 + width / 2, 440 - height), half=18)
    sheet.hatched((300, 100), (600, 100), side=-1)
    seen = sheet.look()
    assert kinds(seen) == ["box", "ground", "spring", "support"]
    box = only(seen, "box")
    assert np.allclose(np.ptp(np.array(box.polygon), axis=0), size, atol=8)


def test_a_box_whose_corners_are_cut_off_is_a_box_and_a_house_is_none() -> None:
    sheet = Sheet()
    sheet.hatched((60, 600), (940, 600))
    sheet.path(
        *((200, 430), (330, 430), (360, 460), (360, 530), (330, 560), (230, 560), (200, 530)),
        closed=True,
    )
    sheet.path((560, 560), (560, 450), (650, 390), (740, 450), (740, 560), closed=True)
    assert kinds(sheet.look()) == ["box", "ground", "polygon"]


def test_the_bottom_of_a_box_with_a_rounded_corner_is_no_ground() -> None:
    sheet = Sheet(1000, 800)
    sheet.hatched((100, 100), (900, 100), side=-1)
    sheet.zigzag((400, 100), (400, 450))
    sheet.zigzag((600, 100), (600, 450))
    # In one go, in haste: one corner below is cut short, the other is turned sharply.
    sheet.path((250, 450), (250, 650), (700, 650))
    sheet.arc((700, 600), 50, 90, 0)
    sheet.path((750, 600), (750, 450), (250, 450))
    assert kinds(sheet.look()) == ["box", "ground", "spring", "spring"]


def test_the_gap_between_two_rods_of_a_cradle_is_no_box() -> None:
    sheet = Sheet(1000, 900)
    sheet.hatched((200, 100), (800, 100), side=-1)
    for x in (400, 520, 640):
        sheet.path((x, 100), (x, 640))
        sheet.circle((x, 700), 60)
    assert kinds(sheet.look()) == ["ball", "ball", "ball", "ground", "rod", "rod", "rod"]


def test_balls_that_hang_side_by_side_are_no_coil() -> None:
    sheet = Sheet(1000, 700)
    sheet.hatched((200, 100), (800, 100), side=-1)
    for x in range(350, 700, 84):
        sheet.path((x, 100), (x, 440))
        sheet.circle((x, 480), 41)
    seen = kinds(sheet.look())
    assert seen.count("ball") == 5
    assert seen.count("rod") == 5
    assert "spring" not in seen


def test_a_coil_whose_loops_just_meet_is_a_spring() -> None:
    """A row of circles, with a line beside them where the pen went on from loop to loop."""
    sheet = Sheet(pen=5)
    sheet.hatched((380, 80), (620, 80), side=-1)
    sheet.path((500, 80), (500, 124))
    for y in range(148, 340, 42):
        sheet.circle((500, y), 21)
    sheet.path((516, 160), (519, 240), (516, 310))
    sheet.path((500, 337), (500, 440))
    sheet.path((430, 440), (570, 440), (570, 560), (430, 560), closed=True)
    seen = sheet.look()
    assert kinds(seen) == ["box", "spring", "support"]
    assert ("spring", ("box", "support")) in joined(seen)


@pytest.mark.parametrize("slip", [0.3, 0.45])
def test_a_coil_with_narrow_loops_is_as_wide_as_its_bows_and_loops(slip: float) -> None:
    sheet = Sheet(pen=4)
    sheet.hatched((380, 80), (620, 80), side=-1)
    sheet.coil((500, 80), (500, 440), turns=11, half=32, slip=slip)
    sheet.path((430, 440), (570, 440), (570, 560), (430, 560), closed=True)
    seen = sheet.look()
    assert kinds(seen) == ["box", "spring", "support"]
    assert ("spring", ("box", "support")) in joined(seen)
    left, _, width, _ = only(seen, "spring").bbox
    assert (left, left + width) == pytest.approx((468, 532), abs=14)


def test_two_springs_with_a_straight_piece_between_them_are_two() -> None:
    sheet = Sheet(1000, 900)
    sheet.hatched((380, 60), (620, 60), side=-1)
    sheet.zigzag((500, 60), (500, 380), teeth=6, half=36)
    sheet.zigzag((500, 380), (500, 700), teeth=6, half=36)
    sheet.path((420, 700), (580, 700), (580, 820), (420, 820), closed=True)
    springs = [shape for shape in sheet.look().shapes if shape.kind == "spring"]
    middles = sorted(spring.center[1] for spring in springs)
    assert middles == pytest.approx([220, 540], abs=25)


def test_a_box_unclosed_by_six_percent_of_its_outline_is_a_box() -> None:
    sheet = Sheet(pen=4)
    sheet.hatched((50, 600), (950, 600))
    sheet.path((300, 300), (300, 600 - 70), (300, 300), (560, 300), (560, 600))
    assert kinds(sheet.look()) == ["box", "ground"]


def test_an_inner_corner_is_no_open_end() -> None:
    sheet = Sheet(pen=4)
    sheet.hatched((50, 600), (950, 600))
    sheet.path((300, 600), (300, 260), (620, 260), (620, 340), (390, 340), (390, 600))
    assert kinds(sheet.look()) == ["ground", "polygon"]


def test_a_rope_from_a_wall_to_a_beam_closes_no_body() -> None:
    sheet = Sheet(1200, 800, pen=4)
    sheet.hatched((200, 700), (200, 80), side=-1)
    sheet.path((200, 520), (900, 520), (900, 555), (200, 555))
    sheet.circle((200, 537), 11, filled=True)
    sheet.path((200, 180), (840, 520))
    assert "polygon" not in kinds(sheet.look())


def test_a_dot_on_a_bar_is_what_it_turns_about() -> None:
    sheet = Sheet(pen=4)
    sheet.path((470, 100), (530, 100), (530, 560), (470, 560), closed=True)
    sheet.circle((500, 140), 10, filled=True)
    assert kinds(sheet.look()) == ["box", "pivot"]


def test_the_solid_side_of_a_ground_is_not_the_one_that_a_body_stands_on() -> None:
    """Hatches in haste cross their line, and here reach further up than down."""
    sheet = Sheet(1000, 700, pen=4)
    sheet.path((100, 500), (900, 500))
    for x in [*range(110, 420, 34), *range(640, 890, 34)]:
        sheet.path((x, 508), (x + 14, 480))
    sheet.path((460, 487), (460, 380), (600, 380), (600, 487), closed=True)
    ground = only(sheet.look(), "ground")
    assert ground.solid is not None
    assert ground.solid[1] > 0.9
