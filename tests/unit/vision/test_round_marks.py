"""Wheels, pulleys, pins, rollers and ropes, drawn line by line, and what must be seen in them."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from vision.evidence import part_discs

from .pens import Sheet, joined, kinds


def atwood(sheet: Sheet, *, dot: bool = True, holder: bool = True) -> None:
    """A pulley under a ceiling with a box on either side."""
    sheet.hatched((350, 60), (650, 60), side=-1)
    if holder:
        sheet.path((500, 60), (500, 200))
    sheet.circle((500, 200), 70)
    if dot:
        sheet.circle((500, 200), 11, filled=True)
    sheet.path((430, 200), (430, 420))
    sheet.path((570, 200), (570, 500))
    sheet.path((380, 420), (480, 420), (480, 510), (380, 510), closed=True)
    sheet.path((520, 500), (620, 500), (620, 600), (520, 600), closed=True)


@pytest.mark.parametrize("pen", [2, 4, 6])
@pytest.mark.parametrize("dot", [True, False], ids=["with a dot", "without a dot"])
def test_a_circle_that_a_rope_runs_over_is_a_pulley(pen: int, dot: bool) -> None:
    sheet = Sheet(pen=pen)
    atwood(sheet, dot=dot)
    seen = sheet.look()
    assert kinds(seen) == ["box", "box", "pulley", "rod", "rope", "support"]
    assert ("rope", ("box", "box")) in joined(seen)
    assert ("over", ("pulley", "rope")) in joined(seen)
    (rope,) = [shape for shape in seen.shapes if shape.kind == "rope"]
    path = np.array(rope.polygon)
    assert path[:, 1].min() == pytest.approx(130, abs=6)  # over the top
    assert sorted(path[[0, -1], 1]) == pytest.approx([420, 500], abs=8)


def test_a_rope_from_a_table_over_its_edge_turns_the_corner() -> None:
    sheet = Sheet(1200, 800)
    sheet.hatched((60, 700), (1140, 700))
    sheet.path((150, 700), (150, 400), (700, 400), (700, 700))
    sheet.path((250, 400), (250, 300), (400, 300), (400, 400))
    sheet.circle((760, 400), 50)
    sheet.circle((760, 400), 9, filled=True)
    sheet.path((700, 400), (760, 400))
    sheet.path((400, 350), (760, 350))
    sheet.path((810, 400), (810, 540))
    sheet.path((760, 540), (860, 540), (860, 620), (760, 620), closed=True)
    seen = sheet.look()
    assert kinds(seen).count("pulley") == 1
    assert ("over", ("pulley", "rope")) in joined(seen)
    assert ("rope", ("box", "box")) in joined(seen)
    (rope,) = [shape for shape in seen.shapes if shape.kind == "rope"]
    # Round the upper right of the rim only: nowhere left of where it comes to it.
    on_rim = np.array(rope.polygon)[1:-1]
    assert on_rim[:, 0].min() > 750
    assert on_rim[:, 1].max() < 410


@pytest.mark.parametrize("hub", ["dot", "ring", "cross"])
def test_circles_with_a_hub_under_a_box_are_its_wheels(hub: str) -> None:
    sheet = Sheet(1200, 700)
    sheet.hatched((60, 600), (1140, 600))
    sheet.path((300, 540), (900, 540), (900, 340), (300, 340), closed=True)
    for x in (420.0, 780.0):
        sheet.circle((x, 540), 60)
        if hub == "dot":
            sheet.circle((x, 540), 9, filled=True)
        elif hub == "ring":
            sheet.circle((x, 540), 14)
        else:
            sheet.path((x - 10, 530), (x + 10, 550))
            sheet.path((x - 10, 550), (x + 10, 530))
    seen = sheet.look()
    assert kinds(seen) == ["box", "ground", "wheel", "wheel"]
    assert joined(seen) == [
        ("contact", ("ground", "wheel")),
        ("contact", ("ground", "wheel")),
        ("hinge", ("box", "wheel")),
        ("hinge", ("box", "wheel")),
    ]


def test_halves_of_wheels_in_a_row_are_no_coil() -> None:
    sheet = Sheet(1200, 700)
    sheet.hatched((60, 600), (1140, 600))
    sheet.path((300, 540), (900, 540), (900, 340), (300, 340), closed=True)
    for x in (390.0, 530.0, 670.0, 810.0):
        sheet.circle((x, 540), 60)
        sheet.circle((x, 540), 9, filled=True)
    assert "spring" not in kinds(sheet.look())


def beam(sheet: Sheet) -> None:
    """A beam on a pin at its left and on a roller at its right."""
    sheet.path((200, 300), (1000, 300), (1000, 336), (200, 336), closed=True)
    sheet.path((270, 336), (220, 430), (320, 430), closed=True)
    sheet.hatched((200, 430), (340, 430), every=20, long=16)
    sheet.circle((920, 364), 26)
    sheet.hatched((820, 392), (1020, 392), every=24, long=18)


@pytest.mark.parametrize("joint", ["none", "ring", "dot"])
def test_a_triangle_on_its_own_hatching_is_a_pin(joint: str) -> None:
    sheet = Sheet(1200, 600)
    beam(sheet)
    if joint != "none":
        sheet.circle((270, 336), 11, filled=joint == "dot")
    seen = sheet.look()
    assert kinds(seen) == ["box", "pin", "roller", "support"]
    assert ("hinge", ("box", "pin")) in joined(seen)
    assert ("contact", ("roller", "support")) in joined(seen)
    (pin,) = [shape for shape in seen.shapes if shape.kind == "pin"]
    tip = min(pin.polygon, key=lambda corner: corner[1])
    assert np.hypot(tip[0] - 270, tip[1] - 336) < 12


@pytest.mark.parametrize("lean", [-20, 16])
@pytest.mark.parametrize("joint", ["none", "ring", "dot"])
def test_a_pins_hatches_may_stand_on_its_base_itself(joint: str, lean: int) -> None:
    sheet = Sheet(1300, 700)
    sheet.path((150, 300), (1150, 300), (1150, 340), (150, 340), closed=True)
    sheet.path((1110, 340), (1140, 410), (1080, 410), closed=True)
    for x in range(1084, 1140, 13):
        sheet.path((x, 410), (x + lean, 432))
    if joint != "none":
        sheet.circle((1110, 340), 9, filled=joint == "dot")
    sheet.circle((190, 362), 21)
    sheet.hatched((110, 384), (270, 384))
    seen = sheet.look()
    assert kinds(seen) == ["box", "pin", "roller", "support"]
    assert ("hinge", ("box", "pin")) in joined(seen)
    (pin,) = [shape for shape in seen.shapes if shape.kind == "pin"]
    assert pin.polygon[0] == pytest.approx((1110, 340), abs=8)


@pytest.mark.parametrize(
    ("radius", "oval", "first", "over"),
    [(34, 1.0, 826, 4), (34, 1.1, 826, 4), (34, 1.1, 844, 0), (26, 1.1, 844, 0)],
)
def test_half_a_roller_is_no_curved_arrow_where_hatches_begin_at_it(
    radius: float, oval: float, first: int, over: float
) -> None:
    sheet = Sheet(1200, 600)
    sheet.path((200, 300), (1000, 300), (1000, 336), (200, 336), closed=True)
    sheet.path((270, 336), (220, 430), (320, 430), closed=True)
    sheet.hatched((200, 430), (340, 430), every=20, long=16)
    tall = oval * radius
    turns = np.radians(np.arange(17, 377, 5))
    rim = np.stack([920 + radius * np.cos(turns), 336 + tall + tall * np.sin(turns)], axis=1)
    sheet.path(*((float(x), float(y)) for x, y in rim), closed=True)
    floor = 336 + 2 * tall - 2
    sheet.path((820, floor), (1020, floor))
    for x in range(first, 1020, 24):
        sheet.path((x + over, floor - over), (x - 18, floor + 18))
    assert kinds(sheet.look()) == ["box", "pin", "roller", "support"]


@pytest.mark.parametrize("gap", [24, 50])
@pytest.mark.parametrize("size", [110, 190], ids=["small", "large"])
@pytest.mark.parametrize("ends", ["ticks", "heads"])
def test_a_dimension_level_with_a_pins_base_is_none_of_it(ends: str, size: int, gap: int) -> None:
    sheet = Sheet(1300, 700)
    sheet.path((150, 260), (1150, 260), (1150, 300), (150, 300), closed=True)
    base = 300.0 + size
    sheet.path((200, 300), (200 - 0.6 * size, base), (200 + 0.6 * size, base), closed=True)
    sheet.circle((200, 300), 0.12 * size)
    right = 200 + 0.8 * size
    sheet.hatched((200 - 0.8 * size, base), (right, base), every=0.2 * size, long=28)
    first, last = right + gap, 1000.0
    sheet.path((first, base), (last, base))
    for x, way in ((first, 1), (last, -1)):
        if ends == "ticks":
            sheet.path((x, base - 22), (x, base + 22))
        else:
            sheet.path((x + way * 20, base - 10), (x, base), (x + way * 20, base + 10))
    seen = sheet.look()
    assert kinds(seen) == ["box", "dimension", "pin"]
    assert ("hinge", ("box", "pin")) in joined(seen)
    (size_of,) = [shape for shape in seen.shapes if shape.kind == "dimension"]
    assert sorted(x for x, _ in size_of.polygon) == pytest.approx([first, last], abs=8)


@pytest.mark.parametrize("side", [-1, 1], ids=["left", "right"])
def test_a_small_wedge_at_the_end_of_the_ground_is_no_pin(side: int) -> None:
    sheet = Sheet(1300, 700)
    sheet.hatched((100, 500), (1200, 500), every=14, long=18)
    x = 650 + 490 * side
    sheet.path((x - 40, 500), (x, 430), (x + 40, 500))
    assert "pin" not in kinds(sheet.look())


def test_a_small_wedge_on_hatched_ground_is_no_pin() -> None:
    sheet = Sheet(1300, 700)
    sheet.hatched((100, 500), (1200, 500), every=14, long=18)
    sheet.path((600, 500), (640, 430), (680, 500))
    assert "pin" not in kinds(sheet.look())


def test_a_triangle_on_the_ground_under_a_plank_is_no_pin() -> None:
    sheet = Sheet(1200, 600)
    sheet.hatched((60, 500), (1140, 500))
    sheet.path((600, 350), (520, 500), (680, 500), closed=True)
    sheet.path((200, 314), (1000, 314), (1000, 350), (200, 350), closed=True)
    assert kinds(sheet.look()) == ["box", "ground", "ramp"]


@pytest.mark.parametrize("thick", [16, 24, 60])
def test_a_plank_on_a_tip_is_one_box_however_thin(thick: int) -> None:
    sheet = Sheet(1200, 600)
    sheet.hatched((60, 500), (1140, 500))
    sheet.path((600, 350), (520, 500), (680, 500), closed=True)
    sheet.path((200, 350 - thick), (1000, 350 - thick), (1000, 350), (200, 350), closed=True)
    sheet.path((280, 350 - thick), (280, 250 - thick), (380, 250 - thick), (380, 350 - thick))
    assert kinds(sheet.look()) == ["box", "box", "ground", "ramp"]


def test_a_line_on_a_tip_is_a_plank_that_carries_what_stands_on_it() -> None:
    sheet = Sheet(1200, 600)
    sheet.hatched((60, 500), (1140, 500))
    sheet.path((600, 350), (520, 500), (680, 500), closed=True)
    sheet.path((200, 350), (1000, 350))
    for x in (260, 840):
        sheet.path((x, 350), (x, 250), (x + 100, 250), (x + 100, 350))
    seen = sheet.look()
    assert kinds(seen) == ["box", "box", "box", "ground", "ramp"]
    assert joined(seen).count(("contact", ("box", "box"))) == 2


@pytest.mark.parametrize("dash", [16, 24, 40])
def test_a_dashed_line_is_a_rope(dash: int) -> None:
    sheet = Sheet(pen=3)
    sheet.hatched((380, 80), (620, 80), side=-1)
    for y in np.arange(82, 380, 1.6 * dash):
        sheet.path((500, y), (500, min(y + dash, 398)))
    sheet.circle((500, 450), 50)
    seen = sheet.look()
    assert kinds(seen) == ["ball", "rope", "support"]
    assert joined(seen) == [("rope", ("ball", "support"))]


def test_a_fine_pens_long_dashes_are_a_rope_as_well() -> None:
    sheet = Sheet(1000, 1400, pen=3)
    sheet.hatched((350, 60), (650, 60), side=-1)
    sheet.circle((500, 1220), 60)
    for begin in range(60, 1100, 160):
        sheet.path((500, begin), (500, begin + 110))
    seen = sheet.look()
    assert kinds(seen) == ["ball", "rope", "support"]
    assert ("rope", ("ball", "support")) in joined(seen)


def test_dots_among_the_dashes_belong_to_the_rope() -> None:
    sheet = Sheet(pen=4)
    sheet.hatched((380, 80), (620, 80), side=-1)
    y = 82.0
    while y < 360:
        sheet.path((500, y), (500, y + 26))
        sheet.circle((500, y + 38), 2, filled=True)
        y += 50
    sheet.path((500, y), (500, 398))
    sheet.circle((500, 450), 50)
    assert kinds(sheet.look()) == ["ball", "rope", "support"]


@pytest.mark.parametrize("radius", [15, 25, 35])
def test_a_ring_through_which_the_ceiling_runs_is_a_joint(radius: int) -> None:
    sheet = Sheet(900, 1000)
    sheet.hatched((250, 150), (700, 150), side=-1)
    sheet.circle((480, 150), radius)
    sheet.path((480, 150), (330, 700))
    sheet.circle((313, 762), 64)
    seen = kinds(sheet.look())
    assert [kind for kind in seen if kind != "pivot"] == ["ball", "ground", "rod"]


def test_springs_that_meet_at_a_dot_are_two() -> None:
    sheet = Sheet(1000, 1000)
    sheet.hatched((250, 80), (550, 80), side=-1)
    sheet.zigzag((400, 80), (400, 340), teeth=6)
    sheet.circle((400, 340), 11, filled=True)
    sheet.zigzag((400, 340), (400, 600), teeth=6)
    sheet.path((320, 600), (480, 600), (480, 720), (320, 720), closed=True)
    seen = sheet.look()
    assert kinds(seen) == ["box", "pivot", "spring", "spring", "support"]
    assert ("spring", ("box", "pivot")) in joined(seen)
    assert ("spring", ("pivot", "support")) in joined(seen)


def arm(sheet: Sheet) -> None:
    """An arm with a ball on a pivot that stands on a hatched line."""
    sheet.hatched((400, 600), (600, 600))
    sheet.path((500, 590), (500, 260))
    sheet.circle((500, 590), 11, filled=True)
    sheet.circle((500, 215), 45)


@pytest.mark.parametrize("sweep", [60, 120])
@pytest.mark.parametrize("filled", [False, True], ids=["open head", "filled head"])
def test_an_arc_with_a_head_goes_round_the_joint(sweep: int, filled: bool) -> None:
    sheet = Sheet(1000, 700)
    arm(sheet)
    sheet.arc((500, 590), 180, -170, -170 + sweep - (9 if filled else 0))
    end = np.radians(-170 + sweep)
    tip = np.array([500, 590]) + 180 * np.array([np.cos(end), np.sin(end)])
    along = np.array([-np.sin(end), np.cos(end)])
    across = np.array([-along[1], along[0]])
    barbs = [tip - 28 * along + side * 13 * across for side in (-1, 1)]
    corners = [(float(x), float(y)) for x, y in (barbs[0], tip, barbs[1])]
    if filled:
        for share in np.linspace(0, 1, 20):
            foot = barbs[0] + share * (barbs[1] - barbs[0])
            sheet.path(corners[1], (float(foot[0]), float(foot[1])))
    else:
        sheet.path(*corners)
    seen = sheet.look()
    (arc,) = [shape for shape in seen.shapes if shape.kind == "arc_arrow"]
    first, last = np.array(arc.polygon[0]), np.array(arc.polygon[-1])
    assert np.hypot(*(last - tip)) < np.hypot(*(first - tip))
    assert ("acts_on", ("arc_arrow", "pivot")) in joined(seen)


def test_a_head_as_large_as_a_ball_is_still_the_head_of_its_arc() -> None:
    sheet = Sheet(1000, 700)
    arm(sheet)
    sheet.arc((500, 590), 240, -170, -110)
    end = np.radians(-110)
    base = np.array([500, 590]) + 240 * np.array([np.cos(end), np.sin(end)])
    along = np.array([-np.sin(end), np.cos(end)])
    across = np.array([-along[1], along[0]])
    tip = base + 60 * along
    for share in np.linspace(-1, 1, 60):
        foot = base + 32 * share * across
        sheet.path((float(tip[0]), float(tip[1])), (float(foot[0]), float(foot[1])))
    seen = sheet.look()
    assert kinds(seen) == ["arc_arrow", "ball", "pivot", "rod", "support"]
    (arc,) = [shape for shape in seen.shapes if shape.kind == "arc_arrow"]
    assert arc.polygon[-1][0] > arc.polygon[0][0]


def test_an_arc_without_a_head_is_no_arrow() -> None:
    sheet = Sheet(1200, 700)
    sheet.hatched((60, 600), (1140, 600))
    sheet.path((200, 600), (1000, 200), (1000, 600))
    sheet.arc((200, 600), 170, -26.57, 0)
    assert "arc_arrow" not in kinds(sheet.look())


@pytest.mark.parametrize("cup_above", [False, True])
@pytest.mark.parametrize("touching", [False, True], ids=["a loose piston", "a tight piston"])
def test_a_piston_in_a_cup_is_a_damper(cup_above: bool, touching: bool) -> None:
    sheet = Sheet(1000, 900)
    sheet.hatched((350, 80), (650, 80), side=-1)
    sheet.path((400, 600), (600, 600), (600, 740), (400, 740), closed=True)
    half = 40 if touching else 28

    def flip(y: float) -> float:
        return 680 - y if cup_above else y

    sheet.path((500, flip(80)), (500, flip(330)))
    sheet.path((500 - half, flip(330)), (500 + half, flip(330)))
    sheet.path((460, flip(260)), (460, flip(400)), (540, flip(400)), (540, flip(260)))
    sheet.path((500, flip(400)), (500, flip(600)))
    seen = sheet.look()
    assert kinds(seen) == ["box", "damper", "support"]
    assert joined(seen) == [("damper", ("box", "support"))]
    (damper,) = [shape for shape in seen.shapes if shape.kind == "damper"]
    assert damper.bbox[1] == pytest.approx(80, abs=10)
    assert damper.bbox[1] + damper.bbox[3] == pytest.approx(600, abs=10)


@pytest.mark.parametrize("tip", [390, 401], ids=["over it", "touching it"])
def test_a_comb_of_arrows_on_a_beam_is_one_load(tip: int) -> None:
    sheet = Sheet(1200, 700)
    sheet.hatched((60, 600), (1140, 600))
    for x in (350, 850):
        sheet.path((x, 440), (x - 60, 600), (x + 60, 600), closed=True)
    sheet.path((200, 404), (1000, 404), (1000, 440), (200, 440), closed=True)
    sheet.path((300, 240), (900, 240))
    for x in range(300, 901, 100):
        sheet.path((x, 240), (x, tip))
        sheet.path((x - 12, tip - 24), (x, tip), (x + 12, tip - 24))
    seen = sheet.look()
    assert kinds(seen) == ["box", "ground", "load", "ramp", "ramp"]
    assert ("acts_on", ("box", "load")) in joined(seen)
    (load,) = [shape for shape in seen.shapes if shape.kind == "load"]
    assert load.bbox[0] == pytest.approx(300, abs=12)
    assert load.bbox[2] == pytest.approx(600, abs=20)


def test_a_hatched_ceiling_is_no_load() -> None:
    sheet = Sheet(1200, 700)
    sheet.path((300, 100), (900, 100))
    for x in range(310, 900, 40):
        sheet.path((x, 100), (x, 70))
    sheet.path((600, 100), (600, 400))
    sheet.circle((600, 450), 50)
    assert "load" not in kinds(sheet.look())


POLYGONS = {
    "pentagon": [(500, 250), (620, 340), (575, 480), (425, 480), (380, 340)],
    "L": [(350, 200), (450, 200), (450, 400), (650, 400), (650, 500), (350, 500)],
    "trapezium": [(400, 250), (560, 250), (680, 480), (320, 480)],
    "triangle": [(500, 200), (650, 460), (350, 430)],
    "dart": [(350, 250), (500, 380), (650, 250), (500, 520)],
}


@pytest.mark.parametrize("name", POLYGONS)
def test_closed_straight_sided_outlines_are_polygons(name: str) -> None:
    sheet = Sheet(1000, 700)
    sheet.hatched((60, 620), (940, 620))
    sheet.path(*[(float(x), float(y)) for x, y in POLYGONS[name]], closed=True)
    seen = sheet.look()
    assert kinds(seen) == ["ground", "polygon"]
    (polygon,) = [shape for shape in seen.shapes if shape.kind == "polygon"]
    assert len(polygon.polygon) == len(POLYGONS[name])
    corners = np.array(polygon.polygon)
    for corner in POLYGONS[name]:
        assert np.hypot(*(corners - corner).T).min() < 10


def test_a_rope_may_run_over_two_pulleys_under_a_ceiling() -> None:
    sheet = Sheet(1200, 800, 6)
    sheet.hatched((150, 80), (1050, 80), side=-1)
    for x in (300, 900):
        sheet.path((x, 80), (x, 310))
        sheet.circle((x, 310), 66)
        sheet.circle((x, 310), 9, filled=True)
    sheet.path((300, 244), (900, 244))
    for x in (234, 966):
        sheet.path((x, 310), (x, 500))
        sheet.path((x - 50, 500), (x + 50, 500), (x + 50, 600), (x - 50, 600), closed=True)
    seen = sheet.look()
    assert kinds(seen) == ["box", "box", "ground", "pulley", "pulley", "rod", "rod", "rope"]
    assert ("rope", ("box", "box")) in joined(seen)


@pytest.mark.parametrize("filled", [False, True], ids=["ring", "filled"])
def test_a_ball_that_hangs_on_two_lines_is_no_pulley(filled: bool) -> None:
    sheet = Sheet()
    sheet.hatched((150, 80), (850, 80), side=-1)
    sheet.path((200, 80), (500, 370))
    sheet.path((800, 80), (500, 370))
    sheet.circle((500, 430), 60, filled=filled)
    assert kinds(sheet.look()) == ["ball", "ground", "rod", "rod"]


def test_filled_balls_that_touch_are_told_apart() -> None:
    sheet = Sheet(1100, 800, 6)
    sheet.hatched((50, 80), (1050, 80), side=-1)
    for x in (440, 520):
        sheet.path((x, 80), (x, 510))
        sheet.circle((x, 550), 40, filled=True)
    seen = sheet.look()
    assert kinds(seen) == ["ball", "ball", "ground", "rod", "rod"]
    middles = sorted(shape.center[0] for shape in seen.shapes if shape.kind == "ball")
    assert middles == pytest.approx([440, 520], abs=4)


def test_a_short_thick_stroke_is_no_pair_of_balls() -> None:
    spot = np.zeros((120, 220), np.uint8)
    cv2.line(spot, (60, 60), (150, 60), 1, 90)
    assert part_discs(spot) == []


def test_the_top_of_a_wedge_is_no_head_of_its_slope() -> None:
    sheet = Sheet(1350, 720, 6)
    sheet.path((132, 619), (1240, 619))
    sheet.path((1122, 614), (226, 96))
    sheet.path((233, 90), (233, 619))
    sheet.circle((552, 212), 59)
    assert kinds(sheet.look()) == ["ball", "ground", "ramp"]


@pytest.mark.parametrize("spot", [13, 14])
def test_thick_ink_where_a_wheel_stands_on_hatched_ground_is_no_joint(spot: float) -> None:
    sheet = Sheet(1000, 600, pen=6)
    sheet.hatched((60, 520), (940, 520))
    sheet.path((300, 400), (700, 400), (700, 240), (300, 240), closed=True)
    for x in (400, 600):
        sheet.circle((x, 460), 60)
        sheet.circle((x, 460), 9, filled=True)
    sheet.circle((616, 517), spot, filled=True)
    assert kinds(sheet.look()) == ["box", "ground", "wheel", "wheel"]


@pytest.mark.parametrize("degrees", [0, 50, 90])
def test_a_ball_drawn_as_an_oval_is_a_ball(degrees: int) -> None:
    sheet = Sheet()
    sheet.hatched((100, 600), (900, 600))
    axes = np.array([[np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))]])
    axes = np.concatenate([axes, axes[:, ::-1] * [-1, 1]])
    turns = np.linspace(0, 2 * np.pi, 90)
    rim = np.stack([66 * np.cos(turns), 54 * np.sin(turns)], axis=1) @ axes + [500, 300]
    sheet.path(*((float(x), float(y)) for x, y in rim))
    seen = sheet.look()
    assert kinds(seen) == ["ball", "ground"]
    (ball,) = [shape for shape in seen.shapes if shape.kind == "ball"]
    assert ball.bbox[2] == pytest.approx(120, abs=8)


@pytest.mark.parametrize("dot", [4.5, 12])
def test_wheels_that_a_broad_chalk_parts_at_floor_and_cart_are_whole(dot: float) -> None:
    sheet = Sheet(1200, 700, pen=11)
    sheet.hatched((60, 606), (1140, 606), every=50, long=40)
    sheet.path((300, 506), (900, 506), (900, 320), (300, 320), closed=True)
    for x in (420.0, 780.0):
        sheet.circle((x, 550), 55)
        sheet.circle((x, 550), dot, filled=True)
    assert kinds(sheet.look()) == ["box", "ground", "wheel", "wheel"]


@pytest.mark.parametrize("dot", [False, True])
def test_a_lone_circle_on_a_rod_to_its_middle_is_a_ball_though_it_has_a_hub(dot: bool) -> None:
    sheet = Sheet(1000, 800, pen=5)
    sheet.hatched((350, 100), (650, 100), side=-1)
    sheet.path((500, 100), (580, 500))
    sheet.circle((580, 500), 60)
    sheet.circle((580, 500), 12 if dot else 6, filled=True)
    seen = sheet.look()
    assert kinds(seen) == ["ball", "rod", "support"]
    assert ("hinge", ("ball", "support")) in joined(seen)


@pytest.mark.parametrize("page", [1000, 2600], ids=["fills the page", "on a large page"])
def test_a_pulley_that_a_table_holds_by_its_hub_is_one_on_a_page_of_any_size(page: int) -> None:
    sheet = Sheet(page, page, pen=5)
    left = page / 2 - 350
    at = {x: left + x for x in (0, 100, 210, 500, 580, 615, 660)}
    top = page / 2
    sheet.hatched((at[0], top), (at[500], top))
    sheet.path((at[100], top), (at[100], top - 90), (at[210], top - 90), (at[210], top))
    sheet.circle((at[580], top), 35)
    sheet.path((at[500], top), (at[580], top))
    sheet.path((at[210], top - 35), (at[580], top - 35))
    sheet.path((at[615], top), (at[615], top + 150))
    corners = [(at[x], top + y) for x, y in ((580, 150), (660, 150), (660, 230), (580, 230))]
    sheet.path(*corners, closed=True)
    assert kinds(sheet.look()) == ["box", "box", "ground", "pulley", "rope"]
