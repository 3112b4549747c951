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

PLUMB = np.deg2rad(4.0)
REACHES, INKED = 0.8, 0.35
"""The least share of the sheet's height that it spans, and that is inked."""
LEAST_PART = 0.03
"""The longest of its parts is at least this share of the sheet's height."""
ASIDE, BENT = 2.5, 0.008
"""How far its parts lie off one line, in stroke widths, or as a share of the sheet's height: pages
curl."""
FREE = 3.0
"""In stroke widths: nothing else ends this near to its ends."""


def without_margins(pieces: Sequence[Piece], page: Page, stroke_width: float) -> list[Piece]:
    """A photo's pieces, in straight pixels, less those that margins' lines left."""
    if not page.photo:
        return list(pieces)
    height = _sheet_height(page)
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
        if _is_margin([pieces[part] for part in parts], height) and _ends_free(
            parts, pieces, stroke_width
        ):
            gone |= parts
    return [piece for number, piece in enumerate(pieces) if number not in gone]


def _may_be_part(piece: Piece, height: float) -> TypeGuard[Segment]:
    """Whether a piece is plumb, and long enough to say where the rest of a margin's line lies."""
    if not isinstance(piece, Segment) or piece.length < LEAST_PART * height:
        return False
    return abs(float(piece.direction[0])) < math.sin(PLUMB)


def _sheet_height(page: Page) -> float:
    """The height of the sheet, or of the picture where its sides don't show, in straight pixels."""
    corners = page.sheet or (0, 0, page.width, 0, page.width, page.height, 0, page.height)
    straight = page.image_to_straight(np.reshape(corners, (4, 2)))
    return float((straight[2:, 1] - straight[1::-1, 1]).min())


def _is_margin(parts: Sequence[Piece], height: float) -> bool:
    """Whether parts in line span the sheet and are inked along enough of it."""
    levels = np.concatenate([part.points[:, 1] for part in parts])
    inked = sum(float(np.ptp(part.points[:, 1])) for part in parts)
    return bool(np.ptp(levels) > REACHES * height and inked > INKED * height)


def _ends_free(parts: set[int], pieces: Sequence[Piece], stroke_width: float) -> bool:
    """Whether nothing else ends where the topmost and the lowest of some parts end."""
    places = np.concatenate([pieces[part].points for part in parts])
    tips = (places[places[:, 1].argmin()], places[places[:, 1].argmax()])
    return not any(
        math.dist(tip, end) < FREE * stroke_width
        for number, piece in enumerate(pieces)
        if number not in parts
        for end in (piece.a, piece.b)
        for tip in tips
    )
