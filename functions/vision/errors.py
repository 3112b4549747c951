"""What can be wrong with an image, for the person who sent it."""

from __future__ import annotations

from typing import ClassVar

from .analysis import Box


class ReadingError(Exception):
    """An image that cannot be read, with what to do about it.

    `code` is stable and is what clients may switch on; `bbox` is in pixels of the image as given.
    """

    code: ClassVar[str] = "UNREADABLE_IMAGE"

    def __init__(
        self, detail: str, *, suggestion: str | None = None, bbox: Box | None = None
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.suggestion = suggestion
        self.bbox = bbox


class UnsupportedImage(ReadingError):
    """Not a still PNG, JPEG or WebP image."""

    code = "UNSUPPORTED_IMAGE"


class ImageTooLarge(ReadingError):
    """More bytes or more pixels than are taken."""

    code = "IMAGE_TOO_LARGE"


class UnreadableImage(ReadingError):
    """The right type, but truncated or corrupt."""

    code = "UNREADABLE_IMAGE"


class NothingToRead(ReadingError):
    """A sound image that shows no drawing: blank, a page of text, a photo of something else."""

    code = "NOTHING_TO_READ"
