"""From the boxes that look like writing to what they say."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from ..analysis import Box, Point
from ..page import Page, Pixels
from ..writing import Labels, TextBox, find_writing, label_ink
from .crops import Look, cut_crop
from .grammar import Meaning, meanings
from .reader import LabelReader, Reading

_SURE = 0.85
"""Confidence of a reading that needs no second look, if it is a label as it stands."""
_PLAIN = 1.3
"""Cost of a meaning up to which nothing was repaired to speak of."""
_DOUBTED = 3.0
"""Cost of a reading in which the reader has no confidence at all."""
_KEPT = 3
"""Meanings kept of each label: relations may yet show that the likeliest is not the right one."""
_MARGIN = 2.5
"""A meaning that costs this much more than the best, e^-2.5 as likely, is not worth keeping."""


@dataclass(frozen=True, slots=True)
class ReadText:
    """One label as it was read, before it is known what it belongs to.

    `raw` is what the reader saw, `meanings` the ways to understand it, the likeliest first, their
    cost that of reading and repair together; none where it is no label. `bbox`, `center` and
    `corners` are in pixels of the image as given.
    """

    id: str
    raw: str
    confidence: float
    bbox: Box
    center: Point
    corners: tuple[Point, ...]
    meanings: tuple[Meaning, ...]

    def to_json(self) -> dict[str, Any]:
        """This text as JSON-ready values."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ReadText:
        """The text that `to_json` wrote.

        Raises:
            KeyError, TypeError: a field is missing or unknown.
        """
        return cls(
            **{
                **data,
                "bbox": tuple(data["bbox"]),
                "center": tuple(data["center"]),
                "corners": tuple(tuple(corner) for corner in data["corners"]),
                "meanings": tuple(
                    Meaning(**{**meaning, "assumed": tuple(meaning["assumed"])})
                    for meaning in data["meanings"]
                ),
            }
        )


def read_labels(page: Page, reader: LabelReader) -> list[ReadText]:
    """All writing on the page, read and understood, from top to bottom.

    The reader is asked once about all boxes as they are, and once more about those that it was
    unsure of, redrawn. A page without writing never wakes it.

    Raises:
        ReaderUnavailable: see `LabelReader`.
    """
    boxes = find_writing(page)
    if not boxes:
        return []
    labels = label_ink(page.ink)
    tries: list[list[_Try]] = [[] for _ in boxes]
    _read(page, labels, reader, [(i, box, "grey", 0.0) for i, box in enumerate(boxes)], tries)
    again = [
        (index, boxes[index], look, turn)
        for index, tried in enumerate(tries)
        if not tried[0].is_plain
        for look, turn in _second_looks(boxes[index])
    ]
    _read(page, labels, reader, again, tries)
    return [
        _read_text(f"t{index + 1}", page, box, tried)
        for index, (box, tried) in enumerate(zip(boxes, tries, strict=True))
    ]


@dataclass(frozen=True, slots=True)
class _Try:
    reading: Reading
    meanings: tuple[Meaning, ...]

    @property
    def is_plain(self) -> bool:
        """Whether it is a label as it stands, surely read."""
        return (
            self.reading.confidence >= _SURE
            and bool(self.meanings)
            and self.meanings[0].cost <= _PLAIN
        )


def _second_looks(box: TextBox) -> Iterable[tuple[Look, float]]:
    yield "inked", 0.0
    if abs(box.angle) > 60:  # from the bottom up, or from the top down
        yield "grey", 180.0


def _read(
    page: Page,
    labels: Labels,
    reader: LabelReader,
    wanted: Sequence[tuple[int, TextBox, Look, float]],
    tries: Sequence[list[_Try]],
) -> None:
    crops: list[Pixels] = [
        cut_crop(page, labels, box, look=look, turn=turn) for _, box, look, turn in wanted
    ]
    for (index, *_), reading in zip(wanted, reader.read(crops) if crops else [], strict=True):
        tries[index].append(_Try(reading, understand(reading)))


def understand(reading: Reading) -> tuple[Meaning, ...]:
    """The meanings of all texts that a reading may be, the cheapest first.

    The cost of each is that of its repair, of its text being the less likely one, and of the
    reader's doubt.
    """
    doubt = _DOUBTED * (1.0 - reading.confidence)
    best: dict[tuple[object, ...], Meaning] = {}
    for text, share in ((reading.text, 1.0), *reading.alternatives):
        for meaning in meanings(text):
            cost = meaning.cost + doubt - math.log(max(share, 1e-9))
            what = (meaning.quantity, meaning.name, meaning.value, meaning.unit)
            if what not in best or cost < best[what].cost:
                best[what] = replace(meaning, cost=cost)
    return tuple(sorted(best.values(), key=lambda meaning: meaning.cost))


def _read_text(name: str, page: Page, box: TextBox, tried: Sequence[_Try]) -> ReadText:
    best: dict[tuple[object, ...], Meaning] = {}
    for meaning in (meaning for one in tried for meaning in one.meanings):
        what = (meaning.quantity, meaning.name, meaning.value, meaning.unit)
        if what not in best or meaning.cost < best[what].cost:
            best[what] = meaning
    ranked = sorted(best.values(), key=lambda meaning: meaning.cost)
    kept = tuple(meaning for meaning in ranked[:_KEPT] if meaning.cost <= ranked[0].cost + _MARGIN)
    surest = max((one.reading for one in tried), key=lambda reading: reading.confidence)
    trust = math.exp(-kept[0].cost / 4) if kept else 0.5 * surest.confidence
    corners = page.work_to_image(_corners(box))
    center = corners.mean(axis=0)
    return ReadText(
        id=name,
        raw=surest.text,
        confidence=round(trust, 4),
        bbox=page.work_box_to_image(box.bbox),
        center=(float(center[0]), float(center[1])),
        corners=tuple((float(x), float(y)) for x, y in corners),
        meanings=kept,
    )


def _corners(box: TextBox) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    turn = math.radians(box.angle)
    along = np.array([math.cos(turn), math.sin(turn)]) * box.size[0] / 2
    across = np.array([-math.sin(turn), math.cos(turn)]) * box.size[1] / 2
    signs = ((-1, -1), (1, -1), (1, 1), (-1, 1))
    return np.array([np.array(box.center) + a * along + b * across for a, b in signs])
