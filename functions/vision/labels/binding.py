"""Which mark each label belongs to, decided for all labels of a drawing at once.

A label costs more the further it is from a mark and the less its quantity fits that kind of mark.
A mark takes each quantity once. The cheapest assignment of all labels to such places is found by
the Hungarian method, so that a label gives way to one that has nowhere else to go.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from ..analysis import Analysis, MarkKind, Point, Quantity, Shape, Text, Warning
from .grammar import Meaning, meanings
from .read_text import ReadText
from .vocabulary import si_factor

Floats = npt.NDArray[np.float64]

_NOWHERE = 6.0
"""Cost of leaving a label unbound; as much as a mark some thirty line heights away."""
_CENTER = 0.2
"""Weight of the distance to a mark's centre beside that to its outline."""
_ACROSS = 0.8
"""What stands on the other side of the ground is rather the ground's than a body's."""
_CLOSE_CALL = 0.6
"""Two marks whose costs differ by less are a matter of doubt."""
_SECOND_MEANING = 1.9
_ARC = 0.014
"""Mean offset from the chord over the chord: that of an arc of 10°. A dimension bent more than this
measures an angle, any other a length."""
_LEVEL = math.tan(math.radians(6))
_WRONG_DIMENSION = 1.5

_BODIES: Mapping[MarkKind, float] = {"ball": 0.0, "box": 0.0, "polygon": 0.0, "wheel": 0.2}
_SURFACES: Mapping[MarkKind, float] = {"ramp": 0.0, "ground": 0.1, "support": 0.6}
_FREED_RAMP = 0.3
"""A triangle on the ground is a body that weighs something where "free" is written."""

_FITS: Mapping[Quantity, Mapping[MarkKind, float]] = MappingProxyType(
    {
        "mass": {**_BODIES, "pulley": 0.6, "rod": 1.2},
        "stiffness": {"spring": 0.0, "load": 0.3},
        "damping": {"damper": 0.0, "spring": 0.6},
        "velocity": {"arrow": 0.0, "ball": 1.6, "box": 1.6, "polygon": 1.6, "wheel": 1.8},
        "force": {"arrow": 0.0, "load": 0.4, "ball": 1.5, "box": 1.5, "polygon": 1.5},
        "gravity": {"arrow": 0.3},
        "friction": {**_SURFACES, "ball": 0.3, "box": 0.3, "polygon": 0.3, "wheel": 0.5},
        "restitution": {**_BODIES, "ground": 0.4, "ramp": 0.6},
        "length": {
            "dimension": 0.0,
            "rod": 0.2,
            "rope": 0.2,
            "spring": 1.2,
            "box": 1.2,
            "polygon": 1.4,
            "ramp": 1.2,
            "ball": 1.8,
            "wheel": 1.8,
            "pulley": 1.8,
            "ground": 2.2,
            "damper": 2.2,
        },
        "angle": {
            "dimension": 0.0,
            "arrow": 1.6,
            "ramp": 2.8,
            "rod": 2.8,
            "rope": 2.8,
            "ground": 3.2,
            "box": 3.8,
        },
        "angular velocity": {
            "arc_arrow": 0.0,
            "wheel": 0.5,
            "pulley": 0.9,
            "ball": 1.2,
            "rod": 1.6,
        },
        "torque": {"arc_arrow": 0.0, "wheel": 0.8, "pulley": 1.2, "rod": 1.5},
        "time": {},
    }
)
"""How much less each kind of mark suits a quantity than the kind that suits it best."""
_WORD_FITS: Mapping[str, Mapping[MarkKind, float]] = MappingProxyType(
    {
        "rope": {"rope": 0.0, "rod": 0.0},
        "string": {"rope": 0.0, "rod": 0.0},
        "fixed": {**_BODIES, "rod": 0.3, "pulley": 0.3, "pivot": 0.3, "ramp": 0.5, "ground": 0.8},
        "free": {**_BODIES, "rod": 0.3, "ramp": 0.3, "pivot": 0.3, "ground": 0.8, "support": 0.8},
        **{stuff: {**_BODIES, **_SURFACES} for stuff in ("ice", "rubber", "steel", "wood")},
    }
)
_OF_THE_SCENE: frozenset[Quantity] = frozenset({"gravity", "time"})
_SCENE_COST: Mapping[Quantity, float] = {"gravity": 2.0, "time": 0.0}
"""A gravity belongs to an arrow if one stands beside it."""
_RADIUS = frozenset({"r", "R", "d"})
_ROUND: frozenset[MarkKind] = frozenset({"ball", "wheel", "pulley"})


