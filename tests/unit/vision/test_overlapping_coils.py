"""Coils whose loops overlap, what sticks out of them, and the leads at their ends."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from vision.evidence import Evidence, gather
from vision.kinds import ground, lead
from vision.kinds.spring_ends import holder_beyond
from vision.mark import Mark, circle_outline
from vision.page import Points
from vision.pieces import Arc
from vision.prepare import prepare
from vision.reading import Reading

from .pens import Sheet, joined, kinds


def evidence_of(sheet: Sheet) -> Evidence:
    done, data = cv2.imencode(".png", sheet.pixels)
    assert done
    return gather(prepare(data.tobytes()))


def beside_a_line() -> Reading:
    """A page with nothing but a line at its foot."""
    sheet = Sheet(900, 600, pen=4)
    sheet.path((100, 550), (800, 550))
    return Reading(evidence_of(sheet))


def bar(left: float, right: float, level: float, half: float) -> Points:
    """A level spring's outline."""
    low, high = level - half, level + half
    return np.array([[left, low], [right, low], [right, high], [left, high]], dtype=np.float64)


@pytest.mark.parametrize(
    ("pen", "step", "radius"), [(3, 0.9, 36), (4, 0.5, 36), (4, 0.9, 26), (4, 1.1, 26)]
)
def test_rings_that_overlap_in_a_row_are_a_spring(pen: int, step: float, radius: float) -> None:
    """No two of the holes between them are alike."""
    sheet = Sheet(1000, 800, pen)
    sheet.hatched((350, 120), (650, 120), side=-1)
    sheet.path((500, 120), (500, 150))
    for turn in range(8):
        sheet.circle((500, 150 + radius * (1 + turn * step)), radius)
    end = 150 + radius * (2 + 7 * step)
    sheet.path((500, end), (500, end + 30))
    sheet.path((430, end + 30), (570, end + 30), (570, end + 130), (430, end + 130), closed=True)
    seen = sheet.look()
    assert kinds(seen) == ["box", "spring", "support"]
    assert joined(seen) == [("spring", ("box", "support"))]


@pytest.mark.parametrize("crossed", [False, True])
def test_a_beam_with_fields_is_no_coil(crossed: bool) -> None:
    """Its holes are alike a coil's, but it has two straight sides and nothing holds its ends."""
    sheet = Sheet(1000, 500, pen=4)
    sheet.path((200, 200), (800, 200), (800, 250), (200, 250), closed=True)
    for x in range(250, 800, 50):
        sheet.path((x, 200), (x - 50, 250))
        if crossed:
            sheet.path((x - 50, 200), (x, 250))
    assert "spring" not in kinds(sheet.look())


def test_a_lead_that_was_taken_for_a_rod_is_its_springs() -> None:
    sheet = Sheet(900, 500, pen=4)
    sheet.path((400, 205), (520, 200))
    sheet.path((520, 150), (620, 150), (620, 250), (520, 250), closed=True)
    evidence = evidence_of(sheet)
    (number,) = (n for n, piece in enumerate(evidence.pieces) if piece.points[:, 0].min() < 450)
    coil = Mark("spring", 0.9, bar(150, 400, 200, 25))
    box = Mark("box", 0.9, np.array([[520.0, 150], [620, 150], [620, 250], [520, 250]]))
    rod = Mark("rod", 0.5, np.array([[400.0, 205], [520, 200]]), claims=frozenset({number}))
    far = Mark("rod", 0.9, np.array([[700.0, 100], [800, 100]]), claims=frozenset({99}))
    marks = lead.reach_out(Reading(evidence, [coil, box, rod, far]))
    assert [mark.kind for mark in marks] == ["spring", "box", "rod"]
    assert marks[2] is far
    first, last = marks[0].ends
    assert np.allclose(first, [150, 200]) and np.allclose(last, [520, 200], atol=4)
    assert number in marks[0].claims


