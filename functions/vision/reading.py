"""A page half read: its evidence, the marks that stand so far, and the ink that they explain."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from .evidence import Evidence, Line
from .mark import Mark
from .pieces import Arc, Segment


@dataclass(eq=False)
class Reading:
    """What the kinds look at, and what is added to as they find marks."""

    evidence: Evidence
    marks: list[Mark] = field(default_factory=list)
    taken: set[int] = field(default_factory=set)
    """Numbers of the pieces that some mark explains."""

    @property
    def stroke_width(self) -> float:
        return self.evidence.stroke_width

    def accept(self, marks: Iterable[Mark]) -> None:
        """Let marks stand."""
        for mark in marks:
            self.marks.append(mark)
            self.taken |= mark.claims

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
        """Lines of which nothing is explained yet, longest first."""
        return [line for line in self.evidence.lines if not line.pieces & self.taken]


Finder = Callable[[Reading], Sequence[Mark]]
"""Proposes marks of one kind. It must not change the reading."""
