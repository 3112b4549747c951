"""Why a drawing, or a scene as given, has no motion that could be simulated."""

from __future__ import annotations

from typing import ClassVar


class SceneError(Exception):
    """What is wrong, and what to do about it.

    `code` is stable and is what clients may switch on. `bbox` is x, y, width, height in pixels of
    the image as given, where one place is at fault.
    """

    code: ClassVar[str] = "NO_SCENE"

    def __init__(
        self,
        detail: str,
        *,
        suggestion: str | None = None,
        bbox: tuple[float, float, float, float] | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.suggestion = suggestion
        self.bbox = bbox


class NothingDrawn(SceneError):
    """Not a single mark was read."""

    code = "NOTHING_DRAWN"


class NothingMoves(SceneError):
    """All that was read is fixed."""

    code = "NOTHING_MOVES"


class TooManyBodies(SceneError):
    """More moving bodies than can be simulated in reasonable time."""

    code = "TOO_MANY_BODIES"


class BadScene(SceneError):
    """A part of a scene that can't be: no number, a negative mass, a name that is not there."""

    code = "BAD_SCENE"
