"""How many metres a pixel is: the stated lengths against the drawn ones."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from vision.analysis import Text, Warning

from . import geometry as geo
from .figures import Figure
from .joins import Joins
from .quantities import Labels

DEFAULT_WIDTH_M = 4.0
"""How wide the picture, or the sheet in a photo of it, is when no length is stated."""

_LEAST_M, _MOST_M = 1e-3, 1e6
"""A length that would make the picture narrower or wider than this was misread."""

_AGREE = 0.1
"""Two stated lengths agree if the scales that follow from them differ by less than this part."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A stated length and what it is drawn as."""

    figure: Figure
    text: Text
    metres: float
    drawn: float


def find_scale(
    figures: list[Figure], joins: Joins, labels: Labels, page_width: float
) -> tuple[float, list[Warning]]:
    """Metres per pixel of the straight page: of the first length label on the largest mark.

    Labels that say otherwise by more than a tenth become warnings.
    """
    by_id = {figure.id: figure for figure in figures}
    measures = []
    for mark, said in labels.every("length"):
        figure = by_id.get(mark or "")
        if figure is None or said.value <= 0:
            continue
        drawn = drawn_length(figure, said.text.name, joins)
        if drawn > 0:
            measures.append(Measure(figure, said.text, said.value, drawn))
    measures = [m for m in measures if _LEAST_M < m.metres / m.drawn * page_width < _MOST_M]
    if not measures:
        return DEFAULT_WIDTH_M / page_width, []
    measures.sort(key=lambda measure: -measure.figure.size)
    first = measures[0]
    scale = first.metres / first.drawn
    warnings = [
        Warning(
            "LENGTHS_DISAGREE",
            f'"{measure.text.text}" does not fit the scale set by "{first.text.text}": at that'
            f" scale the mark is {measure.drawn * scale:.3g} m long as drawn.",
            bbox=measure.text.bbox,
            suggestion="Correct one of the two labels, or drop one.",
            mark=measure.figure.id,
        )
        for measure in measures[1:]
        if abs(measure.metres / measure.drawn / scale - 1) > _AGREE
    ]
    return scale, warnings


def drawn_length(figure: Figure, name: str | None, joins: Joins) -> float:
    """The extent of a mark that a length label of this name speaks of; 0 if there is none."""
    name = name or ""
    if figure.kind == "ball" or figure.kind in {"wheel", "pulley", "roller", "pivot"}:
        return 2 * figure.radius if name == "d" else figure.radius
    for tie in joins.ties:
        if tie.figure is figure:
            return _path_length(figure) if tie.over else (1 + tie.sag) * tie.length
    if figure.kind == "dimension":
        return 0.0 if is_arc(figure) else figure.length
    if figure.kind == "box":
        sides = {"h": figure.height, "w": figure.width}
        return sides.get(name, max(figure.width, figure.height))
    if figure.kind == "ramp":
        _, top, *_ = outline = figure.outline
        if name in {"h", "H"}:
            return top[1] - outline[0][1]
        if name in {"w", "d", "b"} and len(outline) == 3:
            return abs(outline[2][0] - outline[0][0])
        return geo.distance(outline[0], top)
    if figure.kind in {"ground", "support"}:
        return figure.width
    return 0.0


def is_arc(figure: Figure) -> bool:
    """Whether a dimension is the arc at a corner: bent by a hundredth of its length, as 5° are."""
    first, last = figure.ends
    bend = max(geo.distance(p, geo.nearest_on_segment(p, first, last)) for p in figure.outline)
    return bend > 0.01 * figure.length and len(figure.corners) > 2


def _path_length(figure: Figure) -> float:
    path = figure.outline
    return sum(geo.distance(a, b) for a, b in pairwise(path))
