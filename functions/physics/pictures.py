"""Still and moving pictures of a simulation, drawn without a graphics card: Pillow and NumPy.

They are drawn from the play header and the frames alone, at twice their size, and scaled down,
which smooths all edges. Planar scenes look like the drawing in a textbook: hatched grounds, coils,
ropes round pulleys, pivots, the path of what moves. Others are seen from above and to the side.
"""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from shared.frames import Frames

from .lines import clip_to_convex, coil, dashpot, hatching, rope_path
from .outlines import (
    FRONT,
    Camera,
    Plane,
    Round,
    Shape,
    Solid,
    facing,
    hull,
    is_planar,
    matrix,
    oblique,
    outline_of,
)

Floats = npt.NDArray[np.float64]
Rgb = tuple[int, int, int]

PREVIEW_WIDTH = 960
ANIMATION_WIDTH = 480
ANIMATION_FPS = 12.5
"""GIF counts hundredths of a second: 8 of them a frame."""
ANIMATION_SECONDS = 6.0
MAX_ANIMATION_BYTES = 1_000_000

_FINE = 2
"""Drawn this many times larger than shown."""

_PAPER: Rgb = (251, 250, 247)
_GRID: Rgb = (236, 235, 230)
_INK: Rgb = (46, 50, 58)
_SOFT_INK: Rgb = (128, 132, 140)

_MARGIN = 0.08
_REACH = 0.75
"""How far beyond where it starts a motion may stretch the view, as a part of the start's size."""

_SMALLEST = 1 / 12
"""Unless the largest thing that moves is still this part of the stretch."""

_TALLEST, _WIDEST = 1.0, 2.2
"""Bounds of a picture's height over width, and of its width over height."""

_TRAIL_S = 1.5
_TRAIL_PARTS = 24
_MOVES = 0.02
"""What moves less than this part of the view leaves no trail."""

_JOINING = {"rod", "knot"}
"""Materials of what only joins other bodies in our own models."""

_LINE = 1 / 330
"""Width of an ordinary line, as a part of the picture's width."""


def draw_preview(header: Mapping[str, Any], frames: Frames, *, width: int = PREVIEW_WIDTH) -> bytes:
    """The first frame and the way things go from there, as PNG."""
    stage = _Stage(header, frames, width)
    picture = stage.backdrop.copy()
    stage.draw_trails(picture, 0, len(frames), fading=False)
    stage.draw_frame(picture, 0)
    file = io.BytesIO()
    picture.reduce(_FINE).save(file, "PNG", compress_level=4)
    return file.getvalue()


def draw_animation(
    header: Mapping[str, Any],
    frames: Frames,
    *,
    width: int = ANIMATION_WIDTH,
    max_bytes: int = MAX_ANIMATION_BYTES,
) -> bytes:
    """The first seconds of the motion as an endless GIF of at most `max_bytes`."""
    stage = _Stage(header, frames, min(width, ANIMATION_WIDTH))
    for seconds in (ANIMATION_SECONDS, ANIMATION_SECONDS / 2, ANIMATION_SECONDS / 4):
        data = _animate(stage, seconds)
        if len(data) <= max_bytes:
            return data
    return _animate(stage, 0.0)


def _animate(stage: _Stage, seconds: float) -> bytes:
    frames = stage.frames
    last = min(seconds, (len(frames) - 1) * frames.dt_s)
    count = int(last * ANIMATION_FPS + 1e-6) + 1
    shown = [min(round(i / (ANIMATION_FPS * frames.dt_s)), len(frames) - 1) for i in range(count)]
    palette = stage.palette()
    pictures: list[Image.Image] = []
    for index in shown:
        picture = stage.backdrop.copy()
        stage.draw_trails(picture, index - round(_TRAIL_S / frames.dt_s), index + 1, fading=True)
        stage.draw_frame(picture, index)
        small = picture.reduce(_FINE)
        pictures.append(small.quantize(palette=palette, dither=Image.Dither.NONE))
    file = io.BytesIO()
    pictures[0].save(
        file,
        "GIF",
        save_all=True,
        append_images=pictures[1:],
        duration=round(1000 / ANIMATION_FPS),
        loop=0,
        optimize=False,
        disposal=1,
    )
    return file.getvalue()


