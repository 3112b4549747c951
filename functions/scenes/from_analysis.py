"""An analysis becomes a scene: straighten, measure, obey the labels, settle, assemble."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from vision.analysis import Analysis, Connection, ConnectionKind, Quantity, Warning

from . import geometry as geo
from .acts import ActsReader
from .assemble import Assembly
from .beams import find_beams, hinges_of, to_beam
from .errors import NothingDrawn, NothingMoves, TooManyBodies
from .figures import (
    BODY_KINDS,
    FIXED_KINDS,
    FLAT_KINDS,
    Figure,
    read_figures,
    to_polygon,
)
from .geometry import Vec
from .joins import REACH, Joins, Pin, find_joins
from .masses import find_masses
from .overlaps import Overlap, find_deep, part
from .quantities import MOST_FRICTION, Labels
from .scene import DEFAULT_DURATION_S, STANDARD_GRAVITY_M_S2, Scene
from .settle import settle
from .sizes import find_scale
from .stiff import SUGGESTION, too_stiff
from .symmetry import balance, line_up_cradles

MAX_BODIES = 150
MAX_MARKS = 400
"""More than this can't be put in order, or simulated, in reasonable time."""

MAX_DURATION_S = 60.0
"""The longest run that a label may ask for."""


def build_scene(
    analysis: Analysis, *, duration_s: float | None = None, gravity: float | None = None
) -> tuple[Scene, Analysis]:
    """The scene that a drawing means, and its analysis with what was found out on the way.

    Args:
        analysis: what was read.
        duration_s: how long to simulate; wins over a label.
        gravity: m/s² downwards; wins over a label.

    Returns:
        The scene, and the analysis with `metres_per_pixel`, the names of bodies and geoms, and the
        joins and warnings that building added.

    Raises:
        NothingDrawn, NothingMoves, TooManyBodies: there is nothing to simulate, or too much.
        BadScene: a number that no scene can hold, such as a duration of 0.
    """
    figures = read_figures(analysis)
    labels = Labels(analysis.texts)
    _free_and_fix(figures, labels)
    if not figures:
        raise NothingDrawn(
            "No mark of a physics drawing was found.",
            suggestion="Draw at least one body: a ball or a box.",
        )
    if len(figures) > MAX_MARKS:
        raise TooManyBodies(
            f"{len(figures)} marks were read; at most {MAX_MARKS} can become one scene.",
            suggestion="Crop the picture to one drawing.",
        )
    joins = _find_joins(analysis, figures, labels)
    _check_bodies(figures)
    page_width = _page_width(analysis)
    scale, warnings = find_scale(figures, joins, labels, page_width)
    _to_metres(figures, joins, scale)

    angles = _stated_angles(figures, labels)
    overlapping = find_deep(figures, joins)
    order = settle(figures, joins, labels, angles)
    masses = find_masses(figures, labels)
    line_up_cradles(joins)
    balance(figures, joins, masses)
    stuck = part(figures, joins, order)

    assembly = Assembly(figures, joins, labels, masses, page_width * scale)
    _warn_of_overlaps(assembly, overlapping, stuck)
    reader = ActsReader(
        analysis, figures, joins, labels, angles, assembly.names, page_width * scale, assembly.warn
    )
    scene = assembly.scene(
        reader,
        stuck,
        (0.0, -_said(labels, "gravity", gravity, STANDARD_GRAVITY_M_S2)),
        min(_said(labels, "time", duration_s, DEFAULT_DURATION_S), MAX_DURATION_S),
    )
    _warn_of_stiff_springs(assembly, scene)
    warnings += [*_unusable(labels), *_impossible(labels), *assembly.warnings]
    return scene, _complete(analysis, figures, joins, assembly, scale, warnings)


def _find_joins(analysis: Analysis, figures: list[Figure], labels: Labels) -> Joins:
    """What is joined, once the lines that are beams are known to be."""
    low, high = _page(figures)
    diagonal = max(geo.distance(low, high), 1.0)
    joins = find_joins(analysis, figures, diagonal)
    beams = find_beams(figures, joins, labels, REACH * diagonal)
    if not beams:
        return joins
    hinges = [(beam, *hinge) for beam in beams for hinge in hinges_of(beam, joins)]
    for beam in beams:
        to_beam(beam)
    joins = find_joins(analysis, figures, diagonal)
    for beam, at, holder in hinges:
        if not any(beam in pin.members and holder in pin.members for pin in joins.pins):
            joins.pins.append(Pin(beam, [holder, beam], holder, holder.local(at)))
    return joins


