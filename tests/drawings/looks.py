"""How a drawing meets the reader: scanned, on squared paper, on a board, photographed, tiny, huge.

A look takes a sheet and returns its picture, with the homography from page units to its pixels.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np

from .camera import photographed
from .notebook import notebook
from .papers import (
    BLACKS,
    BOARDS,
    CHALKS,
    INKS,
    PAPERS,
    Floats,
    Picture,
    clouds,
    finish,
    flat,
    inked,
    pens,
    plain_matrix,
    ruled,
    stroke_for,
)
from .sheet import Sheet

Look = Callable[[Sheet, np.random.Generator], Picture]


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
    return replace(seen, orientation=orientation)


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
    "notebook": notebook,
}