@dataclass(frozen=True, slots=True)
class Binding:
    """The texts with what they belong to, and what is in doubt about them."""

    texts: tuple[Text, ...]
    warnings: tuple[Warning, ...]


def bind(texts: Sequence[ReadText], shapes: Sequence[Shape]) -> Binding:
    """Choose a meaning and a mark for every text. Texts that mean nothing keep quantity None."""
    freed = any(meaning.name == "free" for text in texts for meaning in text.meanings[:1])
    offers = [list(_offers(text, shapes, freed)) for text in texts]
    chosen = _assign(offers)
    bound: list[Text] = []
    warnings: list[Warning] = []
    for text, offered, offer in zip(texts, offers, chosen, strict=True):
        bound.append(_text(text, offer))
        warnings += _doubts(text, offered, offer)
    return Binding(tuple(bound), tuple(warnings))


def rebind(analysis: Analysis, loose: Collection[str]) -> Analysis:
    """The analysis with the texts that `loose` names bound anew; all others keep what they have.

    Warnings that a text belongs to nothing go where it now does not.
    """
    if not loose:
        return analysis
    read = [_as_read(text) for text in analysis.texts]
    freed = any(text.name == "free" for text in analysis.texts)
    shapes = {shape.id: shape for shape in analysis.shapes}
    offers = [
        list(_offers(one, analysis.shapes, freed))
        if text.id in loose
        else list(_held(text, shapes.get(text.attached_to or "")))
        for text, one in zip(analysis.texts, read, strict=True)
    ]
    texts = tuple(
        replace(_text(one, offer), text=text.text) if text.id in loose and offer else text
        for text, one, offer in zip(analysis.texts, read, _assign(offers), strict=True)
    )
    found = {text.bbox for text in texts if text.attached_to is not None}
    warnings = (w for w in analysis.warnings if w.code != "UNBOUND_LABEL" or w.bbox not in found)
    return replace(analysis, texts=texts, warnings=tuple(warnings))


def _as_read(text: Text) -> ReadText:
    """A bound text as one that is yet to be bound; it is taken to be level."""
    x, y, width, height = text.bbox
    corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
    center = (x + width / 2, y + height / 2)
    found = meanings(text.text)
    return ReadText(text.id, text.text, text.confidence, text.bbox, center, corners, found)


def _held(text: Text, shape: Shape | None) -> Iterator[_Offer]:
    """The place that a bound text keeps."""
    if shape is None or text.quantity is None:
        return
    kind = _base(text.name) if text.quantity in ("length", "word") else ""
    meaning = Meaning(text.text, text.quantity, text.name, text.value, text.unit, 0.0)
    yield _Offer(meaning, shape, (shape.id, text.quantity, kind), 0.0)
    # Two that were said to be one mark's both stay.
    yield _Offer(meaning, shape, None, 1.0)


@dataclass(frozen=True, slots=True)
class _Offer:
    """One meaning of a text on one mark, or on the scene, or on nothing (`place` None)."""

    meaning: Meaning
    shape: Shape | None
    place: tuple[str, ...] | None
    cost: float


def _offers(text: ReadText, shapes: Sequence[Shape], freed: bool) -> Iterator[_Offer]:
    floors = [shape for shape in shapes if shape.kind == "ground" and len(shape.polygon) == 2]
    for meaning in text.meanings:
        scene = _SCENE_COST.get(meaning.quantity, _NOWHERE)
        yield _Offer(meaning, None, None, meaning.cost + scene)
        for shape in shapes:
            fit = _misfit(meaning, shape, freed)
            if fit is None:
                continue
            cost = meaning.cost + fit + _remoteness(text, shape)
            if any(_parts(floor, text, shape) for floor in floors):
                cost += _ACROSS
            kind = _base(meaning.name) if meaning.quantity in ("length", "word") else ""
            yield _Offer(meaning, shape, (shape.id, meaning.quantity, kind), cost)