def _said(labels: Labels, quantity: Quantity, asked: float | None, default: float) -> float:
    if asked is not None:
        return asked
    for _, said in labels.every(quantity):
        if said.value > 0 or quantity == "gravity":
            return said.value
    return default


def _unusable(labels: Labels) -> list[Warning]:
    return [
        Warning(
            "UNIT_DOES_NOT_FIT",
            f'"{text.text}" has a unit that is none of {text.quantity}; it was left out.',
            bbox=text.bbox,
            suggestion="Correct the unit.",
            mark=text.attached_to,
        )
        for text in labels.unusable
    ]


def _impossible(labels: Labels) -> list[Warning]:
    return [
        Warning(
            "VALUE_IMPOSSIBLE",
            f'"{text.text}" can\'t be: {rule}. It was left out.',
            bbox=text.bbox,
            suggestion="Correct the number.",
            mark=text.attached_to,
        )
        for text, rule in labels.impossible
    ] + [
        Warning(
            "VALUE_UNLIKELY",
            f'"{said.text.text}" is more than any two surfaces rub; it is taken as it is written.',
            bbox=said.text.bbox,
            suggestion="Correct the number if it was misread: a decimal point may be missing.",
            mark=mark,
        )
        for mark, said in labels.every("friction")
        if said.value > MOST_FRICTION
    ]


def _warn_of_overlaps(
    assembly: Assembly, drawn: Sequence[Overlap], stuck: Sequence[Overlap]
) -> None:
    left = {(overlap.first.id, overlap.second.id) for overlap in stuck}
    for overlap in drawn:
        first, second = overlap.first, overlap.second
        undone = (first.id, second.id) not in left
        what = "they were moved apart" if undone else "they pass through each other"
        assembly.warn(
            "OVERLAPPING",
            f"{assembly.names[first.id]} and {assembly.names[second.id]} are drawn over one"
            f" another; {what}.",
            second,
            "Draw them side by side, or a dot where they are hinged.",
        )


def _warn_of_stiff_springs(assembly: Assembly, scene: Scene) -> None:
    marks = {assembly.names[figure.id]: figure for figure in assembly.figures}
    for each in too_stiff(scene):
        assembly.warn("SPRING_TOO_STIFF", each.message, marks[each.spring.name], SUGGESTION)


def _free_and_fix(figures: Sequence[Figure], labels: Labels) -> None:
    """Obey the words "fixed" and "free"."""
    for figure in figures:
        words = labels.words(figure.id)
        if "fixed" in words:
            figure.fixed = True
        if "free" in words and figure.kind == "ramp" and len(figure.corners) > 2:
            to_polygon(figure)
        elif "free" in words and figure.kind not in FLAT_KINDS | {"ramp"}:
            figure.fixed = False


def _check_bodies(figures: Sequence[Figure]) -> None:
    moving = [f for f in figures if f.kind in BODY_KINDS and not f.fixed]
    if not any(f.kind != "pulley" for f in moving):
        raise NothingMoves(
            "Nothing in the drawing can move: there is no ball, box, polygon or wheel.",
            suggestion="Draw a closed shape for what should move, or write 'free' beside one.",
        )
    if len(moving) > MAX_BODIES:
        raise TooManyBodies(
            f"{len(moving)} moving bodies were read; at most {MAX_BODIES} can be simulated.",
            suggestion="Crop the picture to one drawing.",
        )


def _page(figures: Sequence[Figure]) -> tuple[Vec, Vec]:
    points = [
        point
        for f in figures
        for point in (
            f.outline
            or [
                geo.add(f.centre, (-f.radius, -f.radius)),
                geo.add(f.centre, (f.radius, f.radius)),
            ]
        )
    ]
    xs, zs = [p[0] for p in points], [p[1] for p in points]
    return (min(xs), min(zs)), (max(xs), max(zs))


def _page_width(analysis: Analysis) -> float:
    """How wide the sheet, or else the picture at mid height, is in pixels of the straight page."""
    if analysis.sheet_width is not None:
        return analysis.sheet_width
    if analysis.rectify is None:
        return float(analysis.width)
    a, b, c, d, e, f, g, h, i = analysis.rectify

    def straight(x: float, y: float) -> Vec:
        w = g * x + h * y + i
        return ((a * x + b * y + c) / w, (d * x + e * y + f) / w)

    middle = analysis.height / 2
    return geo.distance(straight(0.0, middle), straight(float(analysis.width), middle))


