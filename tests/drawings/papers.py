"""What is drawn on and with: colours, papers, ruled or plain, and ink laid on them."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from .sheet import Sheet, ink_masks, page_to_pixels

Image = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
Matrix = npt.NDArray[np.float64]
Rgb = tuple[float, float, float]

BLACKS: tuple[Rgb, ...] = ((20, 20, 24), (45, 45, 50), (0, 0, 0), (60, 58, 62))
INKS: tuple[Rgb, ...] = (
    (25, 60, 160),
    (15, 30, 95),
    (170, 30, 40),
    (20, 110, 60),
    (110, 40, 130),
    (20, 20, 24),
    (190, 90, 20),
)
CHALKS: tuple[Rgb, ...] = (
    (240, 240, 235),
    (235, 225, 150),
    (240, 180, 190),
    (170, 215, 235),
    (180, 225, 180),
)
BOARDS: tuple[Rgb, ...] = ((38, 72, 52), (30, 58, 46), (36, 38, 40), (30, 46, 66), (58, 66, 60))
PAPERS: tuple[Rgb, ...] = ((255, 255, 255), (250, 248, 240), (246, 246, 250), (248, 243, 228))


@dataclass(frozen=True, eq=False)
class Picture:
    """An upright picture and how it is stored: (h, w, 3) uint8 RGB; page units to its pixels.

    `page_width` is how wide the page in it is, in page units, where it is more than the sheet.
    """

    pixels: Image
    to_pixels: Matrix
    media_type: str = "image/png"
    quality: int = 90
    orientation: int = 1
    page_width: float | None = None


def plain_matrix(sheet: Sheet, width_px: int) -> Matrix:
    """Page units to pixels for a sheet seen from the front."""
    return np.vstack([page_to_pixels(sheet, width_px / sheet.width), [0, 0, 1]])


def pens(rng: np.random.Generator, colours: tuple[Rgb, ...]) -> dict[int, Rgb]:
    """A colour for each pen: marks, writing, accents; often all the same."""
    first = colours[rng.integers(len(colours))]
    other = colours[rng.integers(len(colours))]
    third = colours[rng.integers(len(colours))]
    writing = other if rng.random() < 0.35 else first
    return {0: first, 1: writing, 2: third if rng.random() < 0.3 else first}


def inked(
    ground: Floats,
    sheet: Sheet,
    width_px: int,
    stroke_px: float,
    colours: dict[int, Rgb],
    *,
    opacity: float = 1.0,
    texture: Floats | None = None,
) -> Floats:
    """The sheet's ink over a ground (h, w, 3) float32; `texture` (h, w) in 0..1 thins the ink."""
    out = ground
    for pen, mask in sorted(ink_masks(sheet, width_px, stroke_px).items()):
        cover = mask.astype(np.float32)[..., None] * (opacity / 255)
        if texture is not None:
            cover = cover * texture[..., None]
        out = out * (1 - cover) + np.array(colours[pen], np.float32) * cover
    return out


def clouds(rng: np.random.Generator, shape: tuple[int, int], cells: int) -> Floats:
    """Smooth noise (h, w), mean 0, height about 1, with so many blotches across."""
    rows = max(2, round(cells * shape[0] / shape[1]) + 1)
    coarse = rng.normal(0, 1, (rows, cells + 1)).astype(np.float32)
    return np.asarray(cv2.resize(coarse, shape[::-1], interpolation=cv2.INTER_CUBIC))


def flat(sheet: Sheet, width_px: int, colour: Rgb) -> Floats:
    """An even ground."""
    height_px = sheet.size_at(width_px)[1]
    return np.full((height_px, width_px, 3), colour, np.float32)


def ruled(ground: Floats, rng: np.random.Generator, width_px: int, squared: bool) -> Floats:
    """Printed rules, of squared or of lined paper, on a ground."""
    pitch = width_px / rng.uniform(14, 40) * (1.0 if squared else 1.6)
    colour = np.array(
        [(178, 205, 222), (200, 200, 205), (190, 215, 190), (215, 190, 200)][rng.integers(4)],
        np.float32,
    )
    weight = max(1, round(width_px / 1400 * rng.choice([1, 1, 2])))
    strength = rng.uniform(0.6, 1.0)
    height = ground.shape[0]
    mask = np.zeros(ground.shape[:2], np.float32)
    for y in np.arange(rng.uniform(0.2, 1) * pitch, height, pitch):
        mask[round(y) : round(y) + weight] = strength
    if squared:
        for x in np.arange(rng.uniform(0.2, 1) * pitch, width_px, pitch):
            mask[:, round(x) : round(x) + weight] = strength
    elif rng.random() < 0.5:
        x = round(width_px * rng.uniform(0.06, 0.12))
        ground = ground.copy()
        ground[:, x : x + weight] = (225, 150, 150)
    return ground * (1 - mask[..., None]) + colour * mask[..., None]


def finish(image: Floats) -> Image:
    """Floats as pixels."""
    return np.clip(np.rint(image), 0, 255).astype(np.uint8)


def stroke_for(
    rng: np.random.Generator, width_px: int, low: float = 1.8, high: float = 5.0
) -> float:
    """A stroke width in pixels that suits a picture 1400 px wide, scaled to this one."""
    return float(np.clip(rng.uniform(low, high) * width_px / 1400, 1.0, 12.0))
