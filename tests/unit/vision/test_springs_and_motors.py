"""Springs drawn small, drawn out and run together; walls with close hatches; motors at wheels."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from vision.coils import Coil, up_to_holders
from vision.page import Points

from .pens import Sheet, joined, kinds


def between_boxes(sheet: Sheet, level: float) -> tuple[float, float]:
    """Two boxes on the ground; where a spring between them begins and ends."""
    floor = level + 60
    sheet.path((60, floor), (940, floor))
    for left in (120, 700):
        sheet.path((left, floor), (left, floor - 120), (left + 120, floor - 120))
        sheet.path((left + 120, floor - 120), (left + 120, floor))
    return 240.0, 700.0


def draw(sheet: Sheet, points: Points) -> None:
    sheet.path(*((float(x), float(y)) for x, y in points))


def wave(begin: float, end: float, level: float, half: float, swings: int) -> Points:
    """A wave between two straight leads, (n, 2)."""
    lead = 0.2 * (end - begin)
    x = np.linspace(begin + lead, end - lead, 40 * swings)
    y = level + half * np.sin(np.linspace(0, np.pi * swings, len(x)))
    inner = np.stack([x, y], axis=1)
    return np.concatenate([[[begin, level]], inner, [[end, level]]])


def coil(begin: float, end: float, level: float, half: float, loops: int, reach: float) -> Points:
    """Loops of half-width `half` that reach out by `reach` of their pitch, between leads."""
    lead = 0.15 * (end - begin)
    turns = np.linspace(0, 2 * np.pi * loops, 60 * loops)
    pitch = (end - begin - 2 * lead) / loops
    x = begin + lead + pitch * (turns / (2 * np.pi) + reach * (1 - np.cos(turns)))
    y = level - half * np.sin(turns)
    inner = np.stack([x, y], axis=1)
    return np.concatenate([[[begin, level]], inner, [[end, level]]])


DRAWN: dict[str, Callable[[float, float, float], Points]] = {
    "a narrow wave": lambda a, b, y: wave(a, b, y, 6.0, 14),
    "a wave": lambda a, b, y: wave(a, b, y, 18.0, 12),
    "a coil drawn out": lambda a, b, y: coil(a, b, y, 30.0, 7, 0.55),
    "a coil whose loops lie wide apart": lambda a, b, y: coil(a, b, y, 26.0, 6, 0.34),
    "a coil with many loops": lambda a, b, y: coil(a + 90, b - 90, y, 17.0, 14, 0.9),
    "a coil whose loops ran together": lambda a, b, y: coil(a + 90, b - 90, y, 14.0, 10, 0.6),
}


@pytest.mark.parametrize("name", DRAWN)
def test_a_spring_between_boxes_is_one_however_it_turns(name: str) -> None:
    sheet = Sheet(1000, 500, pen=5)
    level = 300.0
    begin, end = between_boxes(sheet, level)
    points = DRAWN[name](begin, end, level)
    draw(sheet, np.concatenate([[[begin, level]], points, [[end, level]]]))
    seen = sheet.look()
    assert kinds(seen) == ["box", "box", "ground", "spring"]
    assert ("spring", ("box", "box")) in joined(seen)


@pytest.mark.parametrize("every", [15, 19])
def test_a_wall_with_close_hatches_is_no_spring(every: float) -> None:
    sheet = Sheet(1000, 500, pen=5)
    sheet.path((200, 430), (900, 430))
    sheet.hatched((200, 200), (200, 430), every=every, long=24)
    sheet.path((500, 430), (500, 330), (640, 330), (640, 430))
    found = kinds(sheet.look())
    assert "spring" not in found
    assert "support" in found or found.count("ground") == 2


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("filled", [False, True], ids=["open", "filled"])
def test_a_motors_arrow_may_begin_at_the_floor(filled: bool, mirrored: bool) -> None:
    """It runs close round a cart's wheel, and its tail meets a hatch in line with it."""
    sheet = Sheet(1000, 500, pen=5)
    sheet.hatched((80, 420), (920, 420), every=26, long=26)
    sheet.path((300, 368), (300, 240), (640, 240), (640, 368), closed=True)
    for x in (330, 610):
        sheet.circle((x, 368), 50)
        sheet.circle((x, 368), 12, filled=True)
    center, reach = np.array([610.0, 368.0]), 78.0
    angles = np.radians(np.linspace(41, -38, 60))
    path = center + reach * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    tip, back = path[-1], path[-14] - path[-1]
    back = back / np.hypot(*back)
    across = np.array([-back[1], back[0]])
    head = np.array([tip + 26 * back + 14 * across, tip, tip + 26 * back - 14 * across])
    if mirrored:
        for points in (path, head):
            points[:, 0] = 940 - points[:, 0]
    draw(sheet, path)
    if filled:
        cv2.fillPoly(sheet.pixels, [np.rint(head).astype(np.int32)], (0, 0, 0), cv2.LINE_AA)
    else:
        draw(sheet, head)
    seen = sheet.look()
    assert kinds(seen) == ["arc_arrow", "box", "ground", "wheel", "wheel"]
    (arc,) = [shape for shape in seen.shapes if shape.kind == "arc_arrow"]
    assert arc.polygon[0][1] > arc.polygon[-1][1] + 60
    assert ("acts_on", ("arc_arrow", "wheel")) in joined(seen)


