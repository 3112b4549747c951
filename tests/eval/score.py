"""What was read against what was drawn: which mark is which, and what is right about each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from vision.analysis import Analysis, Shape, Text

Floats = npt.NDArray[np.float64]

SAME_KIND = {"support": "ground"}
"""The language lets either hold what hangs from it; where one ends is a matter of length."""
NEAR = 0.15
"""How far outlines may lie apart, as a share of the mark's size."""
SI_UNIT = {
    "kg": 1.0,
    "g": 1e-3,
    "t": 1e3,
    "N/m": 1.0,
    "N/cm": 1e2,
    "kN/m": 1e3,
    "N s/m": 1.0,
    "Ns/m": 1.0,
    "m/s": 1.0,
    "cm/s": 0.01,
    "km/h": 1 / 3.6,
    "N": 1.0,
    "kN": 1e3,
    "m/s2": 1.0,
    "m/s^2": 1.0,
    "m/s²": 1.0,
    "m": 1.0,
    "cm": 1e-2,
    "mm": 1e-3,
    "km": 1e3,
    "ft": 0.3048,
    "in": 0.0254,
    "°": np.pi / 180,
    "deg": np.pi / 180,
    "rad": 1.0,
    "rad/s": 1.0,
    "rpm": np.pi / 30,
    "N m": 1.0,
    "Nm": 1.0,
    "s": 1.0,
    "ms": 1e-3,
    "": 1.0,
}


@dataclass
class Tally:
    """Hits against what was drawn and what was read; adds up over drawings."""

    right: int = 0
    drawn: int = 0
    read: int = 0

    def __iadd__(self, other: Tally) -> Tally:
        self.right += other.right
        self.drawn += other.drawn
        self.read += other.read
        return self

    @property
    def f1(self) -> float | None:
        """The harmonic mean of precision and recall; None where there was nothing."""
        both = self.drawn + self.read
        return 2 * self.right / both if both else None

    @property
    def share(self) -> float | None:
        """Right of those drawn; None where there were none."""
        return self.right / self.drawn if self.drawn else None


@dataclass
class Score:
    """One drawing's figures. `names` maps drawn marks to read ones of the same kind."""

    marks: Tally = field(default_factory=Tally)
    labels: Tally = field(default_factory=Tally)
    bindings: Tally = field(default_factory=Tally)
    connections: Tally = field(default_factory=Tally)
    confusion: Counter[tuple[str, str]] = field(default_factory=Counter)
    by_kind: dict[str, Tally] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def same_kind(kind: str) -> str:
    """The kind, with those that mean the same made one."""
    return SAME_KIND.get(kind, kind)


def compare(truth: Analysis, read: Analysis) -> Score:
    """Score an analysis against the truth, both in pixels of the same image."""
    score = Score()
    _compare_marks(truth, read, score)
    _compare_texts(truth, read, score)
    _compare_connections(truth, read, score)
    return score