def test_a_spring_that_reaches_what_it_is_tied_to_leaves_rods_alone() -> None:
    sheet = Sheet(900, 500, pen=4)
    sheet.path((400, 205), (520, 200))
    evidence = evidence_of(sheet)
    coil = Mark("spring", 0.9, bar(150, 400, 200, 25))
    ball = Mark("ball", 0.9, circle_outline(np.array([430.0, 200.0]), 30.0), radius=30.0)
    rod = Mark("rod", 0.9, np.array([[400.0, 205], [520, 200]]), claims=frozenset({0}))
    marks = lead.reach_out(Reading(evidence, [coil, ball, rod]))
    assert [mark.kind for mark in marks] == ["spring", "ball", "rod"]
    assert np.allclose(marks[0].outline, coil.outline)


def test_a_ball_holds_a_spring_though_its_circle_begins_where_they_touch() -> None:
    sheet = Sheet(900, 500, pen=4)
    sheet.path((100, 100), (300, 100))
    evidence = evidence_of(sheet)
    angles = np.pi + np.linspace(0.02, 2 * np.pi - 0.02, 90)
    center = np.array([600.0, 250.0])
    rim = center + 80 * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    circle = Arc(center, 80.0, 6.2, 0.01, rim)
    reading = Reading(replace(evidence, pieces=(circle,)))
    coil = Mark("spring", 0.9, bar(200, 500, 250, 30))
    assert abs(holder_beyond(reading, coil, back=False) - 20) < 3
    assert holder_beyond(reading, coil, back=True) == np.inf


def test_tips_that_stick_out_of_a_springs_band_are_its_own() -> None:
    """But none by its ends, where what it is tied to begins."""
    sheet = Sheet(900, 500, pen=3)
    sheet.path((300, 226), (306, 241))
    sheet.path((396, 226), (396, 241))
    sheet.path((250, 260), (254, 275))
    reading = Reading(evidence_of(sheet))
    reading.accept([Mark("spring", 0.9, bar(200, 400, 200, 25))])
    reading.absorb()
    taken = [reading.evidence.pieces[number].points[:, 0].mean() for number in reading.taken]
    assert len(taken) == 1 and abs(taken[0] - 303) < 4


def test_the_strand_of_a_coil_and_its_loops_are_no_wall() -> None:
    """Its loops ran together into spikes to one side, as hatches are; between them it bows."""
    sheet = Sheet(700, 900, pen=5)
    turn = np.linspace(0, 2 * np.pi * 10, 1200)
    y = 150 + 50 * turn / (2 * np.pi) + 17 * np.sin(turn)
    x = 300 + 22 * np.cos(turn) + 6
    bows = [(float(px), float(py)) for px, py in zip(x, y, strict=True)]
    sheet.path(*bows)
    assert ground.find(Reading(evidence_of(sheet))) == []


def test_a_narrow_spring_along_a_coils_side_is_its_strand() -> None:
    reading = beside_a_line()
    coil = Mark("spring", 0.9, bar(150, 600, 200, 40))
    strand = Mark("spring", 0.8, bar(250, 500, 252, 10))
    onward = Mark("spring", 0.8, bar(500, 800, 200, 20))
    further = Mark("spring", 0.8, bar(250, 500, 290, 10))
    alike = Mark("spring", 0.8, bar(200, 550, 120, 30))
    reading.marks = [coil, strand, onward, further, alike]
    assert lead.without_strands(reading) == [coil, onward, further, alike]


@pytest.mark.parametrize(("gap", "aside", "joints"), [(0, 0, 1), (6, 3, 1), (60, 0, 0), (0, 90, 0)])
def test_springs_that_meet_end_to_end_are_joined(gap: float, aside: float, joints: int) -> None:
    reading = beside_a_line()
    one = Mark("spring", 0.9, bar(150, 400, 200, 25))
    other = Mark("spring", 0.9, bar(400 + gap, 700, 200 + aside, 25))
    reading.marks = [one, other]
    first, second, *dots = lead.joined_in_rows(reading)
    assert first is one and second is other
    assert [dot.kind for dot in dots] == ["pivot"] * joints
    if joints:
        assert abs(dots[0].center[0] - (400 + gap / 2)) < 1
        reading.marks += dots
        assert lead.joined_in_rows(reading) == reading.marks
