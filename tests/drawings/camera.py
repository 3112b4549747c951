"""A phone's camera: perspective, what lies round the page, light, blur, noise, JPEG."""

from __future__ import annotations

import cv2
import numpy as np

from .papers import Floats, Matrix, Picture, Rgb, finish, plain_matrix
from .sheet import Sheet

DESKS: tuple[Rgb, ...] = (
    (120, 84, 54),
    (70, 66, 64),
    (160, 130, 96),
    (46, 52, 60),
    (188, 184, 178),
)


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
        finish(np.asarray(out, np.float32)),
        to_pixels,
        "image/jpeg",
        int(rng.integers(60, 93)),
        page_width=sheet.width,
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
