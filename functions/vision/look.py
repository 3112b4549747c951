"""A glance at a drawing in progress: its marks and how they are joined, without its writing."""

from __future__ import annotations

from .analysis import Analysis
from .marks import find_marks
from .prepare import prepare
from .relate import relate


def look(data: bytes) -> Analysis:
    """The marks of an image; labels are neither read nor taken for marks.

    Raises:
        UnsupportedImage, ImageTooLarge, UnreadableImage, NothingToRead: see `prepare`.
    """
    return relate(find_marks(prepare(data, legible=False)), ())
