"""Ink apart from paper, whatever the light.

The background is a grey closing (for dark ink) or opening (for light ink) with a window wider than
a stroke and narrower than anything else: it follows shadow edges exactly, where a mean or a median
would leave a ghost line along them. What stands out from it is ink by hysteresis with a short
reach: certain where the contrast is full, and from there as far as a worn stroke's gaps. So the
faint rules of squared and lined paper never join in, though they touch every stroke. What was
blacked in is wider than the window and is found again at a coarse scale.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from .components import around_ink, extents, label_ink, pixels_from
from .page import INK, Pixels
from .paper import Sheet, level_at, percentiles

SURE = 0.5
FAINT = 0.3
"""Contrast, as a share of the page's full ink, at which ink is certain, and at which it is still
ink beside certain ink: worn chalk, a dry pen, a blurred thin stroke."""
GROWTH_STROKES = 0.8
"""How far from certain ink faint ink may be, in stroke widths."""
RARE, RARE_ON_PAGE = 0.03, 0.0008
"""A darker class that is a smaller share than these of all that stands out, and of the page, is
dirt. The rules of a large sheet stand out far more often than a small drawing on it."""
FILLED_SIDE, MOST_SPOTS = 300, 2000
"""What was blacked in is looked for at this size, in so many spots."""
BLOCKS = (9, 12)
"""Rows and columns of blocks of the page: as wide as the widest rules stand apart, and so narrow
that a drawing leaves some empty."""
EMPTIEST, PRINTED = 10, 99.5
"""Percentiles: of a page's blocks so many hold nothing drawn, and of their pixels most are no more
than this one, which is a rule where there are any."""
EVENLY_PRINTED = 1.4
"""Rules stand out by up to this much more in one block than in another, by light and focus."""
BESIDE_PRINT, ABOVE_PRINT = 0.9, 1.25
"""How much of the contrast of what is printed on a page may be ink beside ink, and is ink: rules
are darker where they cross."""
FILLED_STROKES = 2.0
GRAIN_STROKES = 0.35
FINE_WINDOW = 0.6 / 40
"""Width of spot, as a share of the longer side, that the window of `prepare` leaves whole."""
OPEN_RIM = 0.2
"""A spot that goes on over more than this share of its surroundings is shade."""
BROADEST_SPOT = 0.22
"""The largest blacked-in mark, as a share of the picture's longer side."""
LIGHT_SIDE = 160
LIGHT_WINDOW = 11
"""Whether ink is light or dark shows at this size, against a median of this width."""
MOSTLY_LIGHT = 4.0
"""Energy of light strokes over that of dark ones from which ink is chalk: on boards it is 12 and
more, while the grain of a dim page that holds a small dark drawing makes it 1."""
LIT_SIDE = 320
UNEVEN = 5.0
"""Of 255. A scan or a drawing on a screen has 0 to 1, a photo 10 and more."""
STAIRCASE = 0.95
"""An edge of pixels is longer than the line that it stands for, by 0 to 8 %."""
LEAST_CONTRAST = 14.0
"""Of 255. Less cannot be told from a sensor's noise or JPEG's ringing."""


@dataclass(frozen=True, eq=False)
class Contrast:
    """How far each pixel stands out from its surroundings.

    `map` is (h, w) uint8, 0 on paper; `channel` is the channel of the image, (h, w) uint8, that it
    was measured in, with dark ink; `light_ink` is true for chalk on a board. `full` is the
    contrast of the page's typical ink, `noise` of its paper and `printed` (rows, columns of
    `BLOCKS`) of the rules on it, or of what shows through it, all in the map's unit.
    """

    map: Pixels
    channel: Pixels
    light_ink: bool
    full: float
    noise: float
    printed: npt.NDArray[np.float32]


def is_light_ink(image: Pixels, sheet: Sheet | None = None) -> bool:
    """Whether strokes are lighter than their ground, by how much of the energy theirs is.

    Args:
        image: (h, w, 3) uint8 BGR.
        sheet: where only to look.
    """
    small = shrink(image, LIGHT_SIDE)
    grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)
    # A wide median is paper even between the turns of a spring, and follows shadow edges.
    stands_out = grey.astype(np.float32) - cv2.medianBlur(grey, LIGHT_WINDOW)
    if sheet is not None:
        on_sheet = sheet.mask(grey.shape, small.shape[1] / image.shape[1])
        # Along its edges a sheet stands out from the desk.
        inner = cv2.erode(on_sheet, np.ones((LIGHT_WINDOW, LIGHT_WINDOW), np.uint8))
        stands_out[inner == 0] = 0
    dark, light = np.minimum(stands_out, 0), np.maximum(stands_out, 0)
    return float(np.square(light).sum()) > MOSTLY_LIGHT * float(np.square(dark).sum())


