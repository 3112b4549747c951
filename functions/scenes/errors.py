"""Why a drawing cannot become a scene."""

from __future__ import annotations


class SceneError(Exception):
    """The drawing, or the scene as given, has no motion that could be simulated.

    Attributes:
        code: stable, UPPER_SNAKE; what programs compare.
        detail: one sentence for people.
        suggestion: what to change, if that is known.
        bbox: x, y, width, height in pixels of the image as given, where one place is at fault.
    """

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        suggestion: str | None = None,
        bbox: tuple[float, float, float, float] | None = None,
    ) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.suggestion = suggestion
        self.bbox = bbox
