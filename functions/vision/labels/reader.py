"""The port through which labels are read, whoever does the reading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

from ..page import Pixels


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another text that a crop may hold, how likely beside the first one, as a share of 1, and
    `places` as those of a `Reading`."""

    text: str
    share: float
    places: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader made of one crop.

    `confidence` is from 0 to 1; an empty crop is `("", 0.0)`. `alternatives` are the likeliest
    first, from readers that know. `places` are where the signs of `text` that are no spaces were
    seen, as shares of the crop's width; none from readers that do not know.
    """

    text: str
    confidence: float
    alternatives: tuple[Alternative, ...] = ()
    places: tuple[float, ...] = ()


class LabelReader(Protocol):
    """Reads single lines of writing. One object may be used by one thread at a time."""

    def read(self, crops: Sequence[Pixels]) -> list[Reading]:
        """One reading a crop, in order.

        Each crop is (h, w) uint8, dark ink on white, one level line of writing.

        Raises:
            ReaderUnavailable: the reader cannot be reached or loaded; trying again may help.
        """
        ...


class ReaderUnavailable(Exception):
    """The label reader could not be loaded or did not answer."""

    code: ClassVar[str] = "LABEL_READER_UNAVAILABLE"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail
