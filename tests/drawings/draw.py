"""From a scene, a look and a seed to an image and the truth about it."""

from __future__ import annotations

import io
import json
import zlib
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from PIL import Image as Pillow

from .hand import Points
from .looks import LOOKS
from .papers import Matrix, Picture
from .plan import Plan
from .scenes import SCENES
from .sheet import NoRoom, Sheet, lay_out
from .wording import SI

TRIES = 40
ORIENTATION_TAG = 0x0112
TO_STORED = {
    3: Pillow.Transpose.ROTATE_180,
    6: Pillow.Transpose.ROTATE_90,
    8: Pillow.Transpose.ROTATE_270,
}
"""How an upright picture is stored so that this EXIF orientation turns it upright again."""


@dataclass(frozen=True, eq=False)
class Drawing:
    """An image as it would be posted, and the truth: `analysis` and `expect`, as in the examples.

    Truth is in pixels of the upright image, y down; label values are SI.
    """

    image: bytes
    media_type: str
    truth: dict[str, Any]

    @property
    def suffix(self) -> str:
        """The file name's ending."""
        return ".jpg" if self.media_type == "image/jpeg" else ".png"


def draw(scene: str, look: str, seed: int) -> Drawing:
    """Draw a scene in a look; the same three give the same bytes.

    Raises:
        KeyError: no such scene or look.
        RuntimeError: no layout of the scene left room for its labels.
    """
    plan_of, look_of = SCENES[scene], LOOKS[look]
    mixed = zlib.crc32(f"{scene}/{look}".encode())
    for attempt in range(TRIES):
        rng = np.random.default_rng([seed, mixed, attempt])
        plan = Plan(scene, rng)
        plan_of(plan)
        try:
            sheet = lay_out(plan, rng)
        except NoRoom:
            continue
        picture = look_of(sheet, rng)
        truth = describe(sheet, picture, f"{scene}.{look}.{seed}")
        return Drawing(encode(picture), picture.media_type, truth)
    raise RuntimeError(f"no room for the labels of {scene}, seed {seed}")


def encode(picture: Picture) -> bytes:
    """The picture as a PNG, or as a JPEG stored the way a turned phone stores it."""
    image = Pillow.fromarray(picture.pixels)
    file = io.BytesIO()
    if picture.media_type == "image/png":
        image.save(file, "PNG", compress_level=3)
        return file.getvalue()
    exif = Pillow.Exif()
    if picture.orientation in TO_STORED:
        image = image.transpose(TO_STORED[picture.orientation])
        exif[ORIENTATION_TAG] = picture.orientation
    image.save(file, "JPEG", quality=picture.quality, exif=exif)
    return file.getvalue()


def through(matrix: Matrix, points: Points) -> Points:
    """Points (n, 2) through a homography."""
    moved = cv2.perspectiveTransform(np.asarray(points, float).reshape(-1, 1, 2), matrix)
    return np.asarray(moved[:, 0], float)


def straightening(sheet: Sheet, matrix: Matrix, step: Points) -> list[float] | None:
    """The homography from the picture's pixels to the page seen straight, None if it is that.

    Its unit is the pixel in the middle of the page, as `step`, two points a page unit apart, shows.
    """
    if abs(matrix[2, :2]).max() < 1e-12 and abs(matrix[1, 0]) < 1e-9:
        return None
    scale = float(np.hypot(*(step[1] - step[0])))
    flat = np.array([[scale, 0, 0], [0, -scale, sheet.height * scale], [0, 0, 1.0]])
    back: Matrix = flat @ np.linalg.inv(matrix)
    return [float(v) for v in (back / back[2, 2]).ravel()]


def bounds(points: Points) -> list[float]:
    """x, y, width, height."""
    low, high = points.min(0), points.max(0)
    return [float(v) for v in (*low, *(high - low))]


def describe(sheet: Sheet, picture: Picture, name: str) -> dict[str, Any]:
    """The truth about a drawing, in the form of the examples."""
    matrix = picture.to_pixels
    height, width = picture.pixels.shape[:2]
    middle = sheet.origin + np.array([sheet.width, sheet.height]) / 2
    step = through(matrix, middle + np.array([[-0.5, 0], [0.5, 0]]))
    pixels_per_unit = float(np.hypot(*(step[1] - step[0])))
    page_width = picture.page_width or sheet.width
    # What a label says, or a page 4 m wide.
    metres_per_unit = sheet.plan.metres_per_unit or 4.0 / page_width
    shapes = []
    for mark in sheet.plan.marks:
        outline = through(matrix, mark.outline)
        solid = None
        if mark.solid is not None:
            towards = through(matrix, np.array([mark.centre, mark.centre + 0.1 * mark.solid]))
            solid = ((towards[1] - towards[0]) / np.hypot(*(towards[1] - towards[0]))).tolist()
        shapes.append(
            {
                "id": mark.id,
                "kind": mark.kind,
                "confidence": 1.0,
                "center": through(matrix, mark.centre)[0].round(2).tolist(),
                "bbox": [round(v, 2) for v in bounds(outline)],
                "polygon": outline.round(2).tolist(),
                "fixed": mark.fixed,
                "solid": solid,
            }
        )
    texts = []
    for i, written in enumerate(sheet.written):
        x0, y0, x1, y1 = written.box
        corners = through(matrix, np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]]))
        label = written.label
        texts.append(
            {
                "id": f"t{i}",
                "text": label.text,
                "confidence": 1.0,
                "bbox": [round(v, 2) for v in bounds(corners)],
                "quantity": label.quantity,
                "value": label.value,
                "unit": SI[label.quantity],
                "attached_to": label.mark.id if label.mark else None,
            }
        )
    connections = [
        {"id": f"c{i}", "kind": kind, "a": a, "b": b, "via": via}
        for i, (kind, a, b, via) in enumerate(sheet.plan.connections)
    ]
    truth = {
        "analysis": {
            "sketch_id": name,
            "width": width,
            "height": height,
            "metres_per_pixel": metres_per_unit / pixels_per_unit,
            "shapes": shapes,
            "texts": texts,
            "connections": connections,
            "warnings": [],
            "rectify": straightening(sheet, matrix, step),
            "sheet_width": page_width * pixels_per_unit,
        },
        "expect": [e(metres_per_unit) for e in sheet.plan.expectations],
    }
    # Through JSON once, so that the truth holds what its file would.
    return dict(json.loads(json.dumps(truth, default=float)))
