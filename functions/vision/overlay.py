"""What was read in a drawing, drawn over it as SVG.

Families of marks differ in colour, in line pattern and in the letter of their tag, so that none of
the three is needed alone. The colours are those of Okabe and Ito (2008), which people of all kinds
of colour vision tell apart; every line has a white or black edge to stand out from any paper.
"""

from __future__ import annotations

import html
import itertools
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from .analysis import Analysis, Box, Connection, MarkKind, Point, Shape, Text, Warning

_BLUE, _GREEN, _VERMILION, _PURPLE = "#0072B2", "#009E73", "#D55E00", "#CC79A7"
_ORANGE, _SKY, _YELLOW, _BLACK = "#E69F00", "#56B4E9", "#F0E442", "#000000"


@dataclass(frozen=True, slots=True)
class _Style:
    """`dash` is in line widths."""

    letter: str
    colour: str
    dash: tuple[float, ...] = ()


_BODY = _Style("B", _BLUE)
_FIXED = _Style("G", _BLACK, (6, 2))
_LINK = _Style("L", _VERMILION)
_JOINT = _Style("J", _ORANGE)
_DRIVE = _Style("D", _PURPLE)
_MEASURE = _Style("M", _GREEN, (2, 2))
_TEXT = _Style("T", _SKY, (4, 2))

_STYLES: Mapping[MarkKind, _Style] = MappingProxyType(
    {
        **dict.fromkeys(("ball", "box", "polygon", "wheel"), _BODY),
        **dict.fromkeys(("ramp", "ground", "support"), _FIXED),
        **dict.fromkeys(("rod", "rope", "spring", "damper"), _LINK),
        **dict.fromkeys(("pivot", "pulley", "pin", "roller"), _JOINT),
        **dict.fromkeys(("arrow", "arc_arrow", "load"), _DRIVE),
        "dimension": _MEASURE,
    }
)
_OPEN: frozenset[MarkKind] = frozenset(
    {"ground", "rod", "rope", "spring", "damper", "arrow", "arc_arrow", "dimension"}
)
_LEGEND = (
    (_BODY, "body"),
    (_FIXED, "fixed"),
    (_LINK, "link"),
    (_JOINT, "joint"),
    (_DRIVE, "drive"),
    (_MEASURE, "measure"),
    (_TEXT, "label"),
)
_HEADED: frozenset[MarkKind] = frozenset({"arrow", "arc_arrow"})
_LINE_WEIGHT = 0.5
"""How bad it is to cover a line, against covering print."""
_MOST_STEPS = 200
"""Along one side of an outline."""
_UNITS_ACROSS = 60
"""Heights of small print in the mean of the picture's sides."""
_LETTER = 0.56
"""Mean width of a letter of sans-serif print in heights of the print."""
_CORNERS = 20
"""Corners of an outline that are looked at to find where two meet."""
# Not allowed in XML 1.0 even when escaped.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def overlay_svg(analysis: Analysis, image_href: str) -> str:
    """An SVG document of the size of the image, with the image at `image_href` behind."""
    return "".join(_Overlay(analysis).document(image_href))