def test_a_barb_may_cross_the_end_of_its_arc() -> None:
    sheet = Sheet(1000, 900, pen=4)
    sheet.hatched((400, 760), (800, 760))
    sheet.path((600, 750), (640, 250))
    sheet.circle((600, 750), 14, filled=True)
    sheet.circle((645, 190), 60)
    sheet.arc((600, 750), 260, 177, 250)
    # The head's tip lies beside the end of the arc, as a hand's does.
    sheet.path((312, 700), (330, 757), (366, 706))
    seen = sheet.look()
    assert "arc_arrow" in kinds(seen)
    (arc,) = [shape for shape in seen.shapes if shape.kind == "arc_arrow"]
    assert arc.polygon[-1][1] > arc.polygon[0][1]


@pytest.mark.parametrize("pen", [2, 5])
def test_a_dashpot_is_one_however_fine_the_pen(pen: int) -> None:
    sheet = Sheet(1000, 1100, pen)
    sheet.hatched((300, 120), (700, 120), side=-1)
    sheet.path((500, 120), (500, 400))
    sheet.path((460, 400), (540, 400))
    sheet.path((445, 300), (445, 470), (555, 470), (555, 300))
    sheet.path((500, 470), (500, 700))
    sheet.path((380, 700), (620, 700), (620, 860), (380, 860), closed=True)
    seen = sheet.look()
    assert [kind for kind in kinds(seen) if kind != "support"] in (
        ["box", "damper"],
        ["box", "damper", "ground"],
    )
    assert any(kind == "damper" for kind, _ in joined(seen))


def test_the_lower_side_of_an_open_box_is_no_ground() -> None:
    """Its corner is open by 6 % of a side, and nothing lies lower."""
    sheet = Sheet(700, 900, pen=4)
    sheet.hatched((200, 120), (500, 120), side=-1)
    sheet.zigzag((350, 120), (350, 500))
    sheet.path((205, 720), (205, 500), (495, 500), (495, 690))
    sheet.path((207, 722), (478, 722))
    seen = sheet.look()
    assert [kind for kind in kinds(seen) if kind not in ("ground", "support")] == ["box", "spring"]
    assert all(shape.center[1] < 200 for shape in seen.shapes if shape.kind == "ground")


def test_a_damper_whose_piston_touches_its_cup_is_one() -> None:
    sheet = Sheet(1000, 800, pen=7)
    sheet.hatched((350, 100), (650, 100), side=-1)
    sheet.path((500, 100), (500, 220))
    sheet.path((473, 350), (473, 220), (527, 222), (527, 352))
    sheet.path((473, 278), (521, 280))
    sheet.path((500, 278), (500, 480))
    sheet.path((400, 480), (600, 480), (600, 600), (400, 600), closed=True)
    assert "damper" in kinds(sheet.look())


@pytest.mark.parametrize("lean", [0.0, 0.07])
@pytest.mark.parametrize("beyond", [2, 60])
def test_a_coil_ends_at_the_side_that_it_is_tied_to(lean: float, beyond: int) -> None:
    """Only what goes on to both sides of it is one, not its last turn."""
    ink = np.zeros((400, 300), np.uint8)
    coil = Coil(np.array([150.0, 40.0]), np.array([150.0, 320.0]), 60.0)
    half = 30 + beyond
    ends = [(150 + side * half, round(290 + side * lean * half)) for side in (-1, 1)]
    cv2.line(ink, *ends, 255, 4)
    for turn in range(50, 290, 24):
        cv2.line(ink, (120, turn), (180, turn), 255, 4)
    held = up_to_holders(ink, coil, 4.0)
    assert np.allclose(held.first, coil.first) and held.width == coil.width
    assert held.last[1] == 320 if beyond == 2 else 276 < held.last[1] < 288
