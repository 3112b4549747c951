"""Lines by what they end in and what they end at: heads, ticks, ropes that hang or are pulled."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from vision.analysis import MarkKind
from vision.evidence import find_triangle, gather
from vision.kinds import rod
from vision.mark import Mark
from vision.prepare import prepare
from vision.reading import Reading

from .pens import Sheet, joined, kinds


def arrow_at_wall(sheet: Sheet, *, filled: bool) -> None:
    """An arrow whose tip touches the side of a box on the ground."""
    barb, half = 22 + 2 * sheet.pen, 10 + sheet.pen
    sheet.hatched((100, 600), (900, 600))
    sheet.path((500, 600), (500, 450), (650, 450), (650, 600))
    sheet.path((300, 520), (498, 520))
    corners = [(498 - barb, 520 - half), (497, 520), (498 - barb, 520 + half)]
    if filled:
        cv2.fillPoly(sheet.pixels, [np.array(corners, np.int32)], (0, 0, 0), cv2.LINE_AA)
    else:
        sheet.path(*corners)


@pytest.mark.parametrize("filled", [False, True], ids=["open", "filled"])
@pytest.mark.parametrize("pen", [2, 4, 7])
def test_an_arrow_keeps_its_head_where_it_touches_what_it_pushes(pen: int, filled: bool) -> None:
    sheet = Sheet(1000, 700, pen)
    arrow_at_wall(sheet, filled=filled)
    seen = sheet.look()
    assert kinds(seen) == ["arrow", "box", "ground"]
    (arrow,) = [shape for shape in seen.shapes if shape.kind == "arrow"]
    assert arrow.polygon[0][0] < 310 < 440 < arrow.polygon[-1][0]


@pytest.mark.parametrize("pen", [3, 6])
def test_a_line_into_a_dot_or_a_corner_has_no_head(pen: int) -> None:
    sheet = Sheet(1000, 700, pen)
    sheet.hatched((300, 100), (700, 100), side=-1)
    sheet.path((500, 100), (500, 380))
    sheet.circle((500, 100), 12, filled=True)
    sheet.path((500, 380), (600, 480), (500, 580), (400, 480), closed=True)
    assert "arrow" not in kinds(sheet.look())


@pytest.mark.parametrize("along", [3.2, 3.6, 4.2])
@pytest.mark.parametrize("across", [1.8, 2.6, 3.0])
def test_sides_that_overshot_their_corners_make_neither_heads_nor_ground(
    along: float, across: float
) -> None:
    sheet = Sheet(1000, 700, 6)
    x, y = along * sheet.pen, across * sheet.pen
    for level in (300, 500):
        sheet.path((300 - x, level), (700 + x, level))
    for plumb in (300, 700):
        sheet.path((plumb, 300 - y), (plumb, 500 + y))
    assert kinds(sheet.look()) == ["box"]


@pytest.mark.parametrize("over", [3, 5])
@pytest.mark.parametrize("past", [0, 2])
@pytest.mark.parametrize("pen", [3, 6])
def test_a_slope_that_overshot_its_upright_side_is_a_ramp(pen: int, past: int, over: int) -> None:
    sheet = Sheet(1000, 700, pen)
    sheet.hatched((50, 600), (950, 600))
    sheet.path((200, 600 + past * pen), (200, 300 - past * pen))
    sheet.path((800, 600), (200 - 1.2 * over * pen, 300 - 0.6 * over * pen))
    assert kinds(sheet.look()) == ["ground", "ramp"]


@pytest.mark.parametrize("filled", [False, True], ids=["open", "filled"])
@pytest.mark.parametrize("pen", [4, 7])
def test_an_arrow_close_above_a_box_keeps_its_head(pen: int, filled: bool) -> None:
    """A velocity's arrow starts over its body, and its head is near that body's corner."""
    sheet = Sheet(1000, 700, pen)
    sheet.hatched((100, 600), (900, 600))
    sheet.path((500, 600), (500, 450), (650, 450), (650, 600))
    half = 2.2 * pen
    y = 450 - half - 2.6 * pen
    head = [(500 + 4 * pen, y - half), (500, y), (500 + 4 * pen, y + half)]
    if filled:
        cv2.fillPoly(sheet.pixels, [np.array(head, np.int32)], (0, 0, 0), cv2.LINE_AA)
    else:
        sheet.path(*head)
    sheet.path((500, y), (640, y))
    seen = sheet.look()
    assert kinds(seen) == ["arrow", "box", "ground"]
    (arrow,) = [shape for shape in seen.shapes if shape.kind == "arrow"]
    assert arrow.polygon[-1][0] < 520 < 620 < arrow.polygon[0][0]


@pytest.mark.parametrize("filled", [False, True], ids=["open", "filled"])
@pytest.mark.parametrize("rise", [150, 230, 400])
@pytest.mark.parametrize("pen", [2, 3, 5])
def test_an_arrow_keeps_its_head_where_it_touches_a_slope(
    pen: int, rise: int, filled: bool
) -> None:
    """One barb lies almost along the slope, and the ground is near."""
    sheet = Sheet(1000, 700, pen)
    sheet.hatched((100, 600), (900, 600))
    sheet.path((400, 600), (550, 600 - rise), (700, 600))
    tip = (400 + 75 * 150 / rise, 525)
    back, half = 26 + 2 * pen, 11 + pen
    head = [(tip[0] - back, 525 - half), tip, (tip[0] - back, 525 + half)]
    if filled:
        cv2.fillPoly(sheet.pixels, [np.array(head, np.int32)], (0, 0, 0), cv2.LINE_AA)
    else:
        sheet.path(*head)
    sheet.path((tip[0] - 180, 525), (tip[0] - 3 * filled * pen, 525))
    seen = sheet.look()
    assert kinds(seen) == ["arrow", "ground", "ramp"]
    (arrow,) = [shape for shape in seen.shapes if shape.kind == "arrow"]
    assert arrow.polygon[0][0] < tip[0] - 160 < tip[0] - 25 < arrow.polygon[-1][0]


@pytest.mark.parametrize("pen", [2, 4, 6])
def test_a_beam_across_the_tip_of_a_triangle_makes_no_heads_of_its_sides(pen: int) -> None:
    sheet = Sheet(1000, 700, pen)
    sheet.hatched((100, 600), (900, 600))
    sheet.path((420, 600), (500, 450), (580, 600))
    sheet.path((200, 430), (800, 430), (800, 450), (200, 450), closed=True)
    assert kinds(sheet.look()) == ["box", "ground", "ramp"]


@pytest.mark.parametrize("pen", [3, 6])
def test_a_line_that_ends_in_a_dot_on_a_slope_has_no_head(pen: int) -> None:
    sheet = Sheet(1000, 700, pen)
    sheet.hatched((100, 600), (900, 600))
    sheet.path((400, 600), (550, 370), (700, 600))
    sheet.path((250, 485), (475, 485))
    sheet.circle((475, 485), 2.5 * pen + 4, filled=True)
    assert "arrow" not in kinds(sheet.look())


@pytest.mark.parametrize("bent", [8, 24])
@pytest.mark.parametrize("pen", [3, 5])
def test_an_angles_mark_with_a_bend_in_it_is_no_side_of_anything(pen: int, bent: int) -> None:
    sheet = Sheet(1000, 700, pen)
    sheet.hatched((50, 600), (950, 600))
    sheet.path((100, 600), (850, 150))
    turns = np.radians([0, bent, 31])
    ways = np.stack([np.cos(turns), -np.sin(turns)], axis=1)
    arc = np.array([100, 600]) + np.array([[220], [238], [220]]) * ways
    sheet.path(*((float(x), float(y)) for x, y in arc))
    assert kinds(sheet.look()) == ["dimension", "ground", "ramp"]


@pytest.mark.parametrize("angle", [7, 10, 13])
@pytest.mark.parametrize("pen", [2, 5])
def test_a_flat_ramp_has_all_three_sides(pen: int, angle: int) -> None:
    sheet = Sheet(1000, 700, pen)
    sheet.hatched((50, 600), (950, 600))
    top = 600 - 700 * float(np.tan(np.radians(angle)))
    sheet.path((150, 600), (850, top), (850, 600))
    seen = sheet.look()
    assert kinds(seen) == ["ground", "ramp"]
    (ramp,) = [shape for shape in seen.shapes if shape.kind == "ramp"]
    assert len(ramp.polygon) == 3
    assert min(x for x, _ in ramp.polygon) == pytest.approx(150, abs=30)


def test_a_tick_over_the_ground_makes_a_dimension() -> None:
    sheet = Sheet(1000, 700)
    sheet.hatched((100, 600), (900, 600))
    sheet.circle((300, 300), 50)
    sheet.path((700, 300), (700, 600))
    sheet.path((684, 300), (716, 300))
    assert kinds(sheet.look()) == ["ball", "dimension", "ground"]


def test_a_bowed_line_between_a_hook_and_a_ball_is_a_slack_rope() -> None:
    sheet = Sheet(1000, 800)
    sheet.hatched((350, 100), (650, 100), side=-1)
    steps = np.linspace(0, 1, 60)
    bow = np.stack([500 - 220 * np.sin(np.pi * steps), 100 + 400 * steps], axis=1)
    sheet.path(*[(float(x), float(y)) for x, y in bow])
    sheet.circle((500, 550), 50)
    seen = sheet.look()
    assert kinds(seen) == ["ball", "rope", "support"]
    assert ("rope", ("ball", "support")) in joined(seen)
    (rope,) = [shape for shape in seen.shapes if shape.kind == "rope"]
    assert np.array(rope.polygon)[:, 0].min() < 300


def test_an_arrow_down_from_a_pulleys_rim_pulls_the_rope() -> None:
    sheet = Sheet(900, 900)
    sheet.hatched((250, 80), (650, 80), side=-1)
    sheet.path((450, 80), (450, 200))
    sheet.circle((450, 200), 90)
    sheet.circle((450, 200), 10, filled=True)
    sheet.path((540, 200), (540, 650))
    sheet.path((480, 650), (600, 650), (600, 770), (480, 770), closed=True)
    sheet.path((360, 200), (360, 560))
    sheet.path((346, 530), (360, 560), (374, 530))
    seen = sheet.look()
    assert kinds(seen) == ["arrow", "box", "ground", "pulley", "rod", "rope"]
    assert ("acts_on", ("arrow", "rope")) in joined(seen)
    assert ("over", ("pulley", "rope")) in joined(seen)


def test_thick_ink_under_what_stands_on_the_ground_is_no_joint() -> None:
    sheet = Sheet(1000, 700)
    sheet.hatched((100, 600), (900, 600))
    sheet.path((300, 600), (300, 400), (450, 400), (450, 500), (650, 500), (650, 600))
    sheet.circle((520, 601), 8, filled=True)
    assert kinds(sheet.look()) == ["ground", "polygon"]


def test_the_dashes_of_a_rope_that_leans_do_not_tilt_the_page() -> None:
    sheet = Sheet(1000, 1000, 3)
    sheet.hatched((200, 150), (800, 150), side=-1)
    a, b = np.array([500.0, 150.0]), np.array([350.0, 800.0])
    for place in np.arange(0.0, 0.97, 0.1):
        start, end = a + place * (b - a), a + (place + 0.065) * (b - a)
        sheet.path((float(start[0]), float(start[1])), (float(end[0]), float(end[1])))
    sheet.circle((340, 850), 50)
    ok, image = cv2.imencode(".png", sheet.pixels)
    assert ok
    assert gather(prepare(image.tobytes())).page.rectify is None


@pytest.mark.parametrize("axle", [520, 540, 560])
def test_a_carts_bottom_is_drawn_through_its_wheels(axle: int) -> None:
    sheet = Sheet(1200, 700)
    sheet.hatched((60, axle + 60), (1140, axle + 60))
    sheet.path((300, 540), (900, 540), (900, 380), (300, 380), closed=True)
    for x in (420.0, 780.0):
        sheet.circle((x, axle), 60)
        sheet.circle((x, axle), 10, filled=True)
    seen = sheet.look()
    assert kinds(seen) == ["box", "ground", "wheel", "wheel"]
    (box,) = [shape for shape in seen.shapes if shape.kind == "box"]
    assert box.bbox[1] + box.bbox[3] == pytest.approx(540, abs=6)


def test_two_lines_from_a_ceiling_to_a_box_are_no_box() -> None:
    sheet = Sheet(1000, 800)
    sheet.hatched((100, 100), (900, 100), side=-1)
    sheet.path((330, 100), (350, 450))
    sheet.path((670, 100), (650, 450))
    sheet.path((300, 450), (700, 450), (700, 600), (300, 600), closed=True)
    assert kinds(sheet.look()) == ["box", "ground", "rod", "rod"]


@pytest.mark.parametrize("count", [3, 5])
def test_balls_that_touch_in_a_row_are_no_spring(count: int) -> None:
    sheet = Sheet(1200, 800)
    sheet.hatched((100, 100), (1100, 100), side=-1)
    for place in range(count):
        x = 400.0 + 100 * place
        sheet.path((x, 100), (x, 500))
        sheet.circle((x, 550), 50)
    assert kinds(sheet.look()) == ["ball"] * count + ["ground"] + ["rod"] * count


def test_a_loads_outermost_arrow_runs_on_into_the_beams_end() -> None:
    sheet = Sheet(1200, 700, 3)
    sheet.path((200, 400), (1000, 400), (1000, 440), (200, 440), closed=True)
    sheet.path((200, 280), (1000, 280))
    for x in np.linspace(200, 1000, 9):
        sheet.path((float(x), 280), (float(x), 396))
        sheet.path((float(x) - 8, 376), (float(x), 396), (float(x) + 8, 376))
    seen = sheet.look()
    assert kinds(seen) == ["box", "load"]
    (load,) = [shape for shape in seen.shapes if shape.kind == "load"]
    assert load.bbox[0] == pytest.approx(200, abs=8)
    assert load.bbox[2] == pytest.approx(800, abs=14)


@pytest.mark.parametrize("pen", [4, 7])
def test_the_wedge_of_ink_at_a_triangles_tip_is_no_head(pen: int) -> None:
    sheet = Sheet(1200, 700, pen)
    sheet.path((300, 300), (900, 300), (900, 330), (300, 330), closed=True)
    sheet.path((360, 336), (310, 430), (410, 430), closed=True)
    sheet.circle((360, 334), 9, filled=True)
    sheet.hatched((280, 432), (440, 432), every=20, long=16)
    sheet.hatched((100, 600), (1100, 600))
    assert "arrow" not in kinds(sheet.look())


def test_a_pier_with_round_corners_ends_at_its_own_side() -> None:
    sheet = Sheet(1200, 700)
    sheet.path((60, 600), (1140, 600))
    for x in (250, 830):
        sheet.path((x, 400), (x, 600))
        sheet.path((x + 120, 400), (x + 120, 600))
    sheet.path((220, 360), (980, 360), (980, 400), (220, 400), closed=True)
    assert kinds(sheet.look()) == ["box", "box", "box", "ground"]


def wedge(sheet: Sheet, *corners: tuple[float, float]) -> None:
    """Ink that ran together where strokes meet."""
    cv2.fillPoly(sheet.pixels, [np.array(corners, np.int32)], (0, 0, 0), cv2.LINE_AA)


def test_a_side_that_overshot_into_the_hatches_is_no_arrow() -> None:
    sheet = Sheet(1000, 700, pen=5)
    sheet.hatched((80, 500), (920, 500), every=40, long=36)
    sheet.path((500, 300), (500, 540))
    wedge(sheet, (490, 512), (510, 512), (500, 545))
    assert "arrow" not in kinds(sheet.look())


def test_a_rope_that_touches_a_pulley_from_below_is_no_arrow() -> None:
    sheet = Sheet(1000, 900, pen=4)
    sheet.hatched((300, 60), (800, 60), side=-1)
    sheet.path((430, 60), (430, 505))
    sheet.circle((490, 500), 60)
    sheet.circle((490, 500), 9, filled=True)
    sheet.path((550, 500), (550, 60))
    wedge(sheet, (421, 475), (439, 475), (430, 509))
    assert "arrow" not in kinds(sheet.look())


def test_a_small_head_whose_corners_a_photo_rounds_off_is_a_triangle_and_a_dot_is_none() -> None:
    spot, dot = np.zeros((60, 60), np.uint8), np.zeros((60, 60), np.uint8)
    cv2.fillPoly(spot, [np.array([[15, 15], [15, 45], [45, 30]], np.int32)], 1)
    cv2.circle(dot, (30, 30), 11, 1, -1)
    pen = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (15, 15))
    corners = find_triangle(np.asarray(cv2.morphologyEx(spot, cv2.MORPH_OPEN, pen), np.uint8))
    assert corners is not None
    assert corners[corners[:, 0].argmax()] == pytest.approx([44, 30], abs=6)
    assert find_triangle(dot) is None


def test_a_filled_head_that_sits_aside_of_its_shaft_is_a_head() -> None:
    sheet = Sheet(1000, 700, pen=5)
    sheet.circle((200, 300), 60)
    sheet.path((264, 300), (414, 300))
    wedge(sheet, (404, 293), (404, 316), (432, 303))
    assert "arrow" in kinds(sheet.look())


def test_a_large_rounded_head_is_no_end_of_a_line_that_crossed_what_it_points_at() -> None:
    sheet = Sheet(1000, 700, pen=5)
    sheet.hatched((100, 600), (900, 600))
    sheet.path((500, 600), (500, 390), (740, 390), (740, 600))
    sheet.path((200, 500), (490, 500))
    head = (470, 486), (470, 514), (498, 500)
    wedge(sheet, *head)
    sheet.path(*head, closed=True)
    assert "arrow" in kinds(sheet.look())


def test_an_arrow_from_where_a_circle_was_left_open_leaves_the_circle_alone() -> None:
    sheet = Sheet(1000, 700, pen=4)
    sheet.arc((300, 400), 32, -20, 265)
    sheet.arc((300, 400), 32, 285, 335)
    sheet.path((324, 376), (420, 280))
    sheet.path((396, 286), (420, 280), (414, 304))
    assert kinds(sheet.look()) == ["arrow", "ball"]


def test_a_rope_that_leads_up_to_a_pulled_box_ends_there_and_the_pull_goes_on_beyond() -> None:
    sheet = Sheet(600, 312, pen=1)
    sheet.hatched((28, 210), (572, 210), every=20, long=16)
    for left in (66, 276):
        sheet.path((left, 210), (left, 144), (left + 84, 144), (left + 84, 210), closed=True)
    for x in range(152, 270, 19):
        sheet.path((x, 177), (x + 12, 177))
    sheet.path((363, 177), (455, 177))
    sheet.path((442, 170), (456, 177), (442, 184))
    seen = sheet.look()
    assert kinds(seen) == ["arrow", "box", "box", "ground", "rope"]
    assert ("rope", ("box", "box")) in joined(seen)
    assert ("acts_on", ("arrow", "box")) in joined(seen)


def test_a_rope_of_long_dashes_ends_at_the_box_that_a_longer_line_pulls() -> None:
    sheet = Sheet(1130, 520, pen=9)
    sheet.hatched((40, 420), (1090, 420), every=40, long=30)
    for left in (127, 507):
        sheet.path((left, 420), (left, 290), (left + 152, 290), (left + 152, 420), closed=True)
    for x in range(288, 500, 48):
        sheet.path((x, 340), (x + 20, 340))
    sheet.path((676, 340), (776, 340))
    cv2.fillPoly(
        sheet.pixels, [np.array([(770, 318), (812, 340), (770, 362)], np.int32)], (0, 0, 0)
    )
    seen = sheet.look()
    assert kinds(seen) == ["arrow", "box", "box", "ground", "rope"]
    assert ("rope", ("box", "box")) in joined(seen)


def test_a_rope_whose_last_dash_was_cut_short_reaches_what_it_holds() -> None:
    sheet = Sheet(1000, 900, pen=4)
    sheet.hatched((200, 100), (800, 100), side=-1)
    sheet.path((380, 600), (620, 600), (620, 760), (380, 760), closed=True)
    for left, right in ((250, 382), (750, 618)):
        for place in (*np.arange(0.03, 0.79, 0.125), 0.928):
            a, b = np.array([left, 102.0]), np.array([right, 598.0])
            start = a + place * (b - a)
            end = a + (place + (0.08 if place < 0.9 else 0.004)) * (b - a)
            sheet.path((float(start[0]), float(start[1])), (float(end[0]), float(end[1])))
    seen = sheet.look()
    assert kinds(seen) == ["box", "ground", "rope", "rope"]
    assert joined(seen).count(("rope", ("box", "ground"))) == 2


def reading_of(sheet: Sheet) -> Reading:
    ok, image = cv2.imencode(".png", sheet.pixels)
    assert ok
    return Reading(gather(prepare(image.tobytes())))


def rods_in(sheet: Sheet, *marks: Mark) -> list[Mark]:
    """The rods that are found in the ink of a sheet once these marks are known."""
    reading = reading_of(sheet)
    reading.accept(marks)
    return rod.find(reading)


def disc(kind: MarkKind, center: tuple[float, float], radius: float) -> Mark:
    turns = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    ring = np.array(center) + radius * np.stack([np.cos(turns), np.sin(turns)], axis=1)
    return Mark(kind, 0.9, ring, radius=radius)


FLOOR = Mark("ground", 0.9, np.array([[60.0, 560.0], [1340.0, 560.0]]), solid=np.array([0.0, 1.0]))


def test_a_circle_drawn_over_its_beginning_and_onto_the_floor_hangs_on_no_rod() -> None:
    sheet = Sheet(1400, 800, pen=8)
    sheet.path((916, 514), (938, 538), (958, 557))
    assert rods_in(sheet, FLOOR, disc("ball", (979, 479), 73)) == []
    assert len(rods_in(sheet, FLOOR, disc("ball", (865, 460), 73))) == 1


def test_a_hatch_under_a_wheel_is_no_rod() -> None:
    sheet = Sheet(1400, 800, pen=6)
    sheet.path((414, 564), (446, 583))
    sheet.path((700, 564), (732, 583))
    pieces = reading_of(sheet).evidence.pieces
    number = next(n for n, piece in enumerate(pieces) if piece.points[0][0] > 600)
    wheel = disc("wheel", (445, 515), 48)
    hatched = replace(FLOOR, claims=frozenset({number}))
    assert rods_in(sheet, hatched, wheel) == []
    assert len(rods_in(sheet, replace(hatched, solid=None), wheel)) == 1
