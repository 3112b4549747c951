"""How a drawing meets the reader: scanned, on squared paper, on a board, photographed, tiny, huge.

A look takes a sheet and returns its picture, with the homography from page units to its pixels.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

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
DESKS: tuple[Rgb, ...] = (
    (120, 84, 54),
    (70, 66, 64),
    (160, 130, 96),
    (46, 52, 60),
    (188, 184, 178),
)


@dataclass(frozen=True, eq=False)
class Picture:
    """An upright picture and how it is stored: (h, w, 3) uint8 RGB; page units to its pixels."""

    pixels: Image
    to_pixels: Matrix
    media_type: str = "image/png"
    quality: int = 90
    orientation: int = 1


Look = Callable[[Sheet, np.random.Generator], Picture]


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


def clean(sheet: Sheet, rng: np.random.Generator) -> Picture:
    """Dark ink on even white, as from a tablet or a scanner."""
    width_px = int(rng.integers(900, 1900))
    colours = pens(rng, BLACKS if rng.random() < 0.6 else INKS)
    ground = flat(sheet, width_px, PAPERS[0] if rng.random() < 0.7 else PAPERS[2])
    image = inked(ground, sheet, width_px, stroke_for(rng, width_px), colours)
    return Picture(finish(image), plain_matrix(sheet, width_px))


def pen(sheet: Sheet, rng: np.random.Generator) -> Picture:
    """Coloured pen on squared or lined paper."""
    width_px = int(rng.integers(1000, 2000))
    ground = flat(sheet, width_px, PAPERS[rng.integers(len(PAPERS))])
    ground = ruled(ground, rng, width_px, squared=bool(rng.random() < 0.7))
    grain = clouds(rng, ground.shape[:2], 60)[..., None]
    image = inked(
        ground + grain * rng.uniform(0, 1.0),
        sheet,
        width_px,
        stroke_for(rng, width_px, 2.4, 5.5),
        pens(rng, INKS),
        opacity=rng.uniform(0.85, 1.0),
    )
    return Picture(finish(image), plain_matrix(sheet, width_px))


def chalk(sheet: Sheet, rng: np.random.Generator) -> Picture:
    """Chalk on a board that has been wiped before."""
    width_px = int(rng.integers(1000, 1900))
    board = np.array(BOARDS[rng.integers(len(BOARDS))], np.float32)
    ground: Floats = flat(sheet, width_px, (0, 0, 0)) + board
    shape = ground.shape[:2]
    smear: Floats = clouds(rng, shape, 12) + 0.5 * clouds(rng, shape, 40)
    # Wiping is mostly sideways.
    wiped = cv2.GaussianBlur(smear, (0, 0), sigmaX=width_px / 50, sigmaY=width_px / 300)
    ground = np.asarray(ground + (wiped * rng.uniform(4, 12))[..., None], np.float32)
    speck: Floats = rng.random(shape, dtype=np.float32)
    speck = np.asarray(cv2.GaussianBlur(speck, (0, 0), 0.8), np.float32)
    speck = (speck - speck.mean()) / speck.std()
    texture = np.clip(0.80 + rng.uniform(0.1, 0.25) * speck, 0.15, 1).astype(np.float32)
    image = inked(
        ground,
        sheet,
        width_px,
        stroke_for(rng, width_px, 4.0, 7.5),
        pens(rng, CHALKS),
        texture=texture,
    )
    image = image + rng.normal(0, rng.uniform(0.5, 3), image.shape).astype(np.float32)
    return Picture(finish(image), plain_matrix(sheet, width_px))


def whiteboard(sheet: Sheet, rng: np.random.Generator) -> Picture:
    """Markers on a whiteboard, with a glare and a grey cast, photographed almost straight."""
    width_px = int(rng.integers(1200, 2400))
    ground = flat(sheet, width_px, (226, 230, 232))
    colours = pens(rng, ((25, 25, 30), (30, 60, 170), (190, 30, 40), (20, 120, 70)))
    image = inked(
        ground, sheet, width_px, stroke_for(rng, width_px, 5.0, 9.0), colours, opacity=0.9
    )
    return photographed(image, sheet, width_px, rng, tilt_deg=10, shadows=0.3, glare=True)


def photo(sheet: Sheet, rng: np.random.Generator) -> Picture:
    """A page on a desk, by a phone: tilted, unevenly lit, a little blurred and noisy."""
    width_px = int(rng.integers(1200, 2200))
    ground = flat(sheet, width_px, PAPERS[rng.integers(len(PAPERS))])
    kind = rng.random()
    if kind < 0.5:
        ground = ruled(ground, rng, width_px, squared=kind < 0.3)
    ground = ground + (clouds(rng, ground.shape[:2], 80) * 1.5)[..., None]
    colours = pens(rng, INKS if rng.random() < 0.5 else BLACKS)
    image = inked(
        ground, sheet, width_px, stroke_for(rng, width_px, 2.8, 6.0), colours, opacity=0.92
    )
    return photographed(image, sheet, width_px, rng, tilt_deg=20, shadows=0.8, glare=False)


def camera(
    rng: np.random.Generator, width: int, height: int, tilt_deg: float, roll_deg: float, fill: float
) -> tuple[Matrix, tuple[int, int]]:
    """The homography of a page seen by a tilted camera, and the size (w, h) of what it takes.

    The page turns about an axis in its plane, seen from about one and a half times its width; it is
    then scaled so that its middle keeps the scale it had.
    """
    tilt = np.radians(tilt_deg) * np.sqrt(rng.random())
    axis = rng.uniform(0, 2 * np.pi)
    roll = np.radians(rng.normal(0, roll_deg / 2))
    direction = np.array([np.cos(axis), np.sin(axis), 0.0]) * tilt
    turn = cv2.Rodrigues(direction)[0] @ cv2.Rodrigues(np.array([0, 0, roll]))[0]
    distance = rng.uniform(1.3, 2.2) * max(width, height)
    centre = np.array([[1, 0, -width / 2], [0, 1, -height / 2], [0, 0, 1.0]])
    plane = np.column_stack([turn[:, 0], turn[:, 1], [0, 0, distance]])
    view = np.diag([distance, distance, 1.0]) @ plane @ centre
    corners = np.array([[[0, 0]], [[width, 0]], [[width, height]], [[0, height]]], float)
    seen = cv2.perspectiveTransform(corners, view)[:, 0]
    low, high = seen.min(0), seen.max(0)
    out = np.rint((high - low) / fill).astype(int)
    shift = (out - (high - low)) * rng.uniform(0.25, 0.75, 2) - low
    move = np.array([[1, 0, shift[0]], [0, 1, shift[1]], [0, 0, 1.0]])
    return move @ view, (int(out[0]), int(out[1]))


def photographed(
    image: Floats,
    sheet: Sheet,
    width_px: int,
    rng: np.random.Generator,
    *,
    tilt_deg: float,
    shadows: float,
    glare: bool,
) -> Picture:
    """A photo of a page (h, w, 3): perspective, what lies round it, light, blur, noise, JPEG."""
    height, width = image.shape[:2]
    on_desk = rng.random() < 0.45
    view, size = camera(
        rng, width, height, tilt_deg, roll_deg=4.0, fill=rng.uniform(0.82, 0.98) if on_desk else 1.0
    )
    if on_desk:
        desk = np.array(DESKS[rng.integers(len(DESKS))], np.float32)
        back = np.full((size[1], size[0], 3), desk, np.float32)
        grain = cv2.GaussianBlur(
            rng.normal(0, 1, (size[1], size[0])).astype(np.float32), (0, 0), 30, sigmaY=1.2
        )
        back += (grain / grain.std() * rng.uniform(2, 8))[..., None]
        seen = cv2.warpPerspective(image, view, size, flags=cv2.INTER_AREA)
        page = cv2.warpPerspective(
            np.ones(image.shape[:2], np.float32), view, size, flags=cv2.INTER_LINEAR
        )[..., None]
        out = back * (1 - page) + seen * page
    else:
        # The page goes on beyond the picture.
        out = cv2.warpPerspective(
            image, view, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
    out = lit(out, rng, shadows, glare)
    if (blur := rng.uniform(0, 1.3) * width / 1500) > 0.3:
        out = np.asarray(cv2.GaussianBlur(out, (0, 0), blur), np.float32)
    noise = rng.uniform(1, 6)
    out = out + rng.normal(0, noise, out.shape).astype(np.float32)
    to_pixels = view @ plain_matrix(sheet, width_px)
    return Picture(
        finish(np.asarray(out, np.float32)), to_pixels, "image/jpeg", int(rng.integers(60, 93))
    )


def lit(image: Floats, rng: np.random.Generator, shadows: float, glare: bool) -> Floats:
    """Light that falls off, a warm or a cold cast, a shadow's edge, a vignette."""
    height, width = image.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = x / width - 0.5, y / height - 0.5
    angle = rng.uniform(0, 2 * np.pi)
    slope = np.cos(angle) * x + np.sin(angle) * y
    light = 1 - rng.uniform(0.05, 0.4) * (slope + 0.5)
    light *= 1 - rng.uniform(0, 0.5) * (x**2 + y**2)
    if rng.random() < shadows:
        turn = rng.uniform(0, 2 * np.pi)
        edge = np.cos(turn) * x + np.sin(turn) * y - rng.uniform(-0.3, 0.3)
        soft = rng.uniform(0.005, 0.08)
        light *= 1 - rng.uniform(0.2, 0.55) / (1 + np.exp(-np.clip(edge / soft, -30, 30)))
    cast = np.array([1 + rng.normal(0, 0.04), 1.0, 1 + rng.normal(0, 0.06)], np.float32)
    out = image * light[..., None] * cast * rng.uniform(0.8, 1.02)
    if glare:
        gx, gy = rng.uniform(-0.4, 0.4, 2)
        spot = np.exp(-((x - gx) ** 2 + (y - gy) ** 2) / rng.uniform(0.005, 0.03))
        out = out + (spot * rng.uniform(10, 50))[..., None]
    return np.asarray(out, np.float32)


