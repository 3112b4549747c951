"""Thinning, tracing and taking strokes apart."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vision.fitting import fit_circle
from vision.joining import join_segments
from vision.page import Pixels
from vision.pieces import Arc, Segment
from vision.segmentation import take_apart
from vision.strokes import trace
from vision.thin import thin
from vision.vectors import resample

from .pens import Sheet


def parts(mask: Pixels) -> int:
    return int(cv2.connectedComponents(mask, connectivity=8)[0]) - 1


def holes(mask: Pixels) -> int:
    paper = np.pad((mask == 0).astype(np.uint8), 1, constant_values=1)
    return int(cv2.connectedComponents(paper, connectivity=4)[0]) - 2


@settings(max_examples=40)
@given(st.lists(st.tuples(*[st.integers(8, 92)] * 4), min_size=1, max_size=6), st.integers(1, 7))
def test_thinning_keeps_what_is_joined_joined_and_holes_open(
    lines: list[tuple[int, int, int, int]], width: int
) -> None:
    mask = np.zeros((100, 100), np.uint8)
    for x0, y0, x1, y1 in lines:
        cv2.line(mask, (x0, y0), (x1, y1), 255, width)
    skeleton = thin(mask)
    assert np.all(mask[skeleton > 0] > 0)
    assert parts(skeleton) == parts(mask)
    assert holes(skeleton) == holes(mask)


def test_a_skeleton_is_one_pixel_wide() -> None:
    mask = np.zeros((80, 120), np.uint8)
    cv2.line(mask, (10, 15), (110, 60), 255, 9)
    skeleton = thin(mask)
    assert 85 < int(skeleton.sum()) <= 111
    assert skeleton.sum(axis=0).max() <= 2


def test_a_cross_is_two_strokes_that_run_straight_on() -> None:
    mask = np.zeros((200, 200), np.uint8)
    cv2.line(mask, (20, 60), (180, 140), 255, 5)
    cv2.line(mask, (20, 140), (180, 60), 255, 5)
    graph = trace(mask, 5.0)
    assert sorted(round(stroke.length, -1) for stroke in graph.strokes) == [180, 180]


def test_a_ring_is_one_closed_stroke() -> None:
    mask = np.zeros((200, 200), np.uint8)
    cv2.circle(mask, (100, 100), 60, 255, 5)
    (stroke,) = trace(mask, 5.0).strokes
    assert stroke.closed
    center, radius, _ = fit_circle(stroke.points)
    assert np.allclose(center, [100, 100], atol=0.5)
    assert radius == pytest.approx(60, abs=0.7)


@pytest.mark.parametrize("width", [1, 3, 6, 9])
def test_thinning_leaves_no_spurs(width: int) -> None:
    mask = np.zeros((300, 300), np.uint8)
    cv2.polylines(mask, [np.array([[30, 40], [250, 60], [200, 250]])], False, 255, width)
    (stroke,) = trace(mask, float(width)).strokes
    assert not stroke.closed


def test_corners_part_a_rectangle_into_four_sides() -> None:
    corners = np.array([[0, 0], [200, 20], [190, 120], [-10, 100], [0, 0]], float)
    pieces = take_apart(resample(corners, 1.0), 4.0, closed=True)
    assert all(isinstance(piece, Segment) for piece in pieces)
    assert sorted(round(piece.length, -1) for piece in pieces) == [100, 100, 200, 200]


@pytest.mark.parametrize("radius", [12.0, 40.0, 300.0])
def test_a_circle_stays_whole(radius: float) -> None:
    angles = np.linspace(0, 2 * np.pi, 400)
    ring = radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    (piece,) = take_apart(ring, 4.0, closed=True)
    assert isinstance(piece, Arc)
    assert piece.radius == pytest.approx(radius, rel=0.02)


def test_a_square_is_no_circle() -> None:
    corners = np.array([[0, 0], [100, 0], [100, 100], [0, 100], [0, 0]], float)
    assert not any(isinstance(p, Arc) for p in take_apart(resample(corners, 1), 4.0, closed=True))


def segment(x0: float, y0: float, x1: float, y1: float) -> Segment:
    ends = np.array([[x0, y0], [x1, y1]])
    return Segment(ends[0], ends[1], resample(ends, 2.0))


def test_a_line_with_a_skip_is_one_line() -> None:
    lines = join_segments([segment(0, 0, 200, 2), segment(212, 2, 400, 1)], 4.0)
    assert len(lines) == 1
    assert lines[0][0].length == pytest.approx(400, abs=1)
    assert len(lines[0][1]) == 2


@pytest.mark.parametrize(
    "other",
    [
        segment(202, 14, 400, 14),
        segment(212, 10, 390, 90),
        segment(260, 0, 300, 0),
    ],
    ids=["beside", "turning", "too far"],
)
def test_other_lines_are_not_joined(other: Segment) -> None:
    assert len(join_segments([segment(0, 0, 200, 0), other], 4.0)) == 2


def test_a_barb_whose_tip_is_on_a_long_line_is_no_part_of_the_line() -> None:
    barb = segment(1066, -15, 1058, -18)
    assert len(join_segments([segment(0, 0, 1400, 0), barb], 5.8)) == 2


def test_both_sides_of_a_sharp_tip_run_out_to_its_point() -> None:
    sheet = Sheet(700, 400, pen=8)
    sheet.path((100, 120), (560, 200), (100, 280))
    mask = np.asarray((sheet.pixels.min(axis=2) < 128) * np.uint8(255))
    graph = trace(mask, 8.0)
    assert len(graph.strokes) == 1
    ends = sorted(float(end[1]) for end in graph.strokes[0].points[[0, -1]])
    assert ends == pytest.approx([120, 280], abs=5)
    assert float(graph.strokes[0].points[:, 0].max()) > 552
