"""Closed straight-sided marks: each outline is a ramp, a box or, failing both, a polygon."""

from __future__ import annotations

import numpy as np

from ..analysis import MarkKind
from ..drawn_rings import Outline
from ..mark import Mark
from ..outlines import find_outlines
from ..pieces import Segment
from ..reading import Reading
from . import polygon
from .box import as_box, without_cut_corners
from .ramp import as_ramp


def find(reading: Reading) -> list[Mark]:
    """All boxes, ramps and polygons."""
    hosts = [side for mark in _floors(reading) for side in _carriers(mark)]
    hosts += [side for mark in reading.of("box") for side in _sides(mark)]
    ground = [_host(mark) for mark in reading.of("ground") if _carries(mark)]
    marks = []
    for outline in find_outlines(reading, hosts):
        mark = as_ramp(outline, ground, reading.stroke_width)
        mark = mark or as_box(outline, reading.stroke_width)
        marks.append(mark or _as_polygon(outline))
    return marks


def find_polygons(reading: Reading) -> list[Mark]:
    """Polygons of more sides, of what is left, and boxes whose corners were cut."""
    hosts = [side for mark in _floors(reading) for side in _carriers(mark)]
    hosts += [side for mark in reading.of("box", "ramp") for side in _all_sides(mark)]
    return [without_cut_corners(mark) or mark for mark in polygon.find(reading, hosts)]


def _floors(reading: Reading) -> list[Mark]:
    """What a body may lean on or stand on: under a ceiling it would need a side of its own, and
    two lines from there to a box are what it hangs by."""
    return [mark for mark in reading.of("ground", "support") if not mark.is_ceiling]


def _as_polygon(outline: Outline) -> Mark:
    confidence = float(np.clip(0.9 - 1.5 * (1 - outline.inked), 0.5, 0.9))
    instead: MarkKind = "ramp" if len(outline.corners) == 3 else "box"
    return Mark("polygon", confidence, outline.corners, outline.claims, instead=instead)


def _all_sides(mark: Mark) -> list[Segment]:
    ends = np.roll(mark.outline, -1, axis=0) if mark.closed else mark.outline[1:]
    return [Segment(a, b, mark.outline) for a, b in zip(mark.outline, ends, strict=False)]


def _host(mark: Mark) -> Segment:
    return Segment(mark.outline[0], mark.outline[-1], mark.outline)


def _carriers(mark: Mark) -> list[Segment]:
    """The line of a ground or support, or all sides of a hatched block."""
    if len(mark.outline) < 3:
        return [_host(mark)]
    ends = np.roll(mark.outline, -1, axis=0)
    return [Segment(a, b, mark.outline) for a, b in zip(mark.outline, ends, strict=True)]


def _sides(beam: Mark) -> list[Segment]:
    """The two long sides of a beam that is known already."""
    a, b, c, d = beam.outline
    return [Segment(p, q, np.stack([p, q])) for p, q in ((a, b), (d, c))]


def _carries(mark: Mark) -> bool:
    return mark.solid is not None and float(mark.solid[1]) > 0.7
