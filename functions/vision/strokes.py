"""Ink as a graph: the middle lines of strokes, and the points where they end or meet."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate, chain
from operator import itemgetter

import numpy as np
import numpy.typing as npt

from .page import Pixels, Points
from .thin import NEIGHBOURS, inked, neighbour_codes, thin

SPUR_STROKES = 1.2
"""A branch shorter than this many stroke widths is the thinning's own, not the pen's: half a width
of it lies inside the stroke it grows from."""
BRIDGE_STROKES = 1.3
"""Two strokes that cross leave two junctions this close where there should be one."""
STRAIGHT_ON = np.deg2rad(25.0)
"""A pen that passes a junction turns by less than this."""
LONGEST_STUB = 5.0
SHARP = np.deg2rad(75.0)
FORK_REACH = 5.0
"""In stroke widths: how long the stub of a sharp tip may be, and how far from the fork the headings
of its sides are taken."""
STUB_REACH = 12.0
"""A stroke that ends within so many stroke widths of a line that it meets does not cross it."""
HEADINGS = (4.0, 12.0)
"""How far from a junction headings are taken, in stroke widths: where two lines meet at a sharp
angle their ink runs together for several, and nearby all three ways lie alike."""
MAX_SKELETON = 400_000
"""Pixels of skeleton that are followed. Beyond it lies texture, not a drawing."""


End = tuple[int, bool]
"""A stroke's index, and whether its start is meant."""


@dataclass(eq=False)
class Stroke:
    """A middle line between two nodes, which may be the same.

    `points` is (n, 2) float, from `start` to `end`; `closed` where it has no end at all. `joints`
    are the places in it where it runs straight on past other strokes.
    """

    points: Points
    start: int
    end: int
    closed: bool = False
    joints: tuple[int, ...] = ()

    @property
    def length(self) -> float:
        return polyline_length(self.points)


@dataclass(eq=False)
class StrokeGraph:
    """Strokes and the places (id -> x, y) of the nodes that they join, in work pixels."""

    strokes: list[Stroke] = field(default_factory=list)
    nodes: dict[int, npt.NDArray[np.float64]] = field(default_factory=dict)

    def at_nodes(self) -> dict[int, list[End]]:
        """For each node the strokes there, each with whether it leaves from its start."""
        there: dict[int, list[End]] = defaultdict(list)
        for index, stroke in enumerate(self.strokes):
            if not stroke.closed:
                there[stroke.start].append((index, True))
                there[stroke.end].append((index, False))
        return there


def polyline_length(points: Points) -> float:
    """Length of a polyline (n, 2)."""
    step = points[1:] - points[:-1]
    return float(np.hypot(step[:, 0], step[:, 1]).sum())


def trace(mask: Pixels, stroke_width: float) -> StrokeGraph:
    """The strokes of an ink mask (h, w), in its pixels, with the thinning's own traces cleaned off.

    A stroke goes on past a junction if it runs straight on there.
    """
    graph = _follow(thin(mask))
    _merge_bridges(graph, BRIDGE_STROKES * stroke_width)
    _open_forks(graph, stroke_width)
    _drop_spurs(graph, SPUR_STROKES * stroke_width)
    for stroke in graph.strokes:
        stroke.points = smooth(stroke.points, stroke_width, closed=stroke.closed)
    _join_straight_on(graph, stroke_width)
    return graph