class _Overlay:
    def __init__(self, analysis: Analysis) -> None:
        self._analysis = analysis
        self._shapes = {shape.id: shape for shape in analysis.shapes}
        self._print = (analysis.width + analysis.height) / 2 / _UNITS_ACROSS
        self._line = self._print / 6
        self._cell = self._print / 2
        self._printed = {cell for text in analysis.texts for cell in self._cells(text.bbox)}
        self._drawn = {cell for shape in analysis.shapes for cell in self._cells_of(shape)}

    def document(self, image_href: str) -> Iterator[str]:
        width, height = self._analysis.width, self._analysis.height
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            f'width="{width}" height="{height}" role="img" font-family="sans-serif" '
            f'font-size="{_number(self._print)}" fill="none" stroke-linejoin="round" '
            f'stroke-linecap="round"><title>{_words(self._summary())}</title>'
            f'<image href="{_words(image_href)}" width="{width}" height="{height}"/>'
        )
        for shape in self._analysis.shapes:
            yield from self._mark(shape)
        for connection in self._analysis.connections:
            yield from self._connection(connection)
        for text in self._analysis.texts:
            yield from self._label(text)
        for index, warning in enumerate(self._analysis.warnings, start=1):
            yield from self._warning(index, warning)
        yield from self._legend()
        yield "</svg>\n"

    def _summary(self) -> str:
        found = self._analysis
        return (
            f"{len(found.shapes)} marks, {len(found.texts)} labels, "
            f"{len(found.connections)} connections and {len(found.warnings)} warnings"
        )

    def _mark(self, shape: Shape) -> Iterator[str]:
        style = _STYLES[shape.kind]
        closed = shape.kind not in _OPEN and len(shape.polygon) > 2
        path = _path(shape.polygon, closed=closed) if len(shape.polygon) > 1 else ""
        about = f"{shape.id}: {shape.kind}, {round(100 * shape.confidence)} % sure"
        yield f'<g class="mark {shape.kind}"><title>{_words(about)}</title>'
        if path:
            yield from self._stroke(path, style)
        else:
            yield from self._stroke(_ring(shape.center, self._print / 2), style)
        if shape.kind in _HEADED and len(shape.polygon) > 1:
            yield from self._stroke(self._head(shape.polygon), style)
        if shape.solid is not None:
            end = _moved(shape.center, shape.solid, 1.5 * self._print)
            yield from self._stroke(_path((shape.center, end), closed=False), style)
        words = f"{style.letter} {shape.id} {shape.kind}"
        # The box round a rope or rod is mostly empty: its print stands by the line itself.
        line = shape.kind in _OPEN and len(shape.polygon) > 1
        yield from self._tag(_about_middle(shape) if line else shape.bbox, words, style)
        yield "</g>"

    def _label(self, text: Text) -> Iterator[str]:
        box = self._framed(text.bbox)
        left, top, width, height = box
        about = f"{text.id}: {text.text}"
        if text.quantity is not None:
            about += f" ({text.quantity})"
        yield f'<g class="label"><title>{_words(about)}</title>'
        shape = self._shapes.get(text.attached_to or "")
        if shape is not None:
            middle = (left + width / 2, top + height / 2)
            goal = min((*shape.polygon, shape.center), key=lambda point: math.dist(point, middle))
            start = (
                min(max(goal[0], left), left + width),
                min(max(goal[1], top), top + height),
            )
            yield from self._stroke(_path((start, goal), closed=False), _TEXT)
            yield from self._stroke(_ring(goal, self._line * 1.5), _TEXT)
        yield from self._stroke(_rectangle(box), _TEXT)
        said = text.text if text.quantity is not None else f"? {text.text}"
        owner = f" → {text.attached_to}" if shape is not None else ""
        yield from self._tag(box, f"T {text.id} {said}{owner}", _TEXT)
        yield "</g>"

    def _connection(self, connection: Connection) -> Iterator[str]:
        a, b = self._shapes.get(connection.a), self._shapes.get(connection.b)
        if a is None or b is None:
            return
        between = self._shapes.get(connection.via or "")
        ends = tuple(_nearest(end, between)[0] for end in (a, b)) if between else _nearest(a, b)
        at = connection.at or (between.center if between else _middle(ends[0], ends[1]))
        via = f" by {connection.via}" if connection.via else ""
        about = f"{connection.id}: {connection.kind} of {a.id} and {b.id}{via}"
        size = 0.45 * self._print
        yield f'<g class="connection {connection.kind}"><title>{_words(about)}</title>'
        for end in ends:
            if math.dist(at, end) < size:
                continue
            yield (
                f'<path d="{_path((at, end), closed=False)}" stroke="{_BLACK}" '
                f'stroke-opacity="0.35" stroke-width="{_number(self._line / 2)}" '
                f'stroke-dasharray="{_number(self._line / 2)} {_number(self._line * 1.5)}"/>'
            )
        yield (
            f'<path d="{_diamond(at, size)}" fill="{_YELLOW}" stroke="{_BLACK}" '
            f'stroke-width="{_number(self._line / 2)}"/>'
            f'<text x="{_number(at[0])}" y="{_number(at[1] + 0.3 * size)}" fill="{_BLACK}" '
            f'font-size="{_number(size)}" text-anchor="middle">{connection.kind[0].upper()}</text>'
            "</g>"
        )

    def _warning(self, index: int, warning: Warning) -> Iterator[str]:
        size = self._print
        about = f"{warning.code}: {warning.message} {warning.suggestion or ''}"
        aside = (0.0, (index - 1) * 2.0 * size, 0.0, 0.0)
        left, top, width, _ = self._framed(warning.bbox) if warning.bbox else aside
        at = (
            min(max(left + width + 0.6 * size, size), self._analysis.width - size),
            min(max(top, size), self._analysis.height - size),
        )
        yield f'<g class="warning"><title>{_words(about)}</title>'
        if warning.bbox is not None:
            style = _Style("!", _YELLOW, (1, 2))
            yield from self._stroke(_rectangle(self._framed(warning.bbox)), style, under=_BLACK)
        corners = (
            (at[0], at[1] - size),
            (at[0] + size, at[1] + 0.8 * size),
            (at[0] - size, at[1] + 0.8 * size),
        )
        yield (
            f'<path d="{_path(corners, closed=True)}" fill="{_YELLOW}" stroke="{_BLACK}" '
            f'stroke-width="{_number(self._line)}"/>'
            f'<text x="{_number(at[0])}" y="{_number(at[1] + 0.55 * size)}" fill="{_BLACK}" '
            f'font-weight="bold" text-anchor="middle">!{index}</text></g>'
        )

    def _legend(self) -> Iterator[str]:
        size = 0.8 * self._print
        y = self._analysis.height - 0.6 * size
        yield f'<g class="legend" font-size="{_number(size)}">'
        for index, (style, name) in enumerate(_LEGEND):
            x = size * (0.6 + 8.0 * index)
            line = _path(((x, y - 0.3 * size), (x + 1.6 * size, y - 0.3 * size)), closed=False)
            yield from self._stroke(line, style)
            yield from self._chip((x + 2 * size, y), f"{style.letter} {name}", style, size)
        yield "</g>"

    def _stroke(self, path: str, style: _Style, *, under: str = "#FFFFFF") -> Iterator[str]:
        dash = " ".join(_number(part * self._line) for part in style.dash)
        yield (
            f'<path d="{path}" stroke="{under}" stroke-opacity="0.85" '
            f'stroke-width="{_number(2.2 * self._line)}"/>'
            f'<path d="{path}" stroke="{style.colour}" stroke-width="{_number(self._line)}"'
            + (f' stroke-dasharray="{dash}"/>' if dash else "/>")
        )

    def _framed(self, box: Box) -> Box:
        """A little larger, so that the frame does not touch what it is round."""
        x, y, width, height = box
        air = 1.5 * self._line
        return (x - air, y - air, width + 2 * air, height + 2 * air)

    def _tag(self, box: Box, words: str, style: _Style) -> Iterator[str]:
        """Print beside `box`, where it covers the least of what was printed before."""
        x, y, width, height = box
        wide, high = _LETTER * len(words) * self._print + self._print, 1.3 * self._print
        middle = x + (width - wide) / 2
        places = [
            (middle, y - high),
            (middle, y + height),
            (x + width, y + height / 2 - high / 2),
            (x - wide, y + height / 2 - high / 2),
            (x, y - high),
            (x + width - wide, y + height),
            (middle, y + height / 2 - high / 2),
            (middle, y - 2.1 * high),
            (middle, y + height + 1.1 * high),
            (x + width, y - high),
            (x - wide, y - high),
            (x + width, y + height),
            (x - wide, y + height),
        ]
        chips = [
            (
                min(max(left, 0.0), max(self._analysis.width - wide, 0.0)),
                min(max(top, 0.0), max(self._analysis.height - 2 * high, 0.0)),
                wide,
                high,
            )
            for left, top in places
        ]
        chip = min(chips, key=self._covered)
        self._printed.update(self._cells(chip))
        at = (chip[0] + 0.7 * self._print, chip[1] + self._print)
        yield from self._chip(at, words, style, self._print)

    def _covered(self, chip: Box) -> float:
        """What a chip would cover of print that is there and of lines of the drawing, in cells."""
        cells = list(self._cells(chip))
        printed = sum(cell in self._printed for cell in cells)
        return printed + _LINE_WEIGHT * sum(cell in self._drawn for cell in cells)

    def _cells(self, box: Box) -> Iterator[tuple[int, int]]:
        """The cells of a grid that a box covers: a look-up for each beats a test of every pair."""
        left, top, width, height = (value / self._cell for value in box)
        return itertools.product(
            range(math.floor(left), math.ceil(left + width)),
            range(math.floor(top), math.ceil(top + height)),
        )

    def _cells_of(self, shape: Shape) -> Iterator[tuple[int, int]]:
        """The cells that a mark's outline passes."""
        for a, b in itertools.pairwise(_outline(shape)):
            steps = min(math.ceil(math.dist(a, b) / self._cell), _MOST_STEPS)
            for step in range(steps + 1):
                x, y = _moved(a, (b[0] - a[0], b[1] - a[1]), step / max(steps, 1))
                yield math.floor(x / self._cell), math.floor(y / self._cell)

    def _head(self, polygon: Sequence[Point]) -> str:
        """An arrow's head at the last point."""
        tip, before = polygon[-1], polygon[-2]
        length = max(math.dist(tip, before), 1e-6)
        back = ((before[0] - tip[0]) / length, (before[1] - tip[1]) / length)
        size = 0.8 * self._print
        wings = [
            _moved(tip, (back[0] - side * back[1], back[1] + side * back[0]), size)
            for side in (-0.6, 0.6)
        ]
        return _path((wings[0], tip, wings[1]), closed=False)

    def _chip(self, at: Point, words: str, style: _Style, size: float) -> Iterator[str]:
        """Black print on white with a bar of the family's colour before it."""
        x, y = at
        ground = (x - 0.5 * size, y - size, _LETTER * len(words) * size + 0.8 * size, 1.25 * size)
        bar = (ground[0], ground[1], 0.3 * size, ground[3])
        yield (
            f'<path d="{_rectangle(ground)}" fill="#FFFFFF" fill-opacity="0.85"/>'
            f'<path d="{_rectangle(bar)}" fill="{style.colour}"/>'
            f'<text x="{_number(x)}" y="{_number(y)}" fill="{_BLACK}">{_words(words)}</text>'
        )