def tiny(sheet: Sheet, rng: np.random.Generator) -> Picture:
    """600 pixels wide, strokes of one or two."""
    width_px = int(rng.integers(600, 680))
    ground = flat(sheet, width_px, PAPERS[rng.integers(3)])
    stroke = rng.uniform(1.0, 2.0)
    image = inked(ground, sheet, width_px, stroke, pens(rng, BLACKS + INKS[:3]))
    return Picture(finish(image), plain_matrix(sheet, width_px))


def huge(sheet: Sheet, rng: np.random.Generator) -> Picture:
    """More than 4000 pixels wide, strokes up to twelve."""
    width_px = int(rng.integers(4000, 5200))
    ground = flat(sheet, width_px, PAPERS[rng.integers(len(PAPERS))])
    if rng.random() < 0.3:
        ground = ruled(ground, rng, width_px, squared=True)
    image = inked(ground, sheet, width_px, rng.uniform(7, 12), pens(rng, BLACKS + INKS))
    return Picture(finish(image), plain_matrix(sheet, width_px), "image/jpeg", 88)


def turned(sheet: Sheet, rng: np.random.Generator) -> Picture:
    """A photo held sideways or upside down, as its EXIF tag says."""
    seen = photo(sheet, rng)
    orientation = int(rng.choice([3, 6, 8]))
    return Picture(seen.pixels, seen.to_pixels, "image/jpeg", seen.quality, orientation)


