"""The shape of a body or of something fixed, as the scene knows it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from . import geometry as geo
from .figures import Figure
from .geometry import Vec
from .joins import Joins
from .resting import surfaces
from .scene import Disc, HalfPlane, Outline, Pieces, Rect

_SLAB_PART = 0.05
"""How thick the solid behind a line is, as a part of the picture's width."""

_WEDGE_PART = 0.05
"""How thick a ramp drawn as one line is at its top, as a part of its length."""

_NO_AREA = 1e-3
"""An outline that covers less than this part of the square of its length covers nothing."""

_TIP_PART = 0.006
"""How wide a fulcrum's tip is, as a part of the beam on it: what nearly balances stays."""


def outline_of(
    figure: Figure, joins: Joins, width_m: float, *, endless: bool
) -> tuple[Outline, Vec, float]:
    """A figure's outline, position and angle; `endless` lets a floor reach on without end."""
    if figure.is_round:
        return Disc(figure.radius), figure.centre, figure.angle
    if len(figure.corners) == 2 and figure.kind != "ramp":
        return _behind_line(figure, width_m, endless)
    if figure.width > 0 and figure.height > 0:
        return Rect(figure.width, figure.height), figure.centre, figure.angle
    corners = _ramp(figure, joins) if figure.kind == "ramp" else figure.outline
    low, high = max(
        ((a, b) for a in corners for b in corners), key=lambda ends: geo.distance(*ends)
    )
    if abs(geo.signed_area(corners)) < _NO_AREA * geo.distance(low, high) ** 2:
        # What was corrected to be a ramp, or set on its ground, may have all its corners in a row.
        corners = _wedge(low, high)
    if geo.signed_area(corners) < 0:
        corners.reverse()
    pieces = geo.convex_pieces(corners)
    centre = geo.centroid(corners)
    local = tuple(tuple(geo.sub(corner, centre) for corner in piece) for piece in pieces)
    return Pieces(local), centre, 0.0


def _behind_line(figure: Figure, width_m: float, endless: bool) -> tuple[Outline, Vec, float]:
    """What is solid behind a line: half the plane under a floor, else a slab."""
    _, normal = surfaces(figure)[0]
    angle = math.atan2(normal[1], normal[0]) - math.pi / 2
    middle = geo.middle(*figure.outline)
    if figure.kind == "ground" and normal[1] > 0.5 and endless:
        return HalfPlane(), middle, angle
    thick = _SLAB_PART * width_m
    centre = geo.sub(middle, geo.scale(normal, thick / 2))
    return Rect(max(figure.width, 1e-3), thick), centre, angle


def _ramp(figure: Figure, joins: Joins) -> list[Vec]:
    corners = figure.outline
    if len(corners) == 2:
        return _wedge(corners[0], corners[1])
    foot, apex, heel = corners
    beam = _beam_on_tip(figure, joins)
    if beam is None:
        return corners
    half = min(_TIP_PART * beam.size / 2, 0.2 * abs(heel[0] - foot[0]))
    half = math.copysign(half, apex[0] - foot[0])
    return [foot, (apex[0] - half, apex[1]), (apex[0] + half, apex[1]), heel]


def _wedge(foot: Vec, top: Vec) -> list[Vec]:
    """A line as something solid that lies under it."""
    under = geo.scale(geo.left_of(geo.sub(top, foot)), _WEDGE_PART)
    under = under if under[1] < 0 else geo.scale(under, -1.0)
    return [foot, top, geo.add(top, under)]


def _beam_on_tip(ramp: Figure, joins: Joins) -> Figure | None:
    """The level box that lies on a ramp's tip as on a fulcrum."""
    apex = ramp.outline[1]
    for pair in joins.contacts:
        if ramp not in pair:
            continue
        other = pair[0] if pair[1] is ramp else pair[1]
        if other.fixed or other.kind != "box" or abs(math.sin(2 * other.angle)) > 1e-3:
            continue
        inner: Sequence[float] = other.local(apex)
        near = abs(abs(inner[1]) - other.height / 2) < 0.1 * other.size
        if near and abs(inner[0]) < 0.48 * other.width:
            return other
    return None