def is_unevenly_lit(image: Pixels) -> bool:
    """Whether the paper of an image (h, w, 3) uint8 BGR is as unevenly bright as in a photo."""
    channel = _ink_channel(shrink(image, LIT_SIDE), light_ink=False)
    paper = cv2.morphologyEx(channel, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    low, high = percentiles(cv2.blur(paper, (9, 9)), (5, 95))
    return high - low > UNEVEN


def measure_contrast(
    image: Pixels,
    *,
    light_ink: bool,
    window: int,
    soften: bool = True,
    on_sheet: Pixels | None = None,
    inside: Pixels | None = None,
) -> Contrast:
    """The contrast of an image (h, w, 3) uint8 BGR against a background window of odd `window` px.

    `soften` evens out a sensor's noise; an image made smaller has none left. What lies off the
    sheet, where the mask `on_sheet` (h, w) is 0, has no contrast: a desk's grain says nothing of
    the paper's. How dark ink is, is measured where the mask `inside` (h, w) is not 0: an edge with
    the desk behind it is darker.
    The darkest channel tells ink of any colour from white, the lightest tells chalk from a board.
    """
    channel = _ink_channel(image, light_ink)
    softened = cv2.GaussianBlur(channel, (3, 3), 0) if soften else channel
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (window, window))
    ground = cv2.morphologyEx(softened, cv2.MORPH_CLOSE, kernel)
    stands_out = _stands_out(ground, softened, light_ink)
    if on_sheet is not None:
        stands_out[on_sheet == 0] = 0
    return _rate(stands_out, channel, light_ink, on_sheet if inside is None else inside)


def _ink_channel(image: Pixels, light_ink: bool) -> Pixels:
    """One channel in which ink is dark: the darkest of dark ink's, the lightest of chalk's."""
    blue, green, red = cv2.split(image)
    if light_ink:
        return np.asarray(255 - cv2.max(cv2.max(blue, green), red), dtype=np.uint8)
    return np.asarray(cv2.min(cv2.min(blue, green), red), dtype=np.uint8)


def _stands_out(ground: cv2.typing.MatLike, channel: cv2.typing.MatLike, light_ink: bool) -> Pixels:
    """How far ink is below its ground: of dark ink, relative to the light that falls there."""
    below = cv2.subtract(ground, channel)
    if light_ink:
        return np.asarray(below, dtype=np.uint8)
    lit = np.maximum(ground, np.uint8(24))
    return np.asarray(cv2.divide(below, lit, scale=255.0), dtype=np.uint8)


def _rate(stands_out: Pixels, channel: Pixels, light_ink: bool, inside: Pixels | None) -> Contrast:
    seen = stands_out[::2, ::2]
    seen = seen.ravel() if inside is None else seen[inside[::2, ::2] > 0]
    counts = np.bincount(seen, minlength=256).astype(np.float64)
    share = np.cumsum(counts) / counts.sum()
    paper = int(np.searchsorted(share, 0.5))
    # Below the middle there is paper only, however much is drawn.
    spread = paper - int(np.searchsorted(share, 0.15))
    noise = paper + 3.0 * spread
    printed = _measure_print(stands_out, inside)
    above_print = ABOVE_PRINT * float(printed.max())
    if counts[int(above_print) + 1 :].sum() < RARE_ON_PAGE * counts.sum():
        # Drawn all over: the emptiest blocks show ink.
        printed, above_print = np.zeros_like(printed), 0.0
    floor = int(max(noise, LEAST_CONTRAST, above_print))
    tail = counts[floor + 1 :]
    if tail.sum() < 8:
        return Contrast(stands_out, channel, light_ink, 0.0, noise, printed)
    rare = min(RARE * tail.sum(), RARE_ON_PAGE * counts.sum())
    full = floor + 1 + _full(tail, rare)
    return Contrast(stands_out, channel, light_ink, full, noise, printed)


