"""What is measured fast is what the plain way of measuring it gives."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from vision.components import around_ink, centers, extents, label_ink, pixels_from
from vision.fitting import fit_circle
from vision.geometry import area, inside, points_to_edges
from vision.grid import Grid
from vision.paper import interior, percentiles, without_rim
from vision.pieces import Segment
from vision.vectors import quantile, resample, segment_distance


def specks(seed: int = 3) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    chance = np.random.default_rng(seed).random((90, 140))
    return np.asarray(255 * (cv2.GaussianBlur(chance, (5, 5), 0) > 0.55), dtype=np.uint8)


def test_pieces_of_ink_are_measured_as_opencv_does() -> None:
    ink = specks()
    count, _, stats, middles = cv2.connectedComponentsWithStats(ink, connectivity=8)
    pixels = pixels_from(label_ink(ink), 1)
    box, size = extents(*pixels)
    assert len(size) == count > 20
    assert (box[1:] == stats[1:, :4]).all()
    assert (size[1:] == stats[1:, cv2.CC_STAT_AREA]).all()
    assert np.allclose(centers(*pixels, size)[1:], middles[1:])


def test_a_blank_page_has_no_pieces() -> None:
    box, size = extents(*pixels_from(label_ink(np.zeros((20, 30), np.uint8)), 1))
    assert len(box) == len(size) == 1 and not box.any()


@pytest.mark.parametrize("connectivity", [4, 8])
def test_pieces_of_ink_are_numbered_as_on_the_whole_page(connectivity: int) -> None:
    for top, left in ((0, 0), (11, 14), (12, 15)):
        ink = np.zeros((120, 170), np.uint8)
        ink[top : top + 90, left : left + 140] = specks()
        _, whole = cv2.connectedComponents(ink, connectivity=connectivity)
        assert (label_ink(ink, connectivity) == whole).all()


def test_ink_is_as_deep_about_itself_as_on_the_whole_page() -> None:
    ink = np.zeros((120, 170), np.uint8)
    ink[:90, 20:160] = specks()  # up to the page's edge
    about = around_ink(ink, 1)
    whole = cv2.distanceTransform(ink, cv2.DIST_L2, 3)
    assert (cv2.distanceTransform(ink[about], cv2.DIST_L2, 3) == whole[about]).all()
    assert np.count_nonzero(ink[about]) == np.count_nonzero(ink)


@pytest.mark.parametrize("count", [1, 2, 7, 40])
def test_the_quantiles_of_few_values_are_numpys(count: int) -> None:
    values = np.random.default_rng(count).normal(size=count)
    for rank in (0, 0.1, 0.5, 0.9, 1):
        assert quantile(values, rank) == pytest.approx(float(np.quantile(values, rank)), rel=1e-14)


def test_the_percentiles_of_a_channel_are_numpys() -> None:
    channel = np.random.default_rng(5).integers(0, 256, (37, 53)).astype(np.uint8)
    ranks = (0, 4, 33.3, 50, 96, 100)
    assert percentiles(channel, ranks) == pytest.approx(np.percentile(channel, ranks))


def test_ink_along_the_rim_goes_with_what_hangs_on_it_and_nothing_else() -> None:
    ink = np.zeros((60, 80), np.uint8)
    ink[2:4, 5:70] = 255  # along the edge
    ink[0:40, 75] = 255  # along another, and in
    ink[30, 40:76] = 255
    within = np.zeros_like(ink)
    within[10:50, 10:70] = 255
    left = without_rim(ink, within)
    assert not left[2:4].any(axis=0)[5:70].any()
    assert (left[0:40, 75] == 255).all() and (left[30, 40:76] == 255).all()


def test_without_a_sheet_the_interior_is_the_picture_less_its_edges() -> None:
    inside = interior((100, 200), None, 1.0)
    assert (inside[6:-6, 6:-6] == 255).all()
    assert np.count_nonzero(inside) == 88 * 188
    assert not interior((12, 200), None, 1.0).any()


def test_a_grid_returns_what_is_within_reach_wherever_its_cells_lie() -> None:
    for shift in (0.0, 4.9, 5.1, 17.3):
        grid: Grid[str] = Grid(10.0)
        grid.add((shift, 0.0), (shift + 2, 2.0), "near")
        grid.add((shift + 9.0, 0.0), (shift + 11, 2.0), "far")
        assert grid.near((shift - 4, 0.0), (shift - 3, 1.0), 5.0) == ["near"]


def test_distances_of_many_points_are_those_of_each() -> None:
    chance = np.random.default_rng(7).random
    points = 100 * chance((40, 2))
    sides = [(100 * chance(2), 100 * chance(2)) for _ in range(9)]
    sides.append((sides[0][0], sides[0][0]))  # of no length
    each = [min(segment_distance(a, b, point) for a, b in sides) for point in points]
    assert np.allclose(points_to_edges(points, sides), each)


def test_a_star_has_the_area_and_the_inside_that_opencv_finds() -> None:
    turns = np.linspace(0, 2 * np.pi, 11)[:-1]
    reach = np.where(np.arange(10) % 2, 20.0, 50.0)
    star = 60 + reach[:, None] * np.stack([np.cos(turns), np.sin(turns)], axis=1)
    contour = star.astype(np.float32)
    assert area(star) == pytest.approx(cv2.contourArea(contour), rel=1e-5)
    for place in 120 * np.random.default_rng(9).random((200, 2)):
        found = cv2.pointPolygonTest(contour, (float(place[0]), float(place[1])), True)
        assert abs(found) < 1e-3 or inside(star, place) == (found > 0)


def test_a_circle_fits_the_points_on_it() -> None:
    turns = np.linspace(0.3, 4.0, 50)
    center, radius, stray = fit_circle(
        np.array([300.0, 200.0]) + 80 * np.stack([np.cos(turns), np.sin(turns)], axis=1)
    )
    assert center == pytest.approx([300, 200], abs=1e-3)
    assert radius == pytest.approx(80, abs=1e-3) and stray < 1e-3


def test_a_straight_path_is_divided_as_one_with_a_point_on_it_is() -> None:
    a, b = np.array([3.0, 4.0]), np.array([63.0, 34.0])
    bent = np.stack([a, a + 0.3 * (b - a), b])
    assert resample(bent[[0, 2]], 2.0) == pytest.approx(resample(bent, 2.0))


def test_a_segment_knows_its_box_and_its_heading() -> None:
    ends = np.array([[10.0, 40.0], [30.0, 20.0]])
    segment = Segment(ends[0], ends[1], ends)
    assert segment.span == ((10, 20), (30, 40))
    assert segment.heading == pytest.approx(-np.pi / 4)