def creased(sheet: Sheet, rng: np.random.Generator) -> Picture:
    """A photo of paper that has been folded: each part of it catches the light differently."""
    width_px = int(rng.integers(1300, 2200))
    ground = flat(sheet, width_px, PAPERS[rng.integers(len(PAPERS))])
    colours = pens(rng, BLACKS + INKS)
    stroke = stroke_for(rng, width_px, 3.0, 6.0)
    image = inked(ground, sheet, width_px, stroke, colours, opacity=0.9)
    height, width = image.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    light = np.ones((height, width), np.float32)
    for _ in range(int(rng.integers(1, 4))):
        angle = rng.choice([0.0, np.pi / 2]) + rng.normal(0, 0.05)
        through = rng.uniform(0.3, 0.7, 2) * [width, height]
        side = (x - through[0]) * np.cos(angle) + (y - through[1]) * np.sin(angle)
        fold = width / rng.uniform(150, 400)
        light *= 1 + rng.uniform(-0.10, 0.10) * np.tanh(side / fold)
        light *= 1 - rng.uniform(0.05, 0.22) * np.exp(-((side / fold) ** 2))
    dents = clouds(rng, (height, width), 18)
    light *= 1 + 0.02 * dents
    shaded = np.asarray(image * light[..., None], np.float32)
    return photographed(shaded, sheet, width_px, rng, tilt_deg=18, shadows=0.4, glare=False)


def pencil(sheet: Sheet, rng: np.random.Generator) -> Picture:
    """Soft pencil on white or squared paper, photographed: pale and grainy."""
    width_px = int(rng.integers(1300, 2200))
    ground = flat(sheet, width_px, PAPERS[rng.integers(len(PAPERS))])
    if rng.random() < 0.4:
        ground = ruled(ground, rng, width_px, squared=True)
    grain = cv2.GaussianBlur(rng.random(ground.shape[:2], dtype=np.float32), (0, 0), 0.9)
    grain = (grain - grain.mean()) / grain.std()
    texture = np.clip(0.75 + 0.22 * grain, 0.1, 1).astype(np.float32)
    grey = float(rng.uniform(70, 110))
    colours = dict.fromkeys((0, 1, 2), (grey, grey, grey + 4))
    stroke = stroke_for(rng, width_px, 2.5, 4.5)
    image = inked(ground, sheet, width_px, stroke, colours, opacity=0.85, texture=texture)
    return photographed(image, sheet, width_px, rng, tilt_deg=15, shadows=0.5, glare=False)


def far(sheet: Sheet, rng: np.random.Generator) -> Picture:
    """A small drawing on a large page: it fills a third to a half of the picture."""
    share = rng.uniform(0.33, 0.55)
    width, height = sheet.width / share, sheet.height / share
    room = np.array([width - sheet.width, height - sheet.height])
    page = replace(
        sheet, origin=sheet.origin - room * rng.uniform(0.2, 0.8, 2), width=width, height=height
    )
    width_px = int(rng.integers(1800, 3000))
    ground = flat(page, width_px, PAPERS[rng.integers(len(PAPERS))])
    if rng.random() < 0.5:
        ground = ruled(ground, rng, width_px, squared=bool(rng.random() < 0.6))
    stroke = stroke_for(rng, round(width_px * share), 2.5, 5.0)
    image = inked(ground, page, width_px, stroke, pens(rng, BLACKS + INKS), opacity=0.92)
    return photographed(image, page, width_px, rng, tilt_deg=12, shadows=0.6, glare=False)


LOOKS: dict[str, Look] = {
    "clean": clean,
    "pen": pen,
    "chalk": chalk,
    "photo": photo,
    "whiteboard": whiteboard,
    "tiny": tiny,
    "huge": huge,
    "turned": turned,
    "creased": creased,
    "pencil": pencil,
    "far": far,
}
