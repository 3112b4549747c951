"""Supports drawn as hatched blocks: where the hatches run together, and what is no such block."""

from __future__ import annotations

import math

import numpy as np
import pytest

from vision.hatched import find_blocks

from .pens import Sheet, joined, kinds

LEFT, TOP, RIGHT, BOTTOM = 380.0, 80.0, 620.0, 160.0


def hatch(sheet: Sheet, every: float, slope: float = 1.0, inset: float = 0.0) -> None:
    """Slanted strokes inside the block, cut to it."""
    high = BOTTOM - TOP - 2 * inset
    for x in np.arange(LEFT - slope * high + every, RIGHT, every):
        first, last = max(x, LEFT), min(x + slope * high, RIGHT)
        if last - first > 6:
            ends = [(end, BOTTOM - inset - (end - x) / slope) for end in (first, last)]
            sheet.path(*[(float(end), float(level)) for end, level in ends])


def frame(sheet: Sheet) -> None:
    sheet.path((LEFT, TOP), (RIGHT, TOP), (RIGHT, BOTTOM), (LEFT, BOTTOM), closed=True)


def ink(sheet: Sheet) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    """Its dark pixels as a mask."""
    return np.where(sheet.pixels[..., 0] < 128, 255, 0).astype(np.uint8)


@pytest.mark.parametrize(("every", "spot"), [(14, 12), (20, 16), (26, 12)])
def test_close_hatches_with_a_dot_on_the_side_are_a_support(every: float, spot: float) -> None:
    """The rod's dot breaks the lower side, and the paper between hatches is narrow."""
    sheet = Sheet(pen=4)
    frame(sheet)
    hatch(sheet, every)
    sheet.circle((500, BOTTOM), spot, filled=True)
    sheet.path((500, BOTTOM), (430, 420))
    sheet.circle((416, 480), 60)
    seen = sheet.look()
    assert kinds(seen) == ["ball", "pivot", "rod", "support"]
    assert joined(seen) == [("hinge", ("ball", "support"))]
    x, y, width, height = next(shape for shape in seen.shapes if shape.kind == "support").bbox
    assert np.allclose((x, y, x + width, y + height), (LEFT, TOP, RIGHT, BOTTOM), atol=8)


@pytest.mark.parametrize("slope", [0.6, 1.0, -1.0, 1.8])
@pytest.mark.parametrize(("pen", "every"), [(3, 26), (5, 24), (7, 26)])
def test_hatches_of_any_slant_make_a_block(pen: int, every: float, slope: float) -> None:
    sheet = Sheet(pen=pen)
    frame(sheet)
    hatch(sheet, every, abs(slope))
    mask = ink(sheet)
    if slope < 0:
        mask = np.ascontiguousarray(mask[:, ::-1])
    (block,) = find_blocks(mask, pen)
    assert np.allclose(block.min(axis=0), (LEFT, TOP), atol=pen)
    assert np.allclose(block.max(axis=0), (RIGHT, BOTTOM), atol=pen)


def test_hatches_that_stop_short_between_bowed_sides_are_a_block() -> None:
    """Slabs of paper in a row are like the loops of a coil; this was read as a spring."""
    sheet = Sheet(pen=4)
    places = np.linspace(0, 1, 30)
    bow = 3 * np.sin(math.pi * places)
    for level in (TOP, BOTTOM):
        path = zip(LEFT + places * (RIGHT - LEFT), level + bow, strict=True)
        sheet.path(*[(float(x), float(y)) for x, y in path])
    for x in (LEFT, RIGHT):
        sheet.path((x, TOP), (x, BOTTOM))
    hatch(sheet, 20, inset=2)
    (block,) = find_blocks(ink(sheet), 4.0)
    assert np.allclose(block.min(axis=0), (LEFT, TOP), atol=8)
    assert np.allclose(block.max(axis=0), (RIGHT, BOTTOM), atol=8)


@pytest.mark.parametrize("what", ["upright", "empty", "coil", "zigzag", "one side", "crossed"])
def test_what_is_not_hatched_aslant_between_two_sides_is_no_block(what: str) -> None:
    sheet = Sheet(pen=4)
    middle = (TOP + BOTTOM) / 2
    if what != "one side":
        frame(sheet)
    if what == "upright":
        for x in np.arange(LEFT + 14, RIGHT, 14):
            sheet.path((float(x), TOP), (float(x), BOTTOM))
    elif what == "coil":
        sheet.coil((LEFT, middle), (RIGHT, middle), half=34)
    elif what == "zigzag":
        sheet.zigzag((LEFT, middle), (RIGHT, middle), teeth=8, half=38)
    elif what == "one side":
        sheet.path((LEFT, BOTTOM), (RIGHT, BOTTOM))
        hatch(sheet, 14)
    elif what == "crossed":
        sheet.path((LEFT, TOP), (RIGHT, BOTTOM))
        sheet.path((LEFT, BOTTOM), (RIGHT, TOP))
    assert not find_blocks(ink(sheet), 4.0)