def smooth(points: Points, reach: float, *, closed: bool = False) -> Points:
    """A polyline with the staircase of its pixels averaged out over `reach` px; ends stay."""
    half = max(1, round(reach / 2))
    if len(points) < 4:
        return points
    half = min(half, (len(points) - 1) // 2)
    if closed:
        padded = np.concatenate([points[-half - 1 : -1], points, points[1 : half + 1]])
    else:  # mirrored through the ends, so that they do not move
        head = 2 * points[0] - points[half:0:-1]
        tail = 2 * points[-1] - points[-2 : -half - 2 : -1]
        padded = np.concatenate([head, points, tail])
    kernel = np.full(2 * half + 1, 1.0 / (2 * half + 1))
    even = np.empty_like(points)
    for axis in (0, 1):
        # The kernel is its own mirror image: np.convolve would turn it round first.
        even[:, axis] = np.correlate(padded[:, axis], kernel, "valid")
    return even


def _follow(skeleton: Pixels) -> StrokeGraph:
    """The skeleton's pixels as strokes between the pixels where it ends or branches."""
    padded = np.pad(skeleton, 1)
    stride = padded.shape[1]
    flat = padded.ravel()
    at = inked(flat)
    graph = StrokeGraph()
    if len(at) == 0 or len(at) > MAX_SKELETON:
        return graph
    degree, links = _linked(flat, at, stride)
    places = np.stack([at % stride - 1.0, at // stride - 1.0], axis=1)
    following, preceding = links[:, 0].tolist(), links[:, 1].tolist()
    plain = (degree == 2).tolist()

    def walk(first: int, second: int) -> list[int]:
        path, before, here = [first, second], first, second
        while plain[here] and here != first:
            step = following[here]
            before, here = here, step if step != before else preceding[here]
            path.append(here)
        return path

    done = np.zeros(len(at), dtype=bool)
    walked: dict[tuple[int, int], list[int]] = {}
    for node in np.flatnonzero(degree != 2).tolist():
        graph.nodes[node] = places[node]
        for neighbour in links[node, : degree[node]].tolist():
            path = walked.pop((node, neighbour), None) or walk(node, neighbour)
            # Each stroke is come to from both its ends; it begins at the later one.
            last = path[-1], path[-2]
            if last > (node, neighbour):
                walked[last] = path[::-1]
                continue
            pixels = np.array(path)
            graph.strokes.append(Stroke(places[pixels], path[0], path[-1]))
            done[pixels] = True
        if degree[node] == 0:
            graph.strokes.append(Stroke(places[[node]], node, node))
    for pixel in np.flatnonzero((degree == 2) & ~done).tolist():
        if not done[pixel]:
            path = walk(pixel, following[pixel])
            done[path] = True
            graph.nodes[pixel] = places[pixel]
            graph.strokes.append(Stroke(places[path], pixel, pixel, True))
    return graph


def _linked(
    flat: npt.NDArray[np.uint8], at: npt.NDArray[np.intp], stride: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """For each inked pixel how many neighbours a line leads to, and which: (n,) and (n, 8).

    Pixels are numbered by their place in `at`; rows of the second are filled up with -1.
    """
    steps = _links()[neighbour_codes(flat, at, stride)]
    offsets = np.array([dy * stride + dx for dy, dx in NEIGHBOURS])
    numbers = np.empty(len(flat), dtype=np.int64)  # only those of inked pixels are asked for
    numbers[at] = np.arange(len(at))
    leads = steps >= 0
    return leads.sum(axis=1), np.where(leads, numbers[at[:, None] + offsets[steps]], -1)


@cache
def _links() -> npt.NDArray[np.int64]:
    """For each neighbour code the neighbours that a line leads to, (256, 8), filled up with -1.

    A diagonal one counts only where no pixel beside both joins them by straight steps.
    """
    table = np.full((256, len(NEIGHBOURS)), -1)
    for code in range(256):
        bits = [bool(code >> bit & 1) for bit in range(8)]
        leads = [
            bit
            for bit in range(8)
            if bits[bit] and (bit % 2 == 0 or not (bits[bit - 1] or bits[(bit + 1) % 8]))
        ]
        table[code, : len(leads)] = leads
    return table


def _merge_bridges(graph: StrokeGraph, longest: float) -> None:
    """Draw junctions together that a bridge shorter than `longest` joins."""
    degree = {node: len(strokes) for node, strokes in graph.at_nodes().items()}
    parent = {node: node for node in graph.nodes}

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    kept = []
    for length, stroke in _shortest_first(graph):
        bridge = (
            not stroke.closed
            and length <= longest
            and degree[stroke.start] > 2
            and degree[stroke.end] > 2
        )
        if bridge and root(stroke.start) != root(stroke.end):
            parent[root(stroke.start)] = root(stroke.end)
        elif not bridge:
            kept.append(stroke)
    groups: dict[int, list[int]] = defaultdict(list)
    for node in graph.nodes:
        groups[root(node)].append(node)
    graph.nodes = {
        group: np.mean([graph.nodes[node] for node in members], axis=0)
        if len(members) > 1
        else graph.nodes[group]
        for group, members in groups.items()
    }
    for stroke in kept:
        stroke.start, stroke.end = root(stroke.start), root(stroke.end)
        if not stroke.closed:
            stroke.points[0] = graph.nodes[stroke.start]
            stroke.points[-1] = graph.nodes[stroke.end]
    graph.strokes = kept


def _shortest_first(graph: StrokeGraph) -> list[tuple[float, Stroke]]:
    """The strokes with their lengths."""
    if not graph.strokes:
        return []
    points = np.concatenate([stroke.points for stroke in graph.strokes])
    ends = np.cumsum([len(stroke.points) for stroke in graph.strokes])
    steps = np.hypot(*np.diff(points, axis=0, append=points[-1:]).T)
    steps[ends - 1] = 0.0  # from one stroke to the next
    lengths = np.add.reduceat(steps, np.concatenate([[0], ends[:-1]])).tolist()
    return sorted(zip(lengths, graph.strokes, strict=True), key=itemgetter(0))


def _open_forks(graph: StrokeGraph, stroke_width: float) -> None:
    """Lead both sides of a sharp tip out to its point.

    Where a pen turns sharply the ink of both sides runs together before the tip: the middle lines
    meet early, and a stub goes on from there. It is the last part of both.
    """
    longest = LONGEST_STUB * stroke_width
    reached = Counter(node for s in graph.strokes for node in (s.start, s.end))
    for node, there in graph.at_nodes().items():
        if len(there) != 3:
            continue
        # From point to point it is a pixel or more, but at the few ends that were moved.
        if min(len(graph.strokes[index].points) for index, _ in there) > longest + 8:
            continue
        lengths = [graph.strokes[index].length for index, _ in there]
        stub = lengths.index(min(lengths))
        if lengths[stub] > longest:
            continue
        index, from_start = there[stub]
        tip = graph.strokes[index].end if from_start else graph.strokes[index].start
        sides = [end for place, end in enumerate(there) if place != stub]
        if reached[tip] > 1 or sides[0][0] == sides[1][0]:
            continue
        outward = [graph.strokes[i].points[:: 1 if start else -1] for i, start in there]
        headings = [_heading(points, FORK_REACH * stroke_width) for points in outward]
        out = headings.pop(stub)
        if (
            _turn(*headings) > SHARP
            or min(_turn(heading, out) for heading in headings) < math.pi - SHARP
        ):
            continue
        way = outward[stub]
        for number, start in sides:
            stroke = graph.strokes[number]
            if start:
                stroke.points = np.concatenate([way[:0:-1], stroke.points])
                stroke.start = tip
            else:
                stroke.points = np.concatenate([stroke.points, way[1:]])
                stroke.end = tip
        graph.strokes[index].start = graph.strokes[index].end = -1
        reached[tip] = len(sides)
        del graph.nodes[node]
    graph.strokes = [stroke for stroke in graph.strokes if stroke.start >= 0]


def _drop_spurs(graph: StrokeGraph, longest: float) -> None:
    """Drop short branches that end free; a short stroke on its own stays."""
    degree = {node: len(strokes) for node, strokes in graph.at_nodes().items()}
    kept = []
    for length, stroke in _shortest_first(graph):
        ends = sorted((degree.get(stroke.start, 2), degree.get(stroke.end, 2)))
        if not stroke.closed and length <= longest and ends[0] == 1 and ends[1] > 2:
            degree[stroke.start] -= 1
            degree[stroke.end] -= 1
        else:
            kept.append(stroke)
    graph.strokes = kept


def _join_straight_on(graph: StrokeGraph, stroke_width: float) -> None:
    """Make one stroke of those that run straight on through a node.

    Where only two strokes meet they are one, however they turn there.
    """
    partner: dict[End, End] = {}
    pairs: dict[int, list[tuple[End, End]]] = {}
    reach = HEADINGS[-1] * stroke_width
    for again in (False, True):  # now that it is known where the short ones go on to
        for node, there in graph.at_nodes().items():
            if len(there) < 3:
                pairs[node] = [(there[0], there[1])] if len(there) == 2 else []
                continue
            if again and not any(_goes_on(graph, end, partner, reach) for end in there):
                continue
            outward = [_onward(graph, end, partner, reach) for end in there]
            pairs[node] = _pairs_straight_on(there, outward, stroke_width)
        both_ways = [(pair, pair[::-1]) for found in pairs.values() for pair in found]
        partner = dict(chain.from_iterable(both_ways))
    done = {index for index, stroke in enumerate(graph.strokes) if stroke.closed}
    joined = [graph.strokes[index] for index in done]
    ends = [(index, side) for index in range(len(graph.strokes)) for side in (True, False)]
    # Open chains first, each from a free end; what is left then are rings.
    for free_only in (True, False):
        for end in ends:
            if end[0] not in done and (end not in partner or not free_only):
                joined.append(_chain(graph, end, partner, done))
    graph.strokes = joined


def _chain(graph: StrokeGraph, end: End, partner: dict[End, End], done: set[int]) -> Stroke:
    """The stroke that begins at `end` and goes on from partner to partner."""
    first = graph.strokes[end[0]]
    start = first.start if end[1] else first.end
    parts: list[Points] = []
    node = start
    while True:
        index, from_start = end
        done.add(index)
        stroke = graph.strokes[index]
        points = stroke.points if from_start else stroke.points[::-1]
        parts.append(points[1:] if parts else points)
        node = stroke.end if from_start else stroke.start
        onward = partner.get((index, not from_start))
        if onward is None or onward[0] in done:
            ring = onward is not None and node == start
            joints = tuple(total - 1 for total in accumulate(map(len, parts[:-1])))
            return Stroke(np.concatenate(parts), start, node, closed=ring, joints=joints)
        end = onward


def _goes_on(graph: StrokeGraph, end: End, partner: dict[End, End], reach: float) -> bool:
    """Whether a stroke is shorter than `reach` points and goes on in another at its far end."""
    index, from_start = end
    return len(graph.strokes[index].points) <= reach and (index, not from_start) in partner


def _onward(graph: StrokeGraph, end: End, partner: dict[End, End], reach: float) -> Points:
    """The way out from a node along a stroke, and along what it goes on to, for `reach` points."""
    parts: list[Points] = []
    seen: set[int] = set()
    total = 0
    while True:
        index, from_start = end
        seen.add(index)
        parts.append(graph.strokes[index].points[:: 1 if from_start else -1])
        total += len(parts[-1])
        onward = partner.get((index, not from_start))
        if total > reach or onward is None or onward[0] in seen:
            return parts[0] if len(parts) == 1 else np.concatenate(parts)
        end = onward


def _pairs_straight_on(
    there: list[End], outward: list[Points], stroke_width: float
) -> list[tuple[End, End]]:
    """The pairs of three or more stroke ends at a node that the pen went through in one go.

    `outward` is the way out along each.
    """
    headings = [
        [_heading(points, stroke_width * reach) for reach in HEADINGS] for points in outward
    ]
    turns = []
    for i in range(len(there)):
        for j in range(i):
            bends = [math.pi - _turn(*pair) for pair in zip(headings[i], headings[j], strict=True)]
            turns.append((sum(bends), min(bends), i, j))
    pairs: list[tuple[End, End]] = []
    used: set[int] = set()
    short = [len(points) < STUB_REACH * stroke_width for points in outward]
    turns.sort(key=lambda pair: (short[pair[2]] or short[pair[3]], pair[0]))
    for _, turn, i, j in turns:
        if pairs and (short[i] or short[j]):
            continue  # a hatch, in line with what ends on the other side of its ground
        if turn < STRAIGHT_ON and not {i, j} & used:
            used |= {i, j}
            pairs.append((there[i], there[j]))
    return pairs


def _heading(points: Points, reach: float) -> float:
    """The direction, in radians, in which a stroke leaves its first point, `reach` px on.

    Beside a junction the middle line is bent by the other stroke's ink: a third of that is skipped.
    """
    far = min(len(points) - 1, max(int(reach), 1))
    x, y = points[min(far - 1, int(reach / 3))].tolist()
    far_x, far_y = points[far].tolist()
    return math.atan2(far_y - y, far_x - x)


def _turn(one: float, other: float) -> float:
    """The angle between two directions, 0 to π."""
    return abs(math.remainder(one - other, math.tau))