def _parts(floor: Shape, text: ReadText, shape: Shape) -> bool:
    """Whether the ground's line lies between a text and a mark's centre."""
    if floor is shape:
        return False
    (a, b), (c, d) = floor.polygon, (text.center, shape.center)

    def side(p: Point, q: Point, at: Point) -> float:
        return (q[0] - p[0]) * (at[1] - p[1]) - (q[1] - p[1]) * (at[0] - p[0])

    return side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0


def _base(name: str | None) -> str:
    return (name or "").rstrip("0123456789")


def _misfit(meaning: Meaning, shape: Shape, freed: bool) -> float | None:
    """What it costs to put this meaning on this mark beside the mark it suits best."""
    if meaning.quantity == "word":
        return _WORD_FITS.get(meaning.name or "", {}).get(shape.kind)
    if freed and meaning.quantity == "mass" and shape.kind == "ramp":
        return _FREED_RAMP
    fit = _FITS[meaning.quantity].get(shape.kind)
    if fit is None or (meaning.quantity == "mass" and shape.fixed):
        return None
    if meaning.quantity == "force" and "/" in (meaning.unit or "") and shape.kind != "load":
        return None
    if meaning.quantity == "angle" and shape.kind == "ground" and _is_level(shape.polygon):
        return None
    if shape.kind == "dimension":
        bent = _is_bent(shape.polygon)
        if bent != (meaning.quantity == "angle"):
            fit += _WRONG_DIMENSION
    if meaning.quantity == "length":
        radius = _base(meaning.name) in _RADIUS
        if shape.kind in _ROUND:
            fit += -1.4 if radius else 2.0
        elif radius and _base(meaning.name) != "d":
            fit += 1.0
    if meaning.quantity == "stiffness" and shape.kind == "load" and meaning.name == "k":
        fit += 1.0
    return fit


def _is_level(path: Sequence[Point]) -> bool:
    """Whether a line runs along the page or up it: such a line has no angle worth a label."""
    if len(path) < 2:
        return True
    x, y = path[-1][0] - path[0][0], path[-1][1] - path[0][1]
    return min(abs(x), abs(y)) < _LEVEL * max(abs(x), abs(y))


def _is_bent(path: Sequence[Point]) -> bool:
    points = np.asarray(path, dtype=np.float64)
    chord = points[-1] - points[0]
    length = float(np.hypot(*chord))
    if len(points) < 3 or length == 0:
        return False
    offset = (points - points[0]) @ np.array([-chord[1], chord[0]]) / length
    return abs(float(offset.mean())) > _ARC * length


def _remoteness(text: ReadText, shape: Shape) -> float:
    """Distance of a text from a mark as a cost: 1 at one line height, 2 at three, 3 at seven."""
    corners = np.asarray(text.corners, dtype=np.float64)
    height = min(
        float(np.hypot(*(corners[1] - corners[0]))), float(np.hypot(*(corners[2] - corners[1])))
    )
    height = max(height, 1e-6)
    closed = shape.kind in _CLOSED
    outline = np.asarray(_body_of(shape) or (shape.center,), dtype=np.float64)
    if closed and _contains(outline, text.center):
        apart = 0.0
    else:
        apart = _distance(_around(corners), outline, closed=closed)
    off = math.dist(text.center, shape.center)
    return math.log2(1 + apart / height) + _CENTER * math.log2(1 + off / height)


def _body_of(shape: Shape) -> Sequence[Point]:
    """A mark's outline; of a ramp drawn as its slope only, the triangle under the slope."""
    if shape.kind != "ramp" or len(shape.polygon) != 2:
        return shape.polygon
    high, low = sorted(shape.polygon, key=lambda point: point[1])
    return high, low, (high[0], low[1])


