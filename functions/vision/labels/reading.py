"""From the boxes that look like writing to what they say."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from ..components import Components, Labels
from ..page import Page, Pixels
from ..text_box import TextBox
from ..writing import find_writing, measure_small, split_line
from .apart import ANOTHER, part
from .crops import Look, crop_width, cut_crop
from .grammar import Meaning, meanings
from .ink_signs import InkKind, InkSign, find_ink_signs, missing, with_missing
from .read_text import ReadText
from .reader import Alternative, LabelReader, Reading

_SURE = 0.85
"""Confidence of a reading that needs no second look, if it is a label as it stands."""
_PLAIN = 1.3
"""Cost of a meaning up to which nothing was repaired to speak of."""
_DOUBTED = 3.0
"""Cost of a reading in which the reader has no confidence at all."""
_SEVEN = 0.5
"""Cost of each 7: a one with a flag is taken for it, and in exercises is five times as frequent
(Benford's law), so that of two readings about as likely the one is."""
_IN_LINE = 0.85
"""Of the confidence of a line, that of its parts: they may be of another place in it."""
_MOST_CUTS = 2
_UNREAD: Mapping[InkKind, float] = MappingProxyType({".": 1.2, ":": 0.5, "=": 0.5, "1": 0.5})
"""Cost of a reading that lacks a sign whose ink stands in the line."""
_PUT_IN: Mapping[InkKind, float] = MappingProxyType({".": 0.3, ":": 0.3, "=": 0.3, "1": 0.5})
"""Cost of putting such a sign into what was read: a slim stroke may also be a part of a letter."""
_KEPT = 3
"""Meanings kept of each label: relations may yet show that the likeliest is not the right one."""
_MARGIN = 2.5
"""A meaning that costs this much more than the best, e^-2.5 as likely, is not worth keeping."""


def read_labels(page: Page, reader: LabelReader) -> list[ReadText]:
    """All writing on the page, read and understood, from top to bottom.

    The reader is asked once about all lines as they are; once more about those that make no plain
    sense, redrawn; and about the halves of those that still make none, which may be two or three
    labels side by side. A page without writing never wakes it.

    Raises:
        ReaderUnavailable: see `LabelReader`.
    """
    pieces = measure_small(page)
    lines = [_Line.of(pieces, box) for box in find_writing(page, pieces)]
    if not lines:
        return []
    desk = _Desk(page, pieces.map, reader)
    desk.read([(line, "grey", 0.0) for line in lines])
    doubtful = [line for line in lines if not line.is_plain]
    desk.read([(line, *look) for line in doubtful for look in _second_looks(line.box)])
    for _ in range(_MOST_CUTS):
        halves = {
            id(line): [
                (_Line.of(pieces, left), _Line.of(pieces, right))
                for left, right in split_line(page, pieces, line.box, line.cuts)
            ]
            for line in lines
            if line.may_be_more
        }
        desk.read([(half, "grey", 0.0) for ways in halves.values() for way in ways for half in way])
        for line in lines:
            for way in halves.get(id(line), ()):
                line.tell(way)
        lines = [half for line in lines for half in line.parted(halves.get(id(line), ()))]
    return [_read_text(f"t{number}", page, line) for number, line in enumerate(lines, start=1)]


class _Line:
    """A box, what was read in it, and what that may mean."""

    def __init__(self, box: TextBox, ink: Sequence[InkSign]) -> None:
        self.box = box
        self._ink = ink
        self.readings: list[Reading] = []
        self._is_whole = False
        self.meanings: tuple[Meaning, ...] = ()

    @classmethod
    def of(cls, pieces: Components, box: TextBox) -> _Line:
        return cls(box, find_ink_signs(pieces, box, crop_width(box)))

    def add(self, reading: Reading, *, upside_down: bool = False) -> None:
        self.readings.append(reading)
        ink = () if upside_down else self._ink
        self.meanings = _ranked((*self.meanings, *understand(reading, ink)))

    @property
    def cost(self) -> float:
        return self.meanings[0].cost if self.meanings else math.inf

    @property
    def is_plain(self) -> bool:
        """Whether it is a label as it stands, surely read."""
        sure = max(reading.confidence for reading in self.readings)
        return sure >= _SURE and self.cost <= _PLAIN

    @property
    def may_be_more(self) -> bool:
        """Whether it may be labels side by side, and was not looked at as such."""
        return not self._is_whole and not self.is_plain

    @property
    def cuts(self) -> tuple[float, ...]:
        """Where it may be cut into labels, as shares of its length; none if that is not known."""
        parting = min((part(reading.text) for reading in self.readings), key=lambda one: one.cost)
        return parting.cuts if parting.cost < self.cost else ()

    def tell(self, halves: tuple[_Line, _Line]) -> None:
        """Let two halves know what they were read as in the whole line: what stands beside a sign
        helps to read it, if it is the right place that they are cut at."""
        for reading in self.readings:
            texts = part(reading.text).texts
            if len(texts) == len(halves):
                for half, text in zip(halves, texts, strict=True):
                    half.add(Reading(text, _IN_LINE * reading.confidence))

    @property
    def cost_in_parts(self) -> float:
        """What it costs as one label, or as several."""
        return min(self.cost, *(part(reading.text).cost for reading in self.readings))

    def parted(self, ways: Iterable[tuple[_Line, _Line]]) -> tuple[_Line, ...]:
        """This line, or the two that it makes more sense as."""
        self._is_whole = True
        costs = [(left.cost_in_parts + right.cost_in_parts, left, right) for left, right in ways]
        best = min(costs, key=lambda way: way[0], default=None)
        if best is None or not best[0] + ANOTHER < self.cost:
            return (self,)
        return best[1:]


@dataclass(frozen=True, slots=True)
class _Desk:
    page: Page
    labels: Labels
    reader: LabelReader

    def read(self, wanted: Sequence[tuple[_Line, Look, float]]) -> None:
        """Have all these lines read in one go."""
        crops: list[Pixels] = [
            cut_crop(self.page, self.labels, line.box, look=look, turn=turn)
            for line, look, turn in wanted
        ]
        readings = self.reader.read(crops) if crops else []
        for (line, _, turn), reading in zip(wanted, readings, strict=True):
            line.add(reading, upside_down=abs(turn) > 90)


def _second_looks(box: TextBox) -> Iterable[tuple[Look, float]]:
    yield "inked", 0.0
    if abs(box.angle) > 60:  # from the bottom up, or from the top down
        yield "grey", 180.0


def understand(reading: Reading, ink: Sequence[InkSign] = ()) -> tuple[Meaning, ...]:
    """The meanings of all texts that a reading may be, the cheapest first.

    The cost of each is that of its repair, of its text being the less likely one, of the reader's
    doubt, and of what is put in or left out of the signs that their ink tells, `ink`.
    """
    doubt = _DOUBTED * (1.0 - reading.confidence)
    whole = Alternative(reading.text, 1.0, reading.places)
    return _ranked(
        replace(
            meaning,
            cost=meaning.cost
            + doubt
            + odd
            - math.log(max(one.share, 1e-9))
            + _SEVEN * text.count("7"),
        )
        for one in (whole, *reading.alternatives)
        for text, odd in _completed(one, ink)
        for meaning in meanings(text)
    )


def _completed(read: Alternative, ink: Sequence[InkSign]) -> Iterator[tuple[str, float]]:
    """A text as it was read and with the signs that it lacks, each with what is odd about it."""
    lacking = missing(read.text, read.places, ink)
    yield read.text, sum(_UNREAD[one.sign.kind] for one in lacking)
    if lacking and read.places:
        yield with_missing(read.text, lacking), sum(_PUT_IN[one.sign.kind] for one in lacking)


def _ranked(found: Iterable[Meaning]) -> tuple[Meaning, ...]:
    """The cheapest of those that mean the same, the cheapest first."""
    best: dict[tuple[object, ...], Meaning] = {}
    for meaning in found:
        what = (meaning.quantity, meaning.name, meaning.value, meaning.unit)
        if what not in best or meaning.cost < best[what].cost:
            best[what] = meaning
    return tuple(sorted(best.values(), key=lambda meaning: meaning.cost))


def _read_text(name: str, page: Page, line: _Line) -> ReadText:
    kept = tuple(m for m in line.meanings[:_KEPT] if m.cost <= line.cost + _MARGIN)
    surest = max(line.readings, key=lambda reading: reading.confidence)
    trust = math.exp(-line.cost / 4) if kept else 0.5 * surest.confidence
    corners = page.work_to_image(_corners(line.box))
    center = corners.mean(axis=0)
    return ReadText(
        id=name,
        raw=surest.text,
        confidence=round(trust, 4),
        bbox=page.work_box_to_image(line.box.bbox),
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