def _to_metres(figures: Sequence[Figure], joins: Joins, scale: float) -> None:
    for figure in figures:
        figure.resize(scale)
        figure.remember()
    for tie in joins.ties:
        for end in tie.ends:
            end.local = geo.scale(end.local, scale)
    for pin in joins.pins:
        pin.local = geo.scale(pin.local, scale)


def _stated_angles(figures: Sequence[Figure], labels: Labels) -> dict[str, float]:
    """Stated angles by the mark that leans: an arc at a corner speaks for what it spans."""
    by_id = {figure.id: figure for figure in figures}
    angles: dict[str, float] = {}
    for mark, said in labels.every("angle"):
        figure = by_id.get(mark or "")
        angle = abs(said.value)
        if figure is None or not 0 < angle < math.pi:
            continue
        if figure.kind == "dimension":
            # An angle makes it an arc, however flat: that of 10° bows by 2 % of its chord.
            figure = _at_corner(figure, figures)
        if figure is not None:
            angles.setdefault(figure.id, angle)
    return angles


def _at_corner(arc: Figure, figures: Sequence[Figure]) -> Figure | None:
    """The ramp or line whose corner is nearest to the centre of an arc."""
    path = arc.outline
    corner = _circle_centre(path[0], path[len(path) // 2], path[-1])
    spots = [
        (geo.distance(spot, corner), figure.kind != "ramp", index)
        for index, figure in enumerate(figures)
        if figure.kind in {"ramp", "rod", "rope", "arrow"}
        for spot in figure.outline
    ]
    return figures[min(spots)[2]] if spots else None


def _circle_centre(a: Vec, b: Vec, c: Vec) -> Vec:
    """The centre of the circle through three points; of a straight line, its middle."""
    ab, ac = geo.sub(b, a), geo.sub(c, a)
    twice = 2 * geo.cross(ab, ac)
    if abs(twice) < 1e-12:
        return b
    ab2, ac2 = geo.dot(ab, ab), geo.dot(ac, ac)
    return geo.add(
        a,
        ((ac[1] * ab2 - ab[1] * ac2) / twice, (ab[0] * ac2 - ac[0] * ab2) / twice),
    )


def _complete(
    analysis: Analysis,
    figures: Sequence[Figure],
    joins: Joins,
    assembly: Assembly,
    scale: float,
    warnings: list[Warning],
) -> Analysis:
    """The analysis with the scale, names, and what was derived."""
    shapes = []
    for figure in figures:
        name = assembly.names[figure.id]
        if figure.kind in FIXED_KINDS or (figure.kind in BODY_KINDS and figure.fixed):
            shapes.append(replace(figure.shape, geom=name, body=None, fixed=True))
        elif figure.kind in BODY_KINDS or figure.kind == "rod":
            shapes.append(replace(figure.shape, body=name, fixed=False))
        else:
            shapes.append(figure.shape)
    return replace(
        analysis,
        metres_per_pixel=scale,
        shapes=tuple(shapes),
        connections=(*analysis.connections, *_new_connections(analysis, joins)),
        warnings=(*analysis.warnings, *warnings),
    )


def _new_connections(analysis: Analysis, joins: Joins) -> list[Connection]:
    """What is joined and was not said to be."""
    known = {frozenset((c.a, c.b)) for c in analysis.connections}
    found: list[tuple[ConnectionKind, str, str, str | None]] = []
    found += [("contact", a.id, b.id, None) for a, b in joins.contacts]
    found += [("hinge", box.id, wheel.id, None) for wheel, box in joins.axles]
    for tie in joins.ties:
        if tie.a.holder is not None and tie.b.holder is not None:
            kinds: dict[str, ConnectionKind] = {
                "rod": "hinge",
                "rope": "rope",
                "spring": "spring",
                "damper": "damper",
            }
            kind = kinds[tie.figure.kind]
            found.append((kind, tie.a.holder.id, tie.b.holder.id, tie.figure.id))
        found += [("over", tie.figure.id, pulley.id, None) for pulley in tie.over]
    taken = {c.id for c in analysis.connections}
    ids = (
        name for number in range(len(taken) + len(found) + 1) if (name := f"j{number}") not in taken
    )
    return [
        Connection(next(ids), kind, a, b, via)
        for kind, a, b, via in found
        if frozenset((a, b)) not in known
    ]
