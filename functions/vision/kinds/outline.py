"""Closed straight-sided marks: each outline is a ramp, a box or, failing both, a polygon."""

from __future__ import annotations

import numpy as np

from ..mark import Mark
from ..outlines import find_outlines
from ..pieces import Segment
from ..reading import Reading
from .box import as_box
from .ramp import as_ramp


def find(reading: Reading) -> list[Mark]:
    """All boxes, ramps and polygons."""
    hosts = [_host(mark) for mark in reading.of("ground", "support")]
    hosts += [side for mark in reading.of("box") for side in _sides(mark)]
    ground = [_host(mark) for mark in reading.of("ground") if _carries(mark)]
    marks = []
    for outline in find_outlines(reading, hosts):
        mark = as_ramp(outline, ground, reading.stroke_width) or as_box(outline)
        marks.append(mark or Mark("polygon", 0.7, outline.corners, outline.claims(), instead="box"))
    return marks


def _host(mark: Mark) -> Segment:
    return Segment(mark.outline[0], mark.outline[-1], mark.outline)


def _sides(beam: Mark) -> list[Segment]:
    """The two long sides of a beam that is known already."""
    a, b, c, d = beam.outline
    return [Segment(p, q, np.stack([p, q])) for p, q in ((a, b), (d, c))]


def _carries(mark: Mark) -> bool:
    return mark.solid is not None and float(mark.solid[1]) > 0.7
