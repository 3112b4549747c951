import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes import geometry as geo

L_SHAPE = [(0.0, 0.0), (2.0, 0.0), (2.0, 1.0), (1.0, 1.0), (1.0, 3.0), (0.0, 3.0)]
STAR = [
    (
        (2 if i % 2 == 0 else 0.8) * math.cos(i * math.pi / 5),
        (2 if i % 2 == 0 else 0.8) * math.sin(i * math.pi / 5),
    )
    for i in range(10)
]


@pytest.mark.parametrize("polygon", [L_SHAPE, STAR, L_SHAPE[:3]])
def test_convex_pieces_are_convex_and_cover_the_polygon(polygon):
    pieces = geo.convex_pieces(polygon)
    assert sum(map(geo.signed_area, pieces)) == pytest.approx(geo.signed_area(polygon))
    for piece in pieces:
        assert len(geo.convex_hull(piece)) == len(piece)


def test_an_l_is_cut_into_two():
    assert len(geo.convex_pieces(L_SHAPE)) == 2


points = st.tuples(st.floats(-100, 100), st.floats(-100, 100))


@given(points, st.floats(-7, 7), points)
def test_turning_back_undoes_a_turn(point, angle, about):
    back = geo.turn(geo.turn(point, angle, about), -angle, about)
    assert back == pytest.approx(point, abs=1e-9)


@given(st.lists(points, min_size=3, max_size=20))
def test_a_hull_holds_all_its_points(cloud):
    hull = geo.convex_hull(cloud)
    if len(hull) < 3 or geo.signed_area(hull) < 1e-3:
        return
    for point in cloud:
        sides = zip(hull, (*hull[1:], hull[0]), strict=True)
        assert all(geo.cross(geo.sub(b, a), geo.sub(point, a)) > -1e-6 for a, b in sides)


def test_the_centroid_of_a_triangle_is_the_mean_of_its_corners():
    assert geo.centroid([(0, 0), (3, 0), (0, 6)]) == pytest.approx((1, 2))


def test_angles_wrap_to_the_nearest():
    assert geo.wrap(math.radians(95), math.pi / 2) == pytest.approx(math.radians(5))
    assert geo.wrap(math.radians(-350)) == pytest.approx(math.radians(10))