_CLOSED: frozenset[MarkKind] = frozenset(
    {"ball", "box", "polygon", "ramp", "pulley", "wheel", "pin", "roller", "support"}
)


def _around(corners: Floats) -> Floats:
    """Points (n, 2) along the edge of a text's box."""
    share = np.linspace(0, 1, 5)[:-1, None, None]
    return np.asarray((corners * (1 - share) + np.roll(corners, -1, axis=0) * share).reshape(-1, 2))


def _distance(points: Floats, path: Floats, *, closed: bool) -> float:
    """The least distance of points (n, 2) from a path (m, 2)."""
    ends = np.roll(path, -1, axis=0) if closed else path[1:]
    starts = path if closed else path[:-1]
    if len(starts) == 0:
        return float(np.hypot(*(points - path[0]).T).min())
    along = ends - starts
    square = np.maximum((along * along).sum(axis=1), 1e-12)
    share = np.clip(((points[:, None] - starts) * along).sum(axis=2) / square, 0, 1)
    foot = starts + share[..., None] * along
    return float(np.sqrt(((points[:, None] - foot) ** 2).sum(axis=2)).min())


def _contains(outline: Floats, point: Point) -> bool:
    """Whether a point is inside an outline, by the crossings of a ray."""
    (x, y), (a, b) = point, (outline, np.roll(outline, -1, axis=0))
    spans = (a[:, 1] > y) != (b[:, 1] > y)
    a, b = a[spans], b[spans]
    crossing = a[:, 0] + (y - a[:, 1]) / (b[:, 1] - a[:, 1]) * (b[:, 0] - a[:, 0])
    return bool(np.count_nonzero(crossing > x) % 2)


def _assign(offers: Sequence[Sequence[_Offer]]) -> list[_Offer | None]:
    """One offer a text, the cheapest in all such that no place is taken twice."""
    rows = [index for index, offered in enumerate(offers) if offered]
    places = {
        place: column
        for column, place in enumerate(
            dict.fromkeys(o.place for offered in offers for o in offered if o.place is not None)
        )
    }
    best: list[dict[int, _Offer]] = []
    for row, index in enumerate(rows):
        cheapest: dict[int, _Offer] = {}
        for offer in offers[index]:
            # Nothing, or the scene: a place of this text's own.
            column = len(places) + row if offer.place is None else places[offer.place]
            if column not in cheapest or offer.cost < cheapest[column].cost:
                cheapest[column] = offer
        best.append(cheapest)
    cost = np.full((len(rows), len(places) + len(rows)), np.inf)
    for row, cheapest in enumerate(best):
        for column, offer in cheapest.items():
            cost[row, column] = offer.cost
    chosen: list[_Offer | None] = [None] * len(offers)
    for row, column in enumerate(cheapest_assignment(cost)):
        chosen[rows[row]] = best[row][column]
    return chosen


def cheapest_assignment(cost: Floats) -> list[int]:
    """The column of each row, all different, for the least sum of costs.

    The Hungarian method by shortest augmenting paths (Jonker and Volgenant, 1987), O(n²m), with
    the scan over columns in NumPy.

    Args:
        cost: (n, m) with n ≤ m; inf where a pair is impossible.

    Raises:
        ValueError: no complete assignment exists.
    """
    rows, columns = cost.shape
    row_price, column_price = np.zeros(rows), np.zeros(columns)
    owner = np.full(columns, -1)
    for free in range(rows):
        distance = np.full(columns, np.inf)
        before = np.full(columns, -1)
        done = np.zeros(columns, dtype=bool)
        row, reached, column = free, 0.0, -1
        while True:
            step = reached + cost[row] - row_price[row] - column_price
            closer = ~done & (step < distance)
            distance[closer] = step[closer]
            before[closer] = column
            open_ends = np.where(done, np.inf, distance)
            column = int(open_ends.argmin())
            reached = float(open_ends[column])
            if not math.isfinite(reached):
                raise ValueError("no complete assignment exists")
            if owner[column] < 0:
                break
            done[column] = True
            row = int(owner[column])
        row_price[free] += reached
        passed = np.flatnonzero(done)
        row_price[owner[passed]] += reached - distance[passed]
        column_price[passed] -= reached - distance[passed]
        while column >= 0:
            previous = int(before[column])
            owner[column] = free if previous < 0 else owner[previous]
            column = previous
    taken = np.flatnonzero(owner >= 0)
    place = np.empty(rows, dtype=np.intp)
    place[owner[taken]] = taken
    return [int(column) for column in place]