def _words(text: str) -> str:
    """Any text, safe between tags and in quotes."""
    return html.escape(_NOT_XML.sub("�", text), quote=True)


def _number(value: float) -> str:
    return f"{value:.1f}" if math.isfinite(value) else "0"


def _path(points: Sequence[Point], *, closed: bool) -> str:
    line = "L".join(f"{_number(x)} {_number(y)}" for x, y in points)
    return f"M{line}{'Z' if closed else ''}"


def _rectangle(box: Box) -> str:
    x, y, width, height = box
    return _path(((x, y), (x + width, y), (x + width, y + height), (x, y + height)), closed=True)


def _ring(center: Point, radius: float) -> str:
    x, y, r = _number(center[0] - radius), _number(center[1]), _number(radius)
    across = _number(2 * radius)
    return f"M{x} {y}a{r} {r} 0 1 0 {across} 0a{r} {r} 0 1 0 -{across} 0Z"


def _diamond(center: Point, size: float) -> str:
    x, y = center
    return _path(((x, y - size), (x + size, y), (x, y + size), (x - size, y)), closed=True)


def _nearest(a: Shape, b: Shape) -> tuple[Point, Point]:
    """The points of two outlines that are nearest to each other: where a contact or a hinge is."""
    first, second = _outline(a), _outline(b)
    pairs = [(p, _foot(p, *step)) for p in first for step in itertools.pairwise(second)]
    pairs += [(_foot(p, *step), p) for p in second for step in itertools.pairwise(first)]
    return min(pairs, key=lambda pair: math.dist(*pair))


def _outline(shape: Shape) -> list[Point]:
    """Two points or more of a mark's outline, closed if the mark is; not so many as to be slow."""
    points = list(shape.polygon)[:: 1 + len(shape.polygon) // _CORNERS] or [shape.center]
    closed = shape.kind not in _OPEN and len(shape.polygon) > 2
    return [*points, points[0] if closed else shape.polygon[-1] if shape.polygon else points[0]]


def _foot(point: Point, a: Point, b: Point) -> Point:
    """The point from a to b that is nearest to another."""
    x, y = b[0] - a[0], b[1] - a[1]
    square = x * x + y * y
    share = ((point[0] - a[0]) * x + (point[1] - a[1]) * y) / square if square else 0.0
    return _moved(a, (x, y), min(max(share, 0.0), 1.0))


def _about_middle(shape: Shape) -> Box:
    """No more than a point, in the middle of the longest part of a line."""
    a, b = max(itertools.pairwise(shape.polygon), key=lambda part: math.dist(*part))
    return (*_middle(a, b), 0.0, 0.0)


def _middle(a: Point, b: Point) -> Point:
    return ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)


def _moved(point: Point, direction: Point, distance: float) -> Point:
    return (point[0] + direction[0] * distance, point[1] + direction[1] * distance)
