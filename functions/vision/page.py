"""A prepared page: ink apart from paper, at a resolution that fits its strokes.

Three frames are in use, all x right and y down:
- *image*: pixels of the image as given, turned upright by its EXIF tag. What leaves `vision` is in
  these.
- *work*: pixels of `Page.grey` and `Page.ink`; the image scaled by `Page.scale`.
- *straight*: the page seen from the front, in units of image pixels. Marks are measured in these.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from .analysis import Box

Pixels = npt.NDArray[np.uint8]
Points = npt.NDArray[np.float64]
"""Points are (n, 2): x, y."""

INK = 255


@dataclass(frozen=True, eq=False)
class Page:
    """What `prepare` makes of an image.

    `width` and `height` are of the image as given. `grey` is (h, w) uint8 in work pixels: dark ink
    on evenly white paper whatever the image was, so that a crop of it can be read as it is. `ink`
    is (h, w) uint8, 255 where there is ink, in the same pixels. `stroke_width` is the usual width
    of a stroke in work pixels. `guides` are lines of the paper itself, its edges and its rules,
    by the x and y of both ends in image pixels; `ladders` three points each that equally many rules
    lie between. `sheet` has the corners of the paper, clockwise from the top left one, as x and y
    in image pixels, where its left and right sides show. `photo` is true where the light on the
    paper is as uneven as only a camera sees it. `rectify` is the 3x3 homography (row-major) from
    image to straight; None where the page is seen from the front, and until its lines are known.
    """

    width: int
    height: int
    scale: float
    grey: Pixels
    ink: Pixels
    stroke_width: float
    guides: tuple[tuple[float, ...], ...] = ()
    ladders: tuple[tuple[float, ...], ...] = ()
    sheet: tuple[float, ...] = ()
    photo: bool = False
    rectify: tuple[float, ...] | None = None

    def reduced(self, most: float) -> Page:
        """The same page to trace, with strokes at most `most` work pixels wide.

        A smaller one has no `grey`: print is read at full size.
        """
        factor = most / max(self.stroke_width, 1e-9)
        if factor > 0.9:
            return self
        height, width = self.ink.shape
        size = (max(round(width * factor), 1), max(round(height * factor), 1))
        area = cv2.resize(self.ink, size, interpolation=cv2.INTER_AREA)
        _, ink = cv2.threshold(area, INK // 2, INK, cv2.THRESH_BINARY)
        return replace(
            self,
            scale=self.scale * size[0] / width,
            grey=self.grey[:0],
            ink=np.asarray(ink, dtype=np.uint8),
            stroke_width=self.stroke_width * size[0] / width,
        )

    def work_to_image(self, points: npt.ArrayLike) -> Points:
        """Points (n, 2) of work pixels as image pixels."""
        return (np.asarray(points, dtype=np.float64) + 0.5) / self.scale - 0.5

    def image_to_work(self, points: npt.ArrayLike) -> Points:
        """Points (n, 2) of image pixels as work pixels."""
        return (np.asarray(points, dtype=np.float64) + 0.5) * self.scale - 0.5

    def image_to_straight(self, points: npt.ArrayLike) -> Points:
        """Points (n, 2) of image pixels on the page seen from the front."""
        return apply_homography(self.rectify, points)

    def straight_to_image(self, points: npt.ArrayLike) -> Points:
        """Points (n, 2) of the page seen from the front in image pixels."""
        return apply_homography(self._tilt, points)

    @cached_property
    def _tilt(self) -> tuple[float, ...] | None:
        """The homography from straight to image: the inverse of `rectify`."""
        if self.rectify is None:
            return None
        return tuple(np.linalg.inv(np.reshape(self.rectify, (3, 3))).ravel().tolist())

    def sheet_width(self) -> float | None:
        """How wide the paper is, between the middles of its sides, in straight pixels; None where
        they don't show."""
        if not self.sheet:
            return None
        corners = self.image_to_straight(np.reshape(self.sheet, (4, 2)))
        right, left = corners[1:3].mean(axis=0), corners[[3, 0]].mean(axis=0)
        return float(np.hypot(*(right - left)))

    def work_box_to_image(self, box: Box) -> Box:
        """A box of work pixels (its edges, not its pixel centres) in image pixels."""
        x, y, width, height = (value / self.scale for value in box)
        return (x, y, width, height)

    def ink_box(self) -> Box:
        """The box around all ink, in image pixels."""
        x, y, width, height = cv2.boundingRect(self.ink)
        return self.work_box_to_image((x, y, width, height))

    def to_bytes(self) -> bytes:
        """The page as one object for the store: two PNGs and a header in an npz."""
        header = {
            "width": self.width,
            "height": self.height,
            "scale": self.scale,
            "stroke_width": self.stroke_width,
            "guides": self.guides,
            "ladders": self.ladders,
            "sheet": self.sheet,
            "photo": self.photo,
            "rectify": self.rectify,
        }
        file = io.BytesIO()
        np.savez(
            file,
            header=np.frombuffer(json.dumps(header).encode(), dtype=np.uint8),
            grey=_encode(self.grey, []),
            ink=_encode(self.ink, [cv2.IMWRITE_PNG_BILEVEL, 1]),
        )
        return file.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Page:
        """The page that `to_bytes` wrote.

        Raises:
            ValueError: the bytes are no page.
        """
        with np.load(io.BytesIO(data), allow_pickle=False) as parts:
            header: dict[str, Any] = json.loads(parts["header"].tobytes())
            rectify = header.pop("rectify")
            guides, ladders = header.pop("guides"), header.pop("ladders")
            sheet = header.pop("sheet")
            return cls(
                **header,
                grey=_decode(parts["grey"]),
                ink=_decode(parts["ink"]),
                guides=tuple(map(tuple, guides)),
                ladders=tuple(map(tuple, ladders)),
                sheet=tuple(sheet),
                rectify=tuple(rectify) if rectify else None,
            )


def apply_homography(homography: tuple[float, ...] | None, points: npt.ArrayLike) -> Points:
    """Points (n, 2) through a row-major 3x3 homography; unchanged through None."""
    given = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    if homography is None:
        return given
    matrix = _matrix(homography)
    moved = given @ matrix[:, :2].T + matrix[:, 2]
    return np.asarray(moved[:, :2] / moved[:, 2:], dtype=np.float64)


@lru_cache(maxsize=16)
def _matrix(homography: tuple[float, ...]) -> npt.NDArray[np.float64]:
    """A row-major homography as an array (3, 3): a page's is asked for a hundred times."""
    return np.reshape(np.asarray(homography, dtype=np.float64), (3, 3))


def _encode(pixels: Pixels, options: list[int]) -> Pixels:
    done, data = cv2.imencode(".png", pixels, [cv2.IMWRITE_PNG_COMPRESSION, 1, *options])
    if not done:
        raise ValueError("a page could not be encoded")
    return np.asarray(data, dtype=np.uint8)


def _decode(data: Pixels) -> Pixels:
    pixels = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)
    if pixels is None:
        raise ValueError("these bytes hold no page")
    return np.asarray(pixels, dtype=np.uint8)
