"""The line down the margin of ruled paper, which is no part of the drawing on it.

It runs plumb over the whole sheet, as no drawn line does that is tied to nothing at its ends. It
may be worn to a row of dashes, and what is drawn may cross it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeGuard

import numpy as np

from .page import Page
from .pieces import Piece, Segment
from .vectors import Vector

PLUMB = np.deg2rad(4.0)
REACHES, INKED = 0.8, 0.35
"""The least share of the sheet's height that it spans, and that is inked."""
LEAST_PART = 0.03
"""The longest of its parts is at least this share of the sheet's height."""
ASIDE, BENT = 2.5, 0.008
"""How far its parts lie off one line, in stroke widths, or as a share of the sheet's height: pages
curl."""
FREE, AT_EDGE = 3.0, 0.06
"""In stroke widths: nothing else ends this near to its ends, but at the sheet's edge, as a share of
its height, where the holes of a pad are."""


def without_margins(pieces: Sequence[Piece], page: Page, stroke_width: float) -> list[Piece]:
    """A photo's pieces, in straight pixels, less those that margins' lines left."""
    if not page.photo:
        return list(pieces)
    top, bottom = _sheet_span(page)
    height = bottom - top
    within = max(ASIDE * stroke_width, BENT * height)
    gone: set[int] = set()
    for number, piece in enumerate(pieces):
        if number in gone or not _may_be_part(piece, height):
            continue
        parts = {
            other
            for other, part in enumerate(pieces)
            if float(np.abs(piece.offsets(part.points)).max()) < within
        }
        if _is_margin([pieces[part] for part in parts], height) and all(
            min(tip[1] - top, bottom - tip[1]) < AT_EDGE * height
            or _is_free(tip, parts, pieces, stroke_width)
            for tip in _tips([pieces[part] for part in parts])
        ):
            gone |= parts
    return [piece for number, piece in enumerate(pieces) if number not in gone]


def _may_be_part(piece: Piece, height: float) -> TypeGuard[Segment]:
    """Whether a piece is plumb, and long enough to say where the rest of a margin's line lies."""
    if not isinstance(piece, Segment) or piece.length < LEAST_PART * height:
        return False
    return abs(float(piece.direction[0])) < math.sin(PLUMB)


def _sheet_span(page: Page) -> tuple[float, float]:
    """Where the sheet begins and ends, or the picture where its sides don't show, as straight y."""
    corners = page.sheet or (0, 0, page.width, 0, page.width, page.height, 0, page.height)
    levels = page.image_to_straight(np.reshape(corners, (4, 2)))[:, 1]
    return float(levels[:2].max()), float(levels[2:].min())


def _is_margin(parts: Sequence[Piece], height: float) -> bool:
    """Whether parts in line span the sheet and are inked along enough of it."""
    levels = np.concatenate([part.points[:, 1] for part in parts])
    inked = sum(float(np.ptp(part.points[:, 1])) for part in parts)
    return bool(np.ptp(levels) > REACHES * height and inked > INKED * height)


def _tips(parts: Sequence[Piece]) -> tuple[Vector, Vector]:
    """The topmost and the lowest place of some parts."""
    places = np.concatenate([part.points for part in parts])
    return places[places[:, 1].argmin()], places[places[:, 1].argmax()]


def _is_free(tip: Vector, parts: set[int], pieces: Sequence[Piece], stroke_width: float) -> bool:
    """Whether no piece but some parts ends at a place."""
    return not any(
        math.dist(tip, end) < FREE * stroke_width
        for number, piece in enumerate(pieces)
        if number not in parts
        for end in (piece.a, piece.b)
    )