def dense(outline: Iterable[Sequence[float]], closed: bool, count: int = 60) -> Floats:
    """Points (count, 2) evenly along an outline."""
    points = np.asarray(list(outline), float)
    if closed:
        points = np.vstack([points, points[:1]])
    steps = np.hypot(*np.diff(points, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    if along[-1] == 0:
        return np.repeat(points[:1], count, axis=0)
    where = np.linspace(0, along[-1], count)
    return np.column_stack([np.interp(where, along, points[:, i]) for i in (0, 1)])


_CLOSED = {"ball", "box", "polygon", "ramp", "spring", "damper", "pivot", "pulley", "wheel", "pin"}
_CLOSED |= {"roller", "load"}


def apart(one: Shape, other: Shape) -> tuple[float, float]:
    """How far two outlines lie apart on the mean, in pixels, and the first's size."""
    a, b = (dense(s.polygon, s.kind in _CLOSED and len(s.polygon) > 2) for s in (one, other))
    gaps = np.hypot(*(a[:, None] - b[None]).transpose(2, 0, 1))
    size = float(np.hypot(*np.ptp(a, axis=0)))
    return float((gaps.min(0).mean() + gaps.min(1).mean()) / 2), size


def _compare_marks(truth: Analysis, read: Analysis, score: Score) -> None:
    floor = 0.012 * float(np.hypot(truth.width, truth.height))
    pairs = []
    for drawn in truth.shapes:
        for found in read.shapes:
            gap, size = apart(drawn, found)
            if gap <= max(NEAR * size, floor):
                wrong = same_kind(drawn.kind) != same_kind(found.kind)
                pairs.append((wrong, gap, drawn.id, found.id))
    pairs.sort()
    kind_of = {s.id: s.kind for s in truth.shapes}
    read_kind = {s.id: s.kind for s in read.shapes}
    taken_drawn: set[str] = set()
    taken_read: set[str] = set()
    for wrong, _, drawn_id, found_id in pairs:
        if drawn_id in taken_drawn or found_id in taken_read:
            continue
        taken_drawn.add(drawn_id)
        taken_read.add(found_id)
        score.confusion[(kind_of[drawn_id], read_kind[found_id])] += 1
        if not wrong:
            score.names[drawn_id] = found_id
        else:
            score.notes.append(f"{drawn_id} read as {read_kind[found_id]}")
    for drawn in truth.shapes:
        tally = score.by_kind.setdefault(same_kind(drawn.kind), Tally())
        tally.drawn += 1
        tally.right += drawn.id in score.names
        if drawn.id not in taken_drawn:
            score.confusion[(drawn.kind, "nothing")] += 1
            score.notes.append(f"{drawn.id} not found")
    for found in read.shapes:
        score.by_kind.setdefault(same_kind(found.kind), Tally()).read += 1
        if found.id not in taken_read:
            score.confusion[("nothing", found.kind)] += 1
            score.notes.append(f"{found.kind} where there is none")
    score.marks = Tally(len(score.names), len(truth.shapes), len(read.shapes))


def _si(text: Text) -> float | None:
    if text.value is None:
        return None
    factor = SI_UNIT.get(text.unit or "")
    return None if factor is None else text.value * factor


def same_meaning(drawn: Text, read: Text) -> bool:
    """Whether two labels say the same."""
    if drawn.quantity != read.quantity:
        return False
    if drawn.quantity == "word":
        return drawn.text.strip().lower() == read.text.strip().lower()
    a, b = _si(drawn), _si(read)
    return a is not None and b is not None and abs(a - b) <= 1e-3 * max(abs(a), 1e-9)


def _overlap(a: Sequence[float], b: Sequence[float]) -> float:
    width = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    height = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    return width * height / min(a[2] * a[3], b[2] * b[3])


def _compare_texts(truth: Analysis, read: Analysis, score: Score) -> None:
    said = [t for t in read.texts if t.quantity is not None]
    pairs = sorted(
        (
            (not same_meaning(d, r), -_overlap(d.bbox, r.bbox), d.id, r.id)
            for d in truth.texts
            for r in read.texts
            if _overlap(d.bbox, r.bbox) > 0.3
        ),
    )
    drawn_texts = {t.id: t for t in truth.texts}
    read_texts = {t.id: t for t in read.texts}
    met: set[str] = set()
    used: set[str] = set()
    score.labels.drawn = len(truth.texts)
    score.labels.read = len(said)
    kinds = {s.id: s.kind for s in truth.shapes}
    for wrong, _, drawn_id, read_id in pairs:
        if drawn_id in met or read_id in used:
            continue
        met.add(drawn_id)
        used.add(read_id)
        drawn, found = drawn_texts[drawn_id], read_texts[read_id]
        if wrong:
            score.notes.append(
                f"'{drawn.text}' read as '{found.text}' ({found.quantity} {found.value})"
            )
            continue
        score.labels.right += 1
        score.bindings.drawn += 1
        if _same_owner(drawn, found, score.names, kinds):
            score.bindings.right += 1
        else:
            score.notes.append(f"'{drawn.text}' bound to {found.attached_to}")
    for text in truth.texts:
        if text.id not in met:
            score.notes.append(f"'{text.text}' not found")
    for text in said:
        if text.id not in used:
            score.notes.append(f"label '{text.text}' where there is none")


def _same_owner(
    drawn: Text, found: Text, names: Mapping[str, str], kinds: Mapping[str, str]
) -> bool:
    if drawn.attached_to is None:
        return found.attached_to is None
    allowed = {drawn.attached_to}
    if drawn.quantity == "angle":
        # The arc at a ramp's corner and the ramp mean the same.
        allowed |= {i for i, kind in kinds.items() if kind in ("ramp", "dimension")}
    return found.attached_to in {names[i] for i in allowed if i in names}


def _compare_connections(truth: Analysis, read: Analysis, score: Score) -> None:
    drawn: list[tuple[str, frozenset[str]]] = [
        (c.kind, frozenset((score.names.get(c.a, "?a"), score.names.get(c.b, "?b"))))
        for c in truth.connections
    ]
    found: list[tuple[str, frozenset[str]]] = [
        (c.kind, frozenset((c.a, c.b))) for c in read.connections if c.kind != "label"
    ]
    left: Counter[tuple[str, frozenset[str]]] = Counter(found)
    for link in drawn:
        if left[link] > 0:
            left[link] -= 1
            score.connections.right += 1
        else:
            score.notes.append(f"{link[0]} missing")
    score.connections.drawn = len(drawn)
    score.connections.read = len(found)
