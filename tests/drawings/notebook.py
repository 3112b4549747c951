"""A page of a notebook as a phone sees it: spiral, margin, the back's ink, a bent spine, a hand."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from .camera import photographed
from .papers import (
    BLACKS,
    INKS,
    PAPERS,
    Floats,
    Picture,
    Rgb,
    clouds,
    flat,
    inked,
    pens,
    ruled,
    stroke_for,
)
from .sheet import Sheet, ink_masks

BLUES: tuple[Rgb, ...] = ((30, 55, 140), (40, 75, 165), (20, 30, 90))
SKIN: tuple[Rgb, ...] = ((200, 145, 115), (150, 100, 75), (95, 65, 50))
SPINE = (0.08, 0.16)
"""How far the bound edge lies from what is drawn, as a share of the sheet's width."""


def notebook(sheet: Sheet, rng: np.random.Generator) -> Picture:
    """Ballpoint, gel pen or pencil on a ruled page, with a hand's shadow or a thumb on it."""
    page = _bound(sheet, rng)
    width_px = int(rng.integers(1400, 2400))
    ground = flat(page, width_px, PAPERS[rng.integers(len(PAPERS))])
    ground = ruled(ground, rng, width_px, squared=bool(rng.random() < 0.5))
    if rng.random() < 0.35:
        ground = _shown_through(ground, page, width_px, rng)
    image = _written(ground, page, width_px, rng)
    if rng.random() < 0.4:
        image = _spiral(image, rng)
    if rng.random() < 0.4:
        image = _bent(image, rng)
    if rng.random() < 0.6:
        image = _shaded_by_hand(image, rng)
    seen = photographed(image, page, width_px, rng, tilt_deg=16, shadows=0.3, glare=False)
    if rng.random() < 0.25:
        _hold(seen, rng)
    return seen


def _bound(sheet: Sheet, rng: np.random.Generator) -> Sheet:
    """The sheet with more of its page in view, most of it towards the bound edge at the left."""
    left = rng.uniform(*SPINE) * sheet.width
    below, right, above = rng.uniform(0.02, 0.08, 3) * sheet.width
    return replace(
        sheet,
        origin=sheet.origin - [left, below],
        width=sheet.width + left + right,
        height=sheet.height + below + above,
    )


def _written(ground: Floats, page: Sheet, width_px: int, rng: np.random.Generator) -> Floats:
    """The drawing in one of three media, each with its own grain."""
    shape = ground.shape[:2]
    medium = rng.choice(["ballpoint", "gel", "pencil"])
    stroke = stroke_for(rng, width_px, 2.2, 3.8)
    if medium == "gel":
        return inked(ground, page, width_px, stroke, pens(rng, BLACKS + INKS), opacity=0.95)
    if medium == "ballpoint":  # skips, and presses unevenly
        texture = np.clip(
            0.9 + 0.12 * clouds(rng, shape, 220) + 0.08 * clouds(rng, shape, 40), 0, 1
        )
        colours = pens(rng, BLUES + BLACKS[:2])
    else:
        grain = cv2.GaussianBlur(rng.random(shape, dtype=np.float32), (0, 0), 0.9)
        texture = np.clip(0.72 + 0.2 * (grain - grain.mean()) / grain.std(), 0.1, 1)
        colours = dict.fromkeys((0, 1, 2), (float(rng.uniform(60, 100)),) * 3)
    return inked(
        ground, page, width_px, stroke, colours, opacity=0.88, texture=texture.astype(np.float32)
    )


def _shown_through(ground: Floats, page: Sheet, width_px: int, rng: np.random.Generator) -> Floats:
    """The ground with what is on the back: another drawing, mirrored, pale and blurred."""
    masks = ink_masks(page, width_px, stroke_for(rng, width_px, 2.5, 4.0)).values()
    back = np.maximum.reduce([mask[:, ::-1].astype(np.float32) for mask in masks]) / 255
    back = np.roll(back, int(0.1 * width_px), axis=0)
    pale = cv2.GaussianBlur(back, (0, 0), width_px / 700) * rng.uniform(0.04, 0.09)
    return np.asarray(ground * (1 - pale[..., None]), np.float32)


def _spiral(image: Floats, rng: np.random.Generator) -> Floats:
    """Holes along the bound edge, with the wire that goes through them."""
    out = image.copy()
    height, width = image.shape[:2]
    pitch = width * rng.uniform(0.022, 0.035)
    for y in np.arange(pitch / 2, height, pitch):
        hole = (round(0.018 * width), round(y))
        cv2.circle(out, hole, round(0.006 * width), (70.0, 70.0, 72.0), -1, cv2.LINE_AA)
        axes = (round(0.016 * width), round(0.005 * width))
        wire = max(2, round(width / 500))
        cv2.ellipse(
            out, (0, hole[1]), axes, 10, -180, 180, (140.0, 140.0, 146.0), wire, cv2.LINE_AA
        )
    return out


def _bent(image: Floats, rng: np.random.Generator) -> Floats:
    """The page curls up towards its spine, and gets darker there."""
    height, width = image.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    curl = np.exp(-x / (0.04 * width)).astype(np.float32)
    lift = rng.uniform(0.004, 0.014) * height * curl * (1 - 2 * y / height)
    seen = cv2.remap(image, x, y + lift, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(seen * (1 - 0.38 * curl[..., None]), np.float32)


def _shaded_by_hand(image: Floats, rng: np.random.Generator) -> Floats:
    """The soft shadow of the hand that holds the phone, from one side."""
    height, width = image.shape[:2]
    small = np.zeros((height // 4, width // 4), np.float32)
    side = np.array([[0, 0.6], [1, 0.5], [0.5, 1.0], [0.25, 0]])[rng.integers(4)]
    for _ in range(6):
        at = (side + rng.normal(0, 0.1, 2)) * [small.shape[1], small.shape[0]]
        axes = rng.uniform(0.06, 0.2, 2) * small.shape[1]
        center, radii = (tuple(int(v) for v in pair) for pair in (at, axes))
        cv2.ellipse(small, center, radii, float(rng.uniform(0, 180)), 0, 360, 1.0, -1)
    soft = cv2.GaussianBlur(small, (0, 0), rng.uniform(0.003, 0.014) * width)
    shade = cv2.resize(soft, (width, height)) * rng.uniform(0.18, 0.45)
    return np.asarray(image * (1 - shade[..., None]), np.float32)


def _hold(picture: Picture, rng: np.random.Generator) -> None:
    """Put a thumb at the left or right edge of a picture, in place."""
    height, width = picture.pixels.shape[:2]
    mask = np.zeros((height, width), np.float32)
    at = (width * int(rng.random() < 0.5), int(height * rng.uniform(0.6, 0.95)))
    axes = (round(0.05 * width), round(0.035 * width))
    cv2.ellipse(mask, at, axes, float(rng.uniform(-25, 25)), 0, 360, 1.0, -1, cv2.LINE_AA)
    mask = cv2.GaussianBlur(mask, (0, 0), 2.5)[..., None]
    skin = np.array(SKIN[rng.integers(len(SKIN))], np.float32) * rng.uniform(0.85, 1.1)
    picture.pixels[:] = np.rint(picture.pixels * (1 - mask) + skin * mask).astype(np.uint8)