@dataclass(frozen=True, slots=True)
class _Thing:
    """A geom ready to be drawn: its shape, where it hangs, its colours."""

    shape: Shape
    body: int
    place: Floats
    turn: Floats
    fill: Rgb
    edge: Rgb
    outline: Floats | None
    """Seen from the front, (n, 2) in its body's plane; None where there is no such view."""
    plain: bool
    """Whether it only joins others: its way says nothing."""
    round: bool
    """Whether a mark must show how it has turned."""


class _Stage:
    """One scene in one view: what stands still is drawn once, the rest for each frame."""

    def __init__(self, header: Mapping[str, Any], frames: Frames, width: int) -> None:
        self.header, self.frames = header, frames
        self.planar = is_planar(frames.position, frames.quaternion)
        self.camera: Camera = FRONT if self.planar else oblique()
        things = [thing for geom in header["geoms"] if (thing := self._thing(geom)) is not None]
        self.still = [thing for thing in things if thing.body < 0]
        self.moving = [thing for thing in things if thing.body >= 0]
        self.trails = self._paths()
        self._frame_view(width)
        self.line = max(2, round(_LINE * self.size[0]))
        self.backdrop = self._draw_backdrop()

    # What there is.

    def _thing(self, geom: Mapping[str, Any]) -> _Thing | None:
        shape = outline_of(geom, self.header["meshes"])
        if shape is None:
            return None
        fill = _on_paper(geom["rgba"])
        place, turn = np.array(geom["pos"], np.float64), matrix(geom["quat"])
        outline = None
        if self.planar and isinstance(shape, Solid):
            outline = hull((shape.points @ turn.T + place)[:, [0, 2]])
        seen_round = isinstance(shape, Round) and not np.ptp(shape.ends, axis=0).any()
        wheel = geom["type"] == "cylinder" and abs(turn[1, 2]) > 0.99
        return _Thing(
            shape,
            geom["body"],
            place,
            turn,
            fill,
            _darker(fill),
            outline,
            plain=geom.get("material") in _JOINING,
            round=seen_round or wheel,
        )

    def _pose(self, body: int, frame: int) -> tuple[Floats, Floats]:
        """Origin and rotation of a body at a frame; the world's is none."""
        if body < 0:
            return np.zeros(3), np.eye(3)
        position = self.frames.position[frame, body].astype(np.float64)
        return position, matrix(self.frames.quaternion[frame, body])

    def _point(self, body: int, local: Sequence[float], frame: int) -> Floats:
        origin, turn = self._pose(body, frame)
        return self.camera.flat(origin + turn @ np.asarray(local, np.float64))

    def _paths(self) -> list[tuple[Floats, Rgb]]:
        """The way of each body's centre of mass in the picture, (frames, 2), and its colour."""
        coloured: dict[int, Rgb] = {}
        for thing in self.moving:
            if not thing.plain:
                coloured.setdefault(thing.body, thing.fill)
        paths = []
        q = self.frames.quaternion.astype(np.float64)
        for body, fill in coloured.items():
            local = np.asarray(self.header["bodies"][body]["com"], np.float64)
            way = self.frames.position[:, body].astype(np.float64)
            if local.any():
                # v + 2 u x (u x v + w v) turns v by the quaternion (w, u).
                w, u = q[:, body, :1], q[:, body, 1:]
                way = way + local + 2 * np.cross(u, np.cross(u, local) + w * local)
            paths.append((self.camera.flat(way), fill))
        return paths

    # Where it is seen.

    def _frame_view(self, width: int) -> None:
        low, high = self._bounds()
        span = np.maximum(high - low, 1e-3)
        middle, span = (low + high) / 2, span * (1 + 2 * _MARGIN)
        # Neither a slit nor a tower.
        span = np.array([max(span[0], span[1] / _TALLEST), max(span[1], span[0] / _WIDEST)])
        height = max(16, round(width * span[1] / span[0] / 2) * 2)
        self.size = (width * _FINE, height * _FINE)
        self.scale = float(self.size[0] / span[0])
        self.low = middle - span / 2
        self.span = span

    def _bounds(self) -> tuple[Floats, Floats]:
        start = [points for thing in self.moving for points in self._extent(thing, 0)]
        start += [points for thing in self.still for points in self._extent(thing, 0)]
        for tendon in self.header["tendons"]:
            start += [
                self._point(stop["body"], stop["pos"], 0)
                for stop in tendon["path"]
                if "body" in stop
            ]
        if not start:
            return np.array([-1.0, -1.0]), np.array([1.0, 1.0])
        start += self._pivots(0)
        low, high = np.min(start, axis=0), np.max(start, axis=0)
        largest = max((self._radius(thing) for thing in self.moving), default=0.0)
        reach = max(_REACH * max(high - low), largest / _SMALLEST)
        sizes = {thing.body: self._radius(thing) for thing in self.moving if not thing.plain}
        for (way, _), radius in zip(self.trails, sizes.values(), strict=True):
            low = np.maximum(np.minimum(low, way.min(0) - radius), np.min(start, 0) - reach)
            high = np.minimum(np.maximum(high, way.max(0) + radius), np.max(start, 0) + reach)
        if any(isinstance(thing.shape, Plane) for thing in self.still):
            low = low - np.array([0, 0.04 * max(high - low)])
        return low, high

    def _extent(self, thing: _Thing, frame: int) -> list[Floats]:
        origin, turn = self._pose(thing.body, frame)
        match thing.shape:
            case Round(ends=ends, radius=radius):
                centres = (ends @ thing.turn.T + thing.place) @ turn.T + origin
                flat = self.camera.flat(centres)
                return [*(flat - radius), *(flat + radius)]
            case Solid(points=points):
                if thing.body < 0 and np.ptp(points, axis=0).max() > 50:
                    return []
                world = (points @ thing.turn.T + thing.place) @ turn.T + origin
                flat = self.camera.flat(world)
                return [flat.min(0), flat.max(0)]
        return [self.camera.flat(thing.place)] if self.planar else []

    def _radius(self, thing: _Thing) -> float:
        extent = np.array(self._extent(thing, 0))
        return float((extent.max(0) - extent.min(0)).max() / 2)

    def _pixels(self, points: Floats) -> list[tuple[float, float]]:
        """Pixels of the large picture for points (n, 2) in metres."""
        moved = (np.asarray(points) - self.low) * self.scale
        return [(x, self.size[1] - y) for x, y in moved.tolist()]

    # What is drawn once.

    def _draw_backdrop(self) -> Image.Image:
        picture = Image.new("RGB", self.size, _PAPER)
        draw = ImageDraw.Draw(picture)
        if self.planar:
            self._draw_grid(draw)
        for thing in self.still:
            if isinstance(thing.shape, Plane):
                self._draw_plane(draw, thing)
        for thing in self._far_first(self.still, 0):
            if not isinstance(thing.shape, Plane):
                self._draw_thing(draw, thing, 0)
        self._draw_scale(draw)
        return picture

    def _draw_grid(self, draw: ImageDraw.ImageDraw) -> None:
        step = _nice(self.span[0] / 9)
        for axis in (0, 1):
            first = math.ceil(self.low[axis] / step)
            last = math.floor((self.low[axis] + self.span[axis]) / step)
            for number in range(first, last + 1):
                a, b = self.low.copy(), self.low + self.span
                a[axis] = b[axis] = number * step
                draw.line(self._pixels(np.array([a, b])), fill=_GRID, width=2)

    def _draw_scale(self, draw: ImageDraw.ImageDraw) -> None:
        """A bar with its length, in the lower left corner."""
        length = _nice(self.span[0] / 7)
        x, y = 0.025 * self.size[0], self.size[1] - 0.028 * self.size[0]
        end, tick = x + length * self.scale, 0.006 * self.size[0]
        for line in ([(x, y), (end, y)], [(x, y - tick), (x, y + tick)],
                     [(end, y - tick), (end, y + tick)]):  # fmt: skip
            draw.line(line, fill=_SOFT_INK, width=max(2, self.line // 2))
        text = f"{length:g} m" if length >= 0.1 else f"{100 * length:g} cm"
        font = ImageFont.load_default(size=0.019 * self.size[0])
        draw.text((end + 2 * tick, y), text, fill=_SOFT_INK, font=font, anchor="lm")

    def _draw_plane(self, draw: ImageDraw.ImageDraw, thing: _Thing) -> None:
        shape = thing.shape
        assert isinstance(shape, Plane)
        # Seen at a slant, what fills the picture reaches several times its size.
        far = 6 * float(self.span.max()) + float(np.abs(thing.place).max())
        half = [size if 0 < size < far else far for size in shape.half]
        corners = np.array([(-1, -1, 0), (1, -1, 0), (1, 1, 0), (-1, 1, 0)]) * [*half, 1]
        if not self.planar:
            flat = self.camera.flat(corners @ thing.turn.T + thing.place)
            draw.polygon(self._pixels(flat), fill=_mix(thing.fill, _PAPER, 0.75))
            self._draw_tiles(draw, thing, half)
            return
        along = self.camera.flat(thing.turn[:, 0])
        centre = self.camera.flat(thing.place)
        if math.hypot(*along) < 0.5:
            return
        inside = clip_to_convex(centre - half[0] * along, centre + half[0] * along, self._view())
        if inside is not None:
            a, b = inside
            depth = 0.022 * float(self.span[0])
            below = np.array([along[1], -along[0]]) * depth
            band = np.array([a, b, b + 1.25 * below, a + 1.25 * below])
            draw.polygon(self._pixels(band), fill=_mix(thing.fill, _PAPER, 0.6))
            for stroke in hatching(a, b, depth, 1.1 * depth):
                draw.line(self._pixels(stroke), fill=_SOFT_INK, width=self.line)
            draw.line(self._pixels(inside), fill=_INK, width=round(1.5 * self.line))

    def _draw_tiles(self, draw: ImageDraw.ImageDraw, thing: _Thing, half: list[float]) -> None:
        """Lines on a floor, to tell its slope and scale."""
        step = _nice(self.span[0] / 8)
        reach = [min(size, 1.5 * float(self.span.max())) for size in half]
        for axis in (0, 1):
            for number in range(-int(reach[axis] / step), int(reach[axis] / step) + 1):
                ends = np.zeros((2, 3))
                ends[:, axis] = number * step
                ends[:, 1 - axis] = -reach[1 - axis], reach[1 - axis]
                flat = self.camera.flat(ends @ thing.turn.T + thing.place)
                draw.line(self._pixels(flat), fill=_mix(_INK, _PAPER, 0.86), width=2)

    def _view(self) -> Floats:
        """The corners of what is seen, counter-clockwise."""
        (x, z), (w, h) = self.low, self.span
        return np.array([(x, z), (x + w, z), (x + w, z + h), (x, z + h)])

    # What is drawn for each frame.

    def draw_frame(self, picture: Image.Image, frame: int) -> None:
        """What moves, as it is at this frame, on a copy of the backdrop."""
        draw = ImageDraw.Draw(picture)
        for tendon in self.header["tendons"]:
            self._draw_tendon(draw, tendon, frame)
        for thing in self._far_first(self.moving, frame):
            self._draw_thing(draw, thing, frame)
        if self.planar:
            self._draw_pivots(draw, frame)

    def draw_trails(self, picture: Image.Image, start: int, stop: int, *, fading: bool) -> None:
        """The ways of the bodies from one frame to another; fading towards the past."""
        draw = ImageDraw.Draw(picture)
        start = max(0, start)
        # Few bodies fade smoothly, many in a few parts: the work stays the same.
        smooth = min(_TRAIL_PARTS, max(3, 10 * _TRAIL_PARTS // max(1, len(self.trails))))
        parts = min(smooth if fading else 1, max(1, stop - start - 1))
        cuts = np.linspace(start, stop - 1, parts + 1).round().astype(int)
        for way, fill in self.trails:
            if np.ptp(way, axis=0).max() < _MOVES * float(self.span[0]):
                continue
            for part in range(parts):
                a, b = cuts[part], cuts[part + 1] + 1
                if b - a < 2:
                    continue
                fade = 0.35 + 0.65 * (1 - (part + 1) / parts) if fading else 0.55
                step = max(1, (b - a) // 200)
                line = self._pixels(np.concatenate([way[a:b:step], way[b - 1 : b]]))
                draw.line(line, fill=_mix(fill, _PAPER, fade), width=self.line)

    def _far_first(self, things: Sequence[_Thing], frame: int) -> list[_Thing]:
        if self.planar:
            return list(things)

        def distance(thing: _Thing) -> float:
            origin, turn = self._pose(thing.body, frame)
            return float((origin + turn @ thing.place) @ self.camera.away)

        return sorted(things, key=distance, reverse=True)

    def _draw_thing(self, draw: ImageDraw.ImageDraw, thing: _Thing, frame: int) -> None:
        origin, turn = self._pose(thing.body, frame)
        if thing.outline is not None:
            flat = thing.outline
            if thing.body >= 0:
                plane = turn[np.ix_([0, 2], [0, 2])]
                flat = flat @ plane.T + origin[[0, 2]]
            self._draw_outline(draw, thing, flat)
            if thing.round:
                centre = self.camera.flat(turn @ thing.place + origin)
                radius = float(np.abs(thing.outline - thing.place[[0, 2]]).max())
                self._draw_turn(draw, thing, centre, turn, radius)
            return
        match thing.shape:
            case Round(ends=ends, radius=radius):
                world = (ends @ thing.turn.T + thing.place) @ turn.T + origin
                self._draw_round(draw, thing, self.camera.flat(world), radius)
                if thing.round:
                    centre = self.camera.flat(world[0])
                    self._draw_turn(draw, thing, centre, turn @ thing.turn, radius)
            case Solid(points=points, faces=faces):
                world = (points @ thing.turn.T + thing.place) @ turn.T + origin
                flat = self.camera.flat(world)
                if not faces:
                    self._draw_outline(draw, thing, hull(flat))
                for face, light, _ in facing(self.camera, world, faces):
                    fill = _mix(_darker(thing.fill), thing.fill, light)
                    edge = _darker(fill) if len(faces) <= 6 else fill
                    draw.polygon(self._pixels(flat[list(face)]), fill=fill, outline=edge)

    def _draw_outline(self, draw: ImageDraw.ImageDraw, thing: _Thing, flat: Floats) -> None:
        if len(flat) < 3:
            return
        pixels = self._pixels(flat)
        if thing.body < 0 and self.planar:
            draw.polygon(pixels, fill=_mix(thing.fill, _PAPER, 0.35))
            if not thing.round:
                self._hatch(draw, flat, thing)
        else:
            draw.polygon(pixels, fill=thing.fill)
        draw.line([*pixels, *pixels[:2]], fill=thing.edge, width=self.line, joint="curve")

    def _hatch(self, draw: ImageDraw.ImageDraw, flat: Floats, thing: _Thing) -> None:
        """Slanting lines inside what stands still."""
        low, high = flat.min(0), flat.max(0)
        gap = 0.022 * float(self.span[0])
        reach = float(high[0] - low[0] + high[1] - low[1])
        for number in range(1, min(400, int(reach / gap)) + 1):
            a = np.array([low[0] + number * gap, low[1]])
            inside = clip_to_convex(a, a + np.array([-1.0, 1.0]) * reach, flat)
            if inside is not None:
                fill = _mix(thing.edge, thing.fill, 0.55)
                draw.line(self._pixels(inside), fill=fill, width=max(2, round(0.6 * self.line)))

    def _draw_round(
        self, draw: ImageDraw.ImageDraw, thing: _Thing, ends: Floats, radius: float
    ) -> None:
        (ax, ay), (bx, by) = self._pixels(ends)
        r = max(radius * self.scale, 1.5)
        if (ax, ay) == (bx, by):
            draw.ellipse((ax - r, ay - r, ax + r, ay + r), thing.fill, thing.edge, self.line)
            return
        # A stadium: the darker one shows as an edge round the other.
        for fill, inset in ((thing.edge, 0.0), (thing.fill, float(self.line))):
            s = max(r - inset, 0.5)
            draw.line([(ax, ay), (bx, by)], fill=fill, width=round(2 * s))
            for x, y in ((ax, ay), (bx, by)):
                draw.ellipse((x - s, y - s, x + s, y + s), fill)

    def _draw_turn(
        self, draw: ImageDraw.ImageDraw, thing: _Thing, centre: Floats, turn: Floats, radius: float
    ) -> None:
        """A diameter and a middle: how a round thing has turned."""
        if not self.planar or radius * self.scale < 5 * self.line:
            return
        along = np.array([turn[0, 0], turn[2, 0]]) * 0.72 * radius
        mark = _mix(thing.fill, thing.edge, 0.65)
        draw.line(self._pixels(np.array([centre - along, centre + along])), mark, self.line)
        ((x, y),) = self._pixels(centre[None])
        r = 1.6 * self.line
        draw.ellipse((x - r, y - r, x + r, y + r), thing.edge)

    def _draw_tendon(
        self, draw: ImageDraw.ImageDraw, tendon: Mapping[str, Any], frame: int
    ) -> None:
        colour = _mix(_on_paper(tendon["rgba"]), _INK, 0.25)
        path = self._tendon_path(tendon, frame)
        if len(path) < 2:
            return
        radius = 0.014 * float(self.span[0])
        rest = float(tendon["rest"][1]) or math.hypot(*(path[-1] - path[0]))
        if tendon["kind"] == "spring" and len(path) == 2:
            turns = int(np.clip(rest / (1.9 * radius), 4, 18))
            lines = [coil(path[0], path[1], radius, turns)]
        elif tendon["kind"] == "damper" and len(path) == 2:
            lines = dashpot(path[0], path[1], radius, rest)
        else:
            lines = [path]
        for line in lines:
            draw.line(self._pixels(line), fill=colour, width=self.line, joint="curve")
        for end in (path[0], path[-1]):
            ((x, y),) = self._pixels(end[None])
            r = 0.9 * self.line
            draw.ellipse((x - r, y - r, x + r, y + r), colour)

    def _tendon_path(self, tendon: Mapping[str, Any], frame: int) -> Floats:
        """The way of a tendon in the picture, (n, 2), round what it wraps."""
        stops = tendon["path"]
        pieces: list[Floats] = []
        last: Floats | None = None
        around: Mapping[str, Any] | None = None
        for stop in stops:
            if "geom" in stop:
                around = stop
                continue
            here = self._point(stop["body"], stop["pos"], frame)
            if last is None or around is None or not self.planar or around["side"] is None:
                pieces.append(here[None])
            else:
                geom = self.header["geoms"][around["geom"]]
                centre = self._point(geom["body"], geom["pos"], frame)
                side = self._point(around["side"]["body"], around["side"]["pos"], frame)
                pieces.append(rope_path(last, centre, float(geom["size"][0]), side, here)[1:])
            last, around = here, None
        return np.concatenate(pieces) if pieces else np.empty((0, 2))

    def _draw_pivots(self, draw: ImageDraw.ImageDraw, frame: int) -> None:
        """A ring at each hinge."""
        r = 2.0 * self.line
        for x, y in self._pixels(np.reshape(self._pivots(frame), (-1, 2))):
            draw.ellipse((x - r, y - r, x + r, y + r), _PAPER, _INK, max(2, self.line))

    def _pivots(self, frame: int) -> list[Floats]:
        """Where hinges are in the picture; not those that only let a free body turn."""
        sliding = {joint["body"] for joint in self.header["joints"] if joint["type"] == "slide"}
        return [
            self._point(joint["body"], joint["pos"], frame)
            for joint in self.header["joints"]
            if joint["type"] == "hinge" and joint["body"] not in sliding
        ]

    def palette(self) -> Image.Image:
        """The colours of all frames: the scene's own, mixed with the paper and with its inks."""
        own = {thing.fill for thing in [*self.still, *self.moving]}
        own |= {_on_paper(tendon["rgba"]) for tendon in self.header["tendons"]}
        fills = sorted(own)[:14]
        colours = [_mix(_INK, _PAPER, part / 11) for part in range(12)]
        colours += [
            _GRID,
            _mix(_GRID, _PAPER, 0.5),
            *(_mix(_SOFT_INK, _PAPER, p / 3) for p in range(3)),
        ]
        for fill in fills:
            colours += [_mix(fill, _PAPER, part / 7) for part in range(7)]
            colours += [_mix(fill, _darker(fill), part / 5) for part in range(1, 6)]
            colours += [_mix(_darker(fill), _PAPER, part / 4) for part in range(1, 4)]
        sheet = Image.new("P", (1, 1))
        flat = [channel for colour in dict.fromkeys(colours[:256]) for channel in colour]
        sheet.putpalette(flat + list(_PAPER) * (256 - len(flat) // 3))
        return sheet


def _on_paper(rgba: Sequence[float]) -> Rgb:
    r, g, b, a = (min(1.0, max(0.0, value)) for value in rgba)
    return _mix(_PAPER, (round(255 * r), round(255 * g), round(255 * b)), a)


def _mix(a: Rgb, b: Rgb, part: float) -> Rgb:
    """From `a` (part 0) to `b` (part 1)."""
    r, g, bl = (round(x + (y - x) * part) for x, y in zip(a, b, strict=True))
    return (r, g, bl)


def _darker(colour: Rgb) -> Rgb:
    return _mix(colour, (20, 24, 34), 0.5)


def _nice(value: float) -> float:
    """The largest of 1, 2, 5 times a power of ten that is not above the value."""
    power = 10.0 ** math.floor(math.log10(max(value, 1e-9)))
    return max(step * power for step in (1, 2, 5) if step * power <= value * (1 + 1e-9))
