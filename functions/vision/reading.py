"""A page half read: its evidence, the marks that stand so far, and the ink that they explain."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from .evidence import Evidence, Line
from .geometry import points_to_edges
from .grid import Grid
from .joining import join_segments
from .long_lines import find_long_lines
from .mark import Mark
from .pieces import Arc, Piece, Segment
from .vectors import Place, Vector, share

BOW, MOST_BOWED = 0.04, 4.0
"""A long stroke may stray by this share of its length from what it repeats, and by so many widths
of the pen at most."""
ALONG_STROKES = 1.8
ALONG = 0.85
"""Ink of which this share lies within so many stroke widths of a mark's outline belongs to it."""

TIP = 0.3
"""Nearer to a spring's ends, in its widths, what sticks out of it may be what it is tied to."""

Circle = tuple[Vector, float, float, float]
"""Centre, radius, the share of it that is seen, and how far it strays, as a share of its radius."""


@dataclass(eq=False)
class Reading:
    """What the kinds look at, and what is added to as they find marks."""

    evidence: Evidence
    marks: list[Mark] = field(default_factory=list)
    taken: set[int] = field(default_factory=set)
    """Numbers of the pieces that some mark explains."""
    circles: dict[int, Circle | None] = field(default_factory=dict)
    """The circles of the arcs that were completed so far, by the arcs' numbers."""
    _absorbed: int = 0
    """How many of the marks have had the free ink along them given to them."""

    @property
    def stroke_width(self) -> float:
        return self.evidence.stroke_width

    @cached_property
    def _sides(self) -> Grid[tuple[int, Place, Place]]:
        """The sides of the marks that had ink given to them, each with its mark's number."""
        return Grid(12 * self.stroke_width)

    @cached_property
    def long_lines(self) -> tuple[Line, ...]:
        """All lines, longest first, joined over gaps and bends as `find_long_lines` does."""
        return find_long_lines(self.evidence)

    def accept(self, marks: Iterable[Mark]) -> None:
        """Let marks stand."""
        for mark in marks:
            self.marks.append(mark)
            self.taken |= mark.claims

    def absorb(self) -> None:
        """Give to the marks the free ink that runs along them: a line drawn twice, a wobble."""
        known, fresh = self._absorbed, self.marks[self._absorbed :]
        for number, mark in enumerate(fresh, known):
            for (ax, ay), (bx, by) in _drawn(mark):
                low, high = (min(ax, bx), min(ay, by)), (max(ax, bx), max(ay, by))
                self._sides.add(low, high, (number, (ax, ay), (bx, by)))
        springs = [mark for mark in fresh if mark.kind == "spring"]
        self._absorbed = len(self.marks)
        for number, piece in enumerate(self.evidence.pieces):
            if number in self.taken:
                continue
            within = self.stroke_width * max(
                ALONG_STROKES, min(BOW * piece.length / self.stroke_width, MOST_BOWED)
            )
            near = self._sides.near(*piece.box, within)
            # What lies along older marks alone was given to them when they were new.
            beside = (
                share(points_to_edges(piece.points, [(a, b) for _, a, b in near]) < within)
                if any(number >= known for number, _, _ in near)
                else 0.0
            )
            if beside > ALONG or any(self._fills(piece, spring) for spring in springs):
                self.taken.add(number)

    def _fills(self, piece: Piece, spring: Mark) -> bool:
        """Whether a piece is one of a spring's turns, and not a side of what holds its end.

        What is certain of a coil may be its middle alone: its loops' tips stick out at the sides.
        """
        first, last = spring.ends
        length = math.dist(last, first)
        axis = (last - first) / length
        places = (piece.points - first) @ axis
        aside = np.abs((piece.points - first) @ np.array([-axis[1], axis[0]]))
        width = math.dist(spring.outline[0], spring.outline[3])
        edge = width / 2 + self.stroke_width
        inner = (places > self.stroke_width) & (places < length - self.stroke_width)
        if share(inner & (aside < edge)) > ALONG:
            return True
        inner &= (places > TIP * width) & (places < length - TIP * width)
        begins = float(aside[[0, -1]].min()) < edge
        return begins and piece.length < width and bool((inner & (aside < width)).all())

    def of(self, *kinds: str) -> list[Mark]:
        """The marks of some kinds."""
        return [mark for mark in self.marks if mark.kind in kinds]

    def free_segments(self) -> dict[int, Segment]:
        """Straight pieces that nothing explains yet, by number."""
        return {
            number: piece
            for number, piece in self.evidence.segments.items()
            if number not in self.taken
        }

    def free_arcs(self) -> dict[int, Arc]:
        """Round pieces that nothing explains yet, by number."""
        return {
            number: piece
            for number, piece in self.evidence.arcs.items()
            if number not in self.taken
        }

    def free_lines(self) -> list[Line]:
        """Lines that nothing explains, longest first.

        Where a mark has taken a part, as a ceiling takes the hatch that a rod runs on into, the
        rest is a line of its own.
        """
        free: list[Line] = []
        for line in self.evidence.lines:
            taken = line.pieces & self.taken
            if not taken:
                free.append(line)
            elif taken != line.pieces:
                free += self.lines_of(line.pieces - taken)
        return sorted(free, key=lambda line: -line.segment.length)

    def lines_of(self, numbers: Iterable[int]) -> list[Line]:
        """The lines that the straight ones among some pieces make, by the pieces' numbers."""
        segments = self.evidence.segments
        known = {id(segments[number]): number for number in sorted(numbers) if number in segments}
        parts_of = join_segments((segments[number] for number in known.values()), self.stroke_width)
        return [
            Line(segment, frozenset(known[id(part)] for part in parts))
            for segment, parts in parts_of
        ]


def _drawn(mark: Mark) -> Sequence[tuple[Place, Place]]:
    """The edges of a mark that are ink: of a load its bar and outermost arrows, for its tips are
    the beam's."""
    if mark.kind == "spring":
        return []
    if mark.kind == "load":
        tip, end, top, start = mark.outline
        return [(top, start), (start, tip), (end, top)]
    return mark.sides


Finder = Callable[[Reading], Sequence[Mark]]
"""Proposes marks of one kind. It must not change the reading."""

Reviser = Callable[[Reading], Sequence[Mark]]
"""All marks of a reading as they should be, by what each is joined to. It must not change it."""
