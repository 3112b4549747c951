"""Failures side by side with the truth, for a person to look at."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from PIL import Image as Pillow
from PIL import ImageOps

from vision.analysis import Analysis

from .run import Result

WIDTH = 760
COLOURS = {
    "ball": (0, 114, 178),
    "box": (0, 114, 178),
    "polygon": (0, 114, 178),
    "ground": (0, 158, 115),
    "support": (0, 158, 115),
    "ramp": (0, 158, 115),
    "rod": (213, 94, 0),
    "spring": (213, 94, 0),
    "rope": (213, 94, 0),
    "pivot": (204, 0, 160),
}


def side_by_side(result: Result, path: Path) -> None:
    """Write the truth (left) and what was read (right) over the image, with what went wrong."""
    assert result.drawing is not None
    upright = ImageOps.exif_transpose(Pillow.open(io.BytesIO(result.drawing.image)))
    image = np.asarray(upright.convert("RGB"))
    truth = Analysis.from_json(result.drawing.truth["analysis"])
    panels = [overlaid(image, truth)]
    panels.append(overlaid(image, result.analysis) if result.analysis else panels[0] // 2)
    both = np.hstack(panels)
    counted = Counter(result.score.notes)
    lines = [result.name, *result.notes]
    lines += [note if n == 1 else f"{note} ({n} times)" for note, n in counted.items()]
    foot = np.full((18 * len(lines) + 8, both.shape[1], 3), 255, np.uint8)
    for i, line in enumerate(lines):
        plain = line.encode("ascii", "replace").decode()
        cv2.putText(foot, plain, (6, 18 * i + 16), cv2.FONT_HERSHEY_SIMPLEX, 0.45, (0, 0, 0), 1)
    Pillow.fromarray(np.vstack([both, foot])).save(path)


def overlaid(image: np.ndarray, analysis: Analysis) -> np.ndarray:
    """The image, shrunk and paled, with the marks and labels of an analysis over it."""
    factor = WIDTH / image.shape[1]
    out = cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    out = (out // 2 + 110).astype(np.uint8)
    for shape in analysis.shapes:
        points = np.rint(np.array(shape.polygon) * factor).astype(np.int32)
        colour = COLOURS.get(shape.kind, (140, 100, 0))
        closed = len(points) > 2 and shape.kind not in ("rope", "dimension", "arc_arrow", "rod")
        cv2.polylines(out, [points], closed, colour, 2, cv2.LINE_AA)
        write(out, f"{shape.id}:{shape.kind}", points.mean(0), colour)
    for text in analysis.texts:
        x, y, width, height = (v * factor for v in text.bbox)
        corner, other = (round(x), round(y)), (round(x + width), round(y + height))
        cv2.rectangle(out, corner, other, (90, 90, 90), 1)
        said = f"{text.text}|{text.quantity} {text.value} {text.unit}>{text.attached_to}"
        write(out, said, np.array([x, y - 3]), (60, 0, 60))
    return out


def write(image: np.ndarray, text: str, at: Sequence[float] | np.ndarray, colour: object) -> None:
    """Small plain writing."""
    plain = text.replace("°", "deg").replace("μ", "mu").encode("ascii", "replace").decode()
    where = (round(float(at[0])), round(float(at[1])))
    cv2.putText(image, plain, where, cv2.FONT_HERSHEY_SIMPLEX, 0.4, colour, 1, cv2.LINE_AA)  # type: ignore[call-overload]