def _text(text: ReadText, offer: _Offer | None) -> Text:
    if offer is None:
        return Text(text.id, text.raw, text.confidence, text.bbox)
    meaning = offer.meaning
    on_load = offer.shape is not None and offer.shape.kind == "load"
    return Text(
        id=text.id,
        text=meaning.text,
        confidence=text.confidence,
        bbox=text.bbox,
        # Newtons per metre are a spring's, and a load's.
        quantity="force" if on_load and meaning.quantity == "stiffness" else meaning.quantity,
        name=meaning.name,
        value=meaning.value,
        unit=meaning.unit,
        attached_to=offer.shape.id if offer.shape else None,
    )


def _doubts(text: ReadText, offered: Sequence[_Offer], offer: _Offer | None) -> Iterator[Warning]:
    if offer is None:
        yield Warning(
            "UNREAD_LABEL",
            f"Here is writing that means nothing to the reader: {text.raw!r}."
            if text.raw
            else "Here is what looks like writing, but it could not be read.",
            text.bbox,
            "Write a label as name = value unit, such as m = 2 kg, apart from the lines.",
        )
        return
    meaning = offer.meaning
    if meaning.assumed:
        yield Warning(
            "ASSUMED_LABEL",
            f"{text.raw!r} is read as {meaning.text}: {'; '.join(meaning.assumed)}.",
            text.bbox,
            "Write the label in full, as name = value unit.",
            offer.shape.id if offer.shape else None,
        )
    other = next((o for o in text.meanings if _differs(o, meaning)), None)
    if other is not None and other.cost - meaning.cost < _SECOND_MEANING:
        yield Warning(
            "DOUBTFUL_LABEL",
            f"{text.raw!r} is read as {meaning.text}; it could also be {other.text}.",
            text.bbox,
            f"If it is {other.text}, correct the text.",
            offer.shape.id if offer.shape else None,
            {"texts": {text.id: {"text": other.text}}},
        )
    if offer.shape is None and meaning.quantity not in _OF_THE_SCENE:
        yield Warning(
            "UNBOUND_LABEL",
            f"{meaning.text} belongs to no mark: nothing that has a {meaning.quantity} is near, "
            "or it has one already.",
            text.bbox,
            "Write it beside its mark.",
        )
    rivals = [o for o in offered if o.meaning == meaning and o.shape not in (None, offer.shape)]
    rival = min(rivals, key=lambda o: o.cost, default=None)
    if offer.shape and rival and rival.shape and rival.cost - offer.cost < _CLOSE_CALL:
        yield Warning(
            "AMBIGUOUS_LABEL",
            f"{meaning.text} is taken to belong to the {offer.shape.kind} {offer.shape.id}; "
            f"the {rival.shape.kind} {rival.shape.id} is about as near.",
            text.bbox,
            f"Write it closer to its mark, or attach it to {rival.shape.id}.",
            offer.shape.id,
            {"texts": {text.id: {"attached_to": rival.shape.id}}},
        )


def _differs(one: Meaning, other: Meaning) -> bool:
    """Whether two meanings would make another model: not only another spelling of the name."""
    if one.quantity != other.quantity or (one.value is None) != (other.value is None):
        return True
    if one.value is None or other.value is None:
        return one.quantity == "word" and one.name != other.name
    first, second = (
        (m.value or 0.0) * (si_factor(m.quantity, m.unit or "") or 1.0) for m in (one, other)
    )
    return not math.isclose(first, second, rel_tol=1e-6)