def _measure_print(stands_out: Pixels, inside: Pixels | None) -> npt.NDArray[np.float32]:
    """How far what is no ink stands out in each block of a page, by those where nothing is drawn.

    A block that stands out as little as the emptiest ones speaks for itself; of one with ink on it
    as much is taken as of those.
    """
    rows, columns = (
        np.linspace(0, size, parts + 1).astype(int)
        for size, parts in zip(stands_out.shape, BLOCKS, strict=True)
    )
    # Of every other pixel of each block, one histogram.
    down, across = (
        np.concatenate([np.arange(*block, 2) for block in pairwise(edges)])
        for edges in (rows, columns)
    )
    row = np.searchsorted(rows, down, "right") - 1
    column = np.searchsorted(columns, across, "right") - 1
    block = (row[:, None] * BLOCKS[1] + column).astype(np.uint16)
    bins = block * 256 + stands_out[np.ix_(down, across)]
    size = 256 * BLOCKS[0] * BLOCKS[1]
    # Many times as fast as np.bincount of so many bins.
    counts = cv2.calcHist([bins], [0], None, [size], [0, size]).astype(np.int64)
    levels = level_at(counts.reshape(*BLOCKS, 256), PRINTED).astype(np.float32)
    if inside is not None:
        least = np.minimum.reduceat(np.minimum.reduceat(inside, rows[:-1]), columns[:-1], axis=1)
        levels[least == 0] = np.inf
    seen = levels[np.isfinite(levels)]
    if not len(seen):
        return np.zeros(BLOCKS, np.float32)
    empty = levels <= EVENLY_PRINTED * np.percentile(seen, EMPTIEST)
    return np.where(empty, levels, np.median(levels[empty])).astype(np.float32)


def _full(tail: npt.NDArray[np.float64], rare: float) -> float:
    """The level of full ink in a histogram of all that stands out at all.

    The darker class by Otsu's threshold ("A threshold selection method from gray-level histograms",
    1979): the lighter one is the paper's rules, or the soft edges of the strokes.
    """
    levels = np.arange(len(tail))
    below = np.cumsum(tail)
    above = below[-1] - below
    mass = np.cumsum(tail * levels)
    with np.errstate(divide="ignore", invalid="ignore"):
        between = below * above * (mass / below - (mass[-1] - mass) / above) ** 2
    split = int(np.nanargmax(between))
    upper = np.where(levels > split, tail, 0.0)
    if upper.sum() < rare:
        upper = tail
    return float(np.searchsorted(np.cumsum(upper), 0.6 * upper.sum()))


def mask_ink(contrast: Contrast, stroke_width: float = 4.0) -> Pixels:
    """Ink by hysteresis, (h, w) uint8 of 0 and 255; all zero on a blank page."""
    if contrast.full <= 0:
        return np.zeros_like(contrast.map)
    faint = _above(contrast, FAINT, BESIDE_PRINT)
    sure = _above(contrast, SURE, ABOVE_PRINT)
    reach = 2 * max(1, round(GROWTH_STROKES * stroke_width)) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    return np.asarray(cv2.bitwise_and(faint, cv2.dilate(sure, kernel)), dtype=np.uint8)


def _above(contrast: Contrast, of_ink: float, of_print: float) -> cv2.typing.MatLike:
    """Where a page stands out by more than shares of its ink and of what is printed there."""
    floor = max(of_ink * contrast.full, contrast.noise, LEAST_CONTRAST)
    levels = np.maximum(of_print * contrast.printed, floor).astype(np.uint8)
    height, width = contrast.map.shape
    level = cv2.resize(levels, (width, height), interpolation=cv2.INTER_LINEAR)
    return cv2.compare(contrast.map, level, cv2.CMP_GT)


