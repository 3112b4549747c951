"""Ink as a graph: the middle lines of strokes, and the points where they end or meet."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import numpy.typing as npt

from .page import Pixels, Points
from .thin import NEIGHBOURS, neighbour_codes, thin

SPUR_STROKES = 1.2
"""A branch shorter than this many stroke widths is the thinning's own, not the pen's: half a width
of it lies inside the stroke it grows from."""
BRIDGE_STROKES = 1.3
"""Two strokes that cross leave two junctions this close where there should be one."""
STRAIGHT_ON = np.deg2rad(25.0)
"""A pen that passes a junction turns by less than this."""
MAX_SKELETON = 400_000
"""Pixels of skeleton that are followed. Beyond it lies texture, not a drawing."""


End = tuple[int, bool]
"""A stroke's index, and whether its start is meant."""


@dataclass(eq=False)
class Stroke:
    """A middle line between two nodes, which may be the same.

    `points` is (n, 2) float, from `start` to `end`; `closed` where it has no end at all.
    """

    points: Points
    start: int
    end: int
    closed: bool = False

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
    return float(np.hypot(*np.diff(points, axis=0).T).sum()) if len(points) > 1 else 0.0


def trace(mask: Pixels, stroke_width: float) -> StrokeGraph:
    """The strokes of an ink mask (h, w), in its pixels, with the thinning's own traces cleaned off.

    A stroke goes on past a junction if it runs straight on there.
    """
    graph = _follow(thin(mask))
    _merge_bridges(graph, BRIDGE_STROKES * stroke_width)
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
    return np.stack([np.convolve(padded[:, axis], kernel, "valid") for axis in (0, 1)], axis=1)


def _follow(skeleton: Pixels) -> StrokeGraph:
    """The skeleton's pixels as strokes between the pixels where it ends or branches."""
    padded = np.pad(skeleton, 1)
    stride = padded.shape[1]
    flat = padded.ravel()
    at = np.flatnonzero(flat)
    graph = StrokeGraph()
    if len(at) == 0 or len(at) > MAX_SKELETON:
        return graph
    codes = neighbour_codes(flat, at, stride)
    links = _links()
    offsets = [dy * stride + dx for dy, dx in NEIGHBOURS]
    around = {
        int(pixel): [int(pixel) + offsets[bit] for bit in links[code]]
        for pixel, code in zip(at, codes, strict=True)
    }

    def place(pixel: int) -> tuple[float, float]:
        return (pixel % stride - 1.0, pixel // stride - 1.0)

    def walk(first: int, second: int) -> list[int]:
        path = [first, second]
        while True:
            near = around[path[-1]]
            if len(near) != 2:
                return path
            step = near[0] if near[1] == path[-2] else near[1]
            path.append(step)
            if step == first:
                return path

    done: set[int] = set()
    for pixel, near in around.items():
        if len(near) == 2:
            continue
        graph.nodes[pixel] = np.array(place(pixel))
        for neighbour in near:
            path = walk(pixel, neighbour)
            # Each stroke is walked from both its ends; keep one.
            if (path[-1], path[-2]) <= (path[0], path[1]) or len(near) == 0:
                graph.strokes.append(Stroke(np.array([*map(place, path)]), path[0], path[-1]))
                done.update(path)
    for pixel, near in around.items():
        if len(near) == 2 and pixel not in done:
            path = walk(pixel, near[0])
            done.update(path)
            # A walk that ends at a node was kept above from its other end.
            if path[-1] == pixel:
                graph.nodes[pixel] = np.array(place(pixel))
                graph.strokes.append(Stroke(np.array([*map(place, path)]), pixel, pixel, True))
    return graph


@cache
def _links() -> list[list[int]]:
    """For each neighbour code the neighbours that a line leads to.

    A diagonal one counts only where no pixel beside both joins them by straight steps.
    """
    table = []
    for code in range(256):
        bits = [bool(code >> bit & 1) for bit in range(8)]
        table.append(
            [
                bit
                for bit in range(8)
                if bits[bit] and (bit % 2 == 0 or not (bits[bit - 1] or bits[(bit + 1) % 8]))
            ]
        )
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
    for stroke in sorted(graph.strokes, key=lambda stroke: stroke.length):
        bridge = (
            not stroke.closed
            and stroke.length <= longest
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
        for group, members in groups.items()
    }
    for stroke in kept:
        stroke.start, stroke.end = root(stroke.start), root(stroke.end)
        if not stroke.closed:
            stroke.points[0] = graph.nodes[stroke.start]
            stroke.points[-1] = graph.nodes[stroke.end]
    graph.strokes = kept


def _drop_spurs(graph: StrokeGraph, longest: float) -> None:
    """Drop short branches that end free; a short stroke on its own stays."""
    degree = {node: len(strokes) for node, strokes in graph.at_nodes().items()}
    kept = []
    for stroke in sorted(graph.strokes, key=lambda stroke: stroke.length):
        ends = sorted((degree.get(stroke.start, 2), degree.get(stroke.end, 2)))
        if not stroke.closed and stroke.length <= longest and ends[0] == 1 and ends[1] > 2:
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
    for there in graph.at_nodes().values():
        for one, other in _pairs_straight_on(graph, there, stroke_width):
            partner[one], partner[other] = other, one
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
            return Stroke(np.concatenate(parts), start, node, closed=ring)
        end = onward


def _pairs_straight_on(
    graph: StrokeGraph, there: list[End], stroke_width: float
) -> list[tuple[End, End]]:
    """The pairs of stroke ends at one node that the pen went through in one go."""
    if len(there) == 2:
        return [(there[0], there[1])]
    headings = []
    for index, from_start in there:
        points = graph.strokes[index].points
        points = points if from_start else points[::-1]
        # Beside a junction the middle line is bent by the other stroke's ink: look past it.
        near = min(len(points) - 2, int(stroke_width))
        far = min(len(points) - 1, int(4 * stroke_width))
        step = points[far] - points[max(near, 0)]
        headings.append(np.arctan2(step[1], step[0]))
    turns = [
        (abs(np.angle(np.exp(1j * (headings[i] - headings[j] - np.pi)))), i, j)
        for i in range(len(there))
        for j in range(i)
    ]
    pairs: list[tuple[End, End]] = []
    used: set[int] = set()
    for turn, i, j in sorted(turns):
        if turn < STRAIGHT_ON and not {i, j} & used:
            used |= {i, j}
            pairs.append((there[i], there[j]))
    return pairs
