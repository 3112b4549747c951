"""From a prepared page to its marks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .analysis import Box, Warning
from .errors import NothingToRead
from .evidence import gather
from .kinds import FINDERS, REVISERS
from .kinds.arrow import settled
from .kinds.pivot import is_doubtful
from .mark import Marks
from .page import Page
from .reading import Reading
from .text_box import TextBox
from .writing import find_writing, measure_small


def find_marks(page: Page, writing: Sequence[TextBox] | None = None) -> Marks:
    """All marks of a page.

    Args:
        writing: what `find_writing` found there, where it is known already.

    Raises:
        NothingToRead: no ink on it, or nothing but writing.
    """
    pieces = measure_small(page) if writing is None else None
    boxes = find_writing(page, pieces) if writing is None else writing
    evidence = gather(page, boxes, None if pieces is None else pieces.map)
    reading = Reading(evidence)
    for find in FINDERS:
        found = find(reading)
        if found:
            reading.accept(found)
            reading.absorb()
    for revise in REVISERS:
        reading.marks = list(revise(reading))
    reading.marks = [
        settled(reading, mark) for mark in reading.marks if not is_doubtful(reading, mark)
    ]
    warnings = tuple(_unread(reading))
    if not reading.marks and not warnings:
        raise NothingToRead(
            "There is writing on the page, but no drawing." if boxes else "No mark was found.",
            suggestion="Draw the things that move and what holds them; labels go beside them.",
            bbox=page.ink_box(),
        )
    return Marks(
        width=page.width,
        height=page.height,
        stroke_width=evidence.stroke_width,
        marks=tuple(reading.marks),
        rectify=evidence.page.rectify,
        sheet_width=evidence.page.sheet_width(),
        warnings=warnings,
    )


def _unread(reading: Reading) -> list[Warning]:
    """A warning for each piece of ink that no mark explains."""
    warnings: list[Warning] = []
    for line in reading.free_lines():
        if line.segment.length < 4 * reading.stroke_width:
            continue
        ends = reading.evidence.page.straight_to_image(np.stack([line.segment.a, line.segment.b]))
        low, high = ends.min(axis=0), ends.max(axis=0)
        box: Box = (float(low[0]), float(low[1]), float(high[0] - low[0]), float(high[1] - low[1]))
        warnings.append(
            Warning(
                "UNREAD_MARK",
                "A stroke here was not understood and is left out.",
                bbox=box,
                suggestion="Join it to the mark it belongs to, or draw it more clearly.",
                correction={
                    "shapes": {f"u{len(warnings) + 1}": {"kind": "rod", "polygon": ends.tolist()}}
                },
            )
        )
    return warnings