def mask_filled(contrast: Contrast, stroke_width: float) -> Pixels:
    """Spots that were blacked in, (h, w) uint8 of 0 and 255: too broad for the stroke's window.

    They stand out as much as ink from the page at large, are compact, and keep off the border,
    which shadows and the edge of the desk do not.
    """
    channel = contrast.channel
    height, width = channel.shape
    factor = min(1.0, FILLED_SIDE / max(height, width))
    small = cv2.resize(channel, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    window = round(max(small.shape) * BROADEST_SPOT) | 1
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (window, window))
    ground = cv2.morphologyEx(small, cv2.MORPH_CLOSE, kernel)
    filled = np.zeros_like(channel)
    if contrast.full <= 0:
        return filled
    enough = 0.6 * contrast.full
    _, broad = cv2.threshold(_stands_out(ground, small, contrast.light_ink), enough, INK, 0)
    # Cut the strokes off: a spot may hang on half the drawing by them.
    core = round(FILLED_STROKES * stroke_width * factor) | 1
    broad = cv2.morphologyEx(
        broad, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (core, core))
    )
    labels = label_ink(np.asarray(broad, dtype=np.uint8), connectivity=4)
    boxes, areas = extents(*pixels_from(labels, 1))
    rows, columns = small.shape
    for label, area in enumerate(areas[1:MOST_SPOTS].tolist(), 1):
        x, y, w, h = (int(value) for value in boxes[label])
        if x == 0 or y == 0 or x + w == columns or y + h == rows:
            continue
        if max(w, h) > window or min(w, h) < 1.5 * stroke_width * factor or area < 6:
            continue
        # In full resolution, against the ground that was found here.
        left, top = int(x / factor) - 2, int(y / factor) - 2
        right, bottom = int((x + w) / factor) + 3, int((y + h) / factor) + 3
        part = np.s_[max(top, 0) : bottom, max(left, 0) : right]
        spot = np.s_[y : y + h, x : x + w]
        levels = np.sort(ground[spot][labels[spot] == label])
        level = np.full_like(channel[part], levels[len(levels) // 2])
        _, ink = cv2.threshold(
            _stands_out(level, channel[part], contrast.light_ink), enough, INK, 0
        )
        rim = np.concatenate([ink[0], ink[-1], ink[:, 0], ink[:, -1]])
        if np.count_nonzero(rim) > OPEN_RIM * len(rim):
            continue
        # Narrower spots survive in the fine window; letters must not be closed up here.
        size = round(max(FILLED_STROKES * stroke_width, FINE_WINDOW * max(height, width))) | 1
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
        # Chalk has holes in it. They are finer than what parts the strokes of a letter.
        hole = max(3, round(GRAIN_STROKES * stroke_width) | 1)
        whole = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((hole, hole), np.uint8))
        found = cv2.morphologyEx(whole, cv2.MORPH_OPEN, disc)
        if not np.any(found):
            continue
        spots = np.zeros_like(channel)
        spots[part] = found
        margin = round(5.0 * stroke_width) + 4
        about = np.s_[
            max(top - margin, 0) : bottom + margin, max(left - margin, 0) : right + margin
        ]
        if _darker_than_about(spots[about], channel[about], contrast, stroke_width):
            filled[part] = cv2.bitwise_or(filled[part], found)
    return filled


def _darker_than_about(
    spot: cv2.typing.MatLike, channel: Pixels, contrast: Contrast, stroke_width: float
) -> bool:
    """Whether a spot is darker than the paper just beside it, not only than the page at large."""
    near, far = (
        cv2.dilate(spot, np.ones((reach, reach), np.uint8))
        for reach in (2 * round(2.0 * stroke_width) + 1, 2 * round(5.0 * stroke_width) + 3)
    )
    about = channel[(far > 0) & (near == 0)]
    if not len(about):
        return True
    # Paper is the brighter half of what lies about: strokes run up to a spot.
    paper = max(float(np.percentile(about, 75)), 24.0)
    below = paper - float(np.median(channel[spot > 0]))
    rated = below if contrast.light_ink else 255.0 * below / paper
    return rated > SURE * contrast.full


def even_out(contrast: Contrast) -> Pixels:
    """The page as dark ink on white paper, (h, w) uint8, whatever it was drawn on."""
    if contrast.full <= 0:
        return np.full_like(contrast.map, 255)
    scaled = cv2.convertScaleAbs(contrast.map, alpha=235.0 / contrast.full)
    return np.asarray(255 - scaled, dtype=np.uint8)


def stroke_width(mask: Pixels) -> float:
    """The usual width of strokes in px: their area over their length. Zero for an empty mask.

    A stroke has two edges as long as itself. What was filled in counts to the depth of a stroke
    only, measured along the middles of most. Depth alone comes in whole pixels, and so would say
    another width of the same strokes at another scale.
    """
    mask = mask[around_ink(mask, 1)]
    edges, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    if not edges:
        return 0.0
    depth = cv2.distanceTransform(mask, cv2.DIST_L2, 3)
    ridge = (depth >= cv2.dilate(depth, np.ones((3, 3), np.uint8))) & (mask > 0)
    within = 2 * float(np.median(depth[ridge])) + 0.5
    area = np.count_nonzero(mask) - np.count_nonzero(depth > within)
    # A spot of one pixel has an edge of no length.
    length = sum(max(cv2.arcLength(edge, True), 2.0) for edge in edges) / 2
    return float(STAIRCASE * area / length)


def shrink(image: Pixels, side: int) -> Pixels:
    """The image with its longer side at most `side` px."""
    factor = side / max(image.shape[:2])
    if factor >= 1:
        return image
    return np.asarray(
        cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), dtype=np.uint8
    )
