"""What springs are tied to: walls that are short or closely hatched, floors between them, boxes."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from vision.evidence import gather
from vision.kinds import ground, spring
from vision.page import Page
from vision.pieces import Segment
from vision.prepare import prepare
from vision.reading import Reading

from .pens import Sheet, joined, kinds


def page_of(sheet: Sheet) -> Page:
    done, data = cv2.imencode(".png", sheet.pixels)
    assert done
    return prepare(data.tobytes())


def box_on(sheet: Sheet, floor: float, left: float, side: float) -> None:
    right, top = left + side, floor - side
    sheet.path((left, floor), (left, top), (right, top), (right, floor), closed=True)


def curls(sheet: Sheet, begin: float, end: float, top: float, bottom: float, turns: int) -> None:
    """Loops as of a row of e's, whose leads run along their lower edge."""
    turn = np.linspace(0, 2 * np.pi * turns, 60 * turns)
    pitch = (end - begin) / (turns + 2)
    x = begin + pitch + pitch * (turn / (2 * np.pi) - 0.6 * np.sin(turn))
    y = (top + bottom) / 2 + (bottom - top) / 2 * np.cos(turn)
    path = [(float(px), float(py)) for px, py in zip(x, y, strict=True)]
    sheet.path((begin, bottom), *path, (end, bottom))


def test_a_plain_floor_between_two_walls_is_ground() -> None:
    """It turns up into a line at both ends, as a box's lower side does."""
    sheet = Sheet(1000, 500, pen=4)
    sheet.path((150, 400), (850, 400))
    sheet.hatched((150, 220), (150, 400))
    sheet.hatched((850, 400), (850, 220))
    box_on(sheet, 400, 440, 120)
    sheet.zigzag((150, 340), (440, 340))
    sheet.zigzag((560, 340), (850, 340))
    seen = sheet.look()
    (floor,) = (shape for shape in seen.shapes if shape.kind == "ground")
    assert np.ptp(np.array(floor.polygon)[:, 0]) > 600
    assert kinds(seen).count("spring") == 2 and "rod" not in kinds(seen)


def test_hatches_of_a_short_wall_may_be_long() -> None:
    sheet = Sheet(1000, 500, pen=4)
    sheet.hatched((100, 400), (900, 400))
    sheet.hatched((150, 240), (150, 400), every=24, long=62)
    box_on(sheet, 400, 500, 120)
    sheet.zigzag((150, 340), (500, 340))
    seen = sheet.look()
    assert "rod" not in kinds(seen)
    assert ("spring", ("box", "support")) in joined(seen)


def test_what_is_left_of_a_wall_is_one_where_something_has_taken_an_end_of_it() -> None:
    """As a floor takes what lies below it for its last hatch."""
    sheet = Sheet(700, 600, pen=4)
    sheet.path((300, 100), (300, 400))
    sheet.path((300, 408), (300, 450))
    for y in range(120, 400, 30):
        sheet.path((300, y), (322, y + 14))
    reading = Reading(gather(page_of(sheet)))
    pieces = reading.evidence.pieces
    (end,) = (n for n, piece in enumerate(pieces) if piece.points[:, 1].min() > 400)
    assert any(end in line.pieces and len(line.pieces) > 1 for line in reading.long_lines)
    reading.taken.add(end)
    (wall,) = ground.find(reading)
    assert end not in wall.claims
    assert np.allclose(np.sort(wall.outline[:, 1]), [100, 400], atol=60)


@pytest.mark.parametrize("side", [100, 150])
def test_the_side_of_a_box_ends_a_coil_however_short_it_is(side: int) -> None:
    """Leads along the loops' edge run towards the box's upper and lower sides."""
    sheet = Sheet(1000, 500, pen=4)
    sheet.hatched((100, 400), (900, 400))
    sheet.hatched((150, 200), (150, 400), every=40, long=24)
    box_on(sheet, 400, 480, side)
    curls(sheet, 150, 480, 296, 362, 6)
    seen = sheet.look()
    assert kinds(seen).count("box") == 1 and kinds(seen).count("spring") == 1
    assert ("spring", ("box", "support")) in joined(seen)


def test_a_coil_takes_no_slope_for_its_lead() -> None:
    """It lies close along the slope that goes on below the box that it holds."""
    sheet = Sheet(1100, 700, pen=3)
    sheet.hatched((60, 620), (1040, 620))
    toe, top = np.array([100.0, 620.0]), np.array([950.0, 230.0])
    sheet.path((100, 620), (950, 230), (950, 620))
    up = (top - toe) / np.hypot(*(top - toe))
    off = np.array([up[1], -up[0]])

    def at(along: float, above: float) -> tuple[float, float]:
        x, y = top + along * up + above * off
        return float(x), float(y)

    sheet.hatched(at(-20, 120), at(-20, 0), side=-1, every=24, long=20)
    sheet.path(at(-340, 3), at(-340, 83), at(-420, 83), at(-420, 3), closed=True)
    turn = np.linspace(0, 16 * np.pi, 400)
    places = -320 + 260 * turn / turn[-1] + 18 * (1 - np.cos(turn))
    loops = [at(float(p), float(h)) for p, h in zip(places, 40 + 30 * np.sin(turn), strict=True)]
    sheet.path(at(-340, 40), *loops, at(-20, 40))
    seen = sheet.look()
    assert kinds(seen).count("box") == 1 and kinds(seen).count("spring") == 1
    assert "ramp" in kinds(seen)
    (found,) = [shape for shape in seen.shapes if shape.kind == "spring"]
    assert np.ptp(np.array(found.polygon)[:, 0]) < 400


def test_a_piece_without_length_is_no_flank() -> None:
    sheet = Sheet(600, 400, pen=4)
    sheet.path((60, 300), (300, 100), (540, 300))
    evidence = gather(page_of(sheet))
    spot = Segment(*[evidence.segments[0].b] * 2, np.stack([evidence.segments[0].b] * 2))
    assert spring.find(Reading(replace(evidence, pieces=(*evidence.pieces, spot)))) == []
