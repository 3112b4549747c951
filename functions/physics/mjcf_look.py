"""What a scene looks like in a viewer: shapes, colours, a light and a camera.

Depth along y is for the eye alone.
"""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from dataclasses import dataclass

from scenes import geometry as geo
from scenes.scene import Body, Disc, HalfPlane, Pieces, Rect, Scene, Vec

from .mjcf_text import number, point, set_angle

ROPE_COLOUR = "0.55 0.42 0.25 1"
SPRING_COLOUR = "0.30 0.55 0.50 1"
DAMPER_COLOUR = "0.50 0.45 0.60 1"
UNSEEN = "0 0 0 0"

_COLOURS = {
    "ball": "0.86 0.36 0.27 1",
    "box": "0.27 0.51 0.71 1",
    "polygon": "0.45 0.58 0.30 1",
    "wheel": "0.35 0.35 0.38 1",
    "pulley": "0.80 0.65 0.30 1",
    "rod": "0.45 0.36 0.28 1",
    "ground": "0.82 0.80 0.76 1",
    "ramp": "0.72 0.66 0.56 1",
    "support": "0.55 0.55 0.58 1",
    "knot": "0.20 0.20 0.20 1",
}

_DEPTH_PART = 0.06
"""Half of a body's depth, as a part of the picture's width; what is fixed is twice as deep."""

_VIEW_DEGREES = 45
_MARGIN = 1.2
"""The camera sees this many times the picture's width."""


@dataclass(frozen=True, slots=True)
class View:
    """The lower left and upper right corner of all that is drawn."""

    low: Vec
    high: Vec

    @property
    def width_m(self) -> float:
        """The larger extent."""
        return max(self.high[0] - self.low[0], self.high[1] - self.low[1], 1e-4)

    @property
    def middle(self) -> Vec:
        """The middle of the picture."""
        return geo.middle(self.low, self.high)

    def half_depth_m(self, body: Body) -> float:
        """Half of how deep a body looks."""
        if body.kind == "rod" and isinstance(body.outline, Rect):
            return body.outline.height_m / 2
        return _DEPTH_PART * self.width_m * (2 if body.fixed else 1)


def view_of(scene: Scene) -> View:
    """The view that shows a whole scene."""
    points = [corner for body in scene.bodies for corner in _corners(body)]
    xs, zs = [p[0] for p in points] or [0.0], [p[1] for p in points] or [0.0]
    return View((min(xs), min(zs)), (max(xs), max(zs)))


def _corners(body: Body) -> list[Vec]:
    match body.outline:
        case Disc(radius_m=radius):
            local = [(-radius, -radius), (radius, radius)]
            return [geo.add(body.position, corner) for corner in local]
        case Rect(width_m=width, height_m=height):
            local = [(sx * width / 2, sz * height / 2) for sx in (-1, 1) for sz in (-1, 1)]
        case Pieces(polygons=polygons):
            local = [corner for polygon in polygons for corner in polygon]
        case HalfPlane():
            local = [(0.0, 0.0)]
    return [geo.add(body.position, geo.turn(corner, body.angle)) for corner in local]


def add_look(root: ET.Element, view: View) -> None:
    """Lights of the viewer, and the extent that it starts with."""
    visual = ET.SubElement(root, "visual")
    ET.SubElement(visual, "headlight", ambient="0.4 0.4 0.4", diffuse="0.5 0.5 0.5")
    ET.SubElement(visual, "rgba", haze="0.95 0.96 0.98 1")
    ET.SubElement(visual, "global", offwidth="1280", offheight="960")
    statistic = ET.SubElement(root, "statistic")
    statistic.set("center", point(view.middle))
    statistic.set("extent", number(view.width_m))


def add_assets(root: ET.Element, scene: Scene, view: View) -> None:
    """A sky, a material for each kind of body, and the meshes of polygons."""
    asset = ET.SubElement(root, "asset")
    sky = {"type": "skybox", "builtin": "gradient", "width": "64", "height": "384"}
    ET.SubElement(asset, "texture", sky, rgb1="0.93 0.95 0.98", rgb2="0.75 0.81 0.88")
    gloss = {"specular": "0.2", "shininess": "0.3"}
    for kind in sorted({body.kind for body in scene.bodies}):
        ET.SubElement(asset, "material", {"name": kind, "rgba": _COLOURS[kind], **gloss})
    for body in scene.bodies:
        if not isinstance(body.outline, Pieces):
            continue
        depth = view.half_depth_m(body)
        for name, polygon in zip(geom_names(body), body.outline.polygons, strict=True):
            vertices = [
                f"{number(x)} {number(y)} {number(z)}" for y in (-depth, depth) for x, z in polygon
            ]
            ET.SubElement(asset, "mesh", name=name, vertex="  ".join(vertices))


def add_stage(world: ET.Element, view: View) -> None:
    """A sun, and a camera that sees the scene as it was drawn."""
    (x, z), width = view.middle, view.width_m
    sun = f"{number(x)} {number(-2 * width)} {number(view.high[1] + 2 * width)}"
    light = {"name": "sun", "directional": "true", "pos": sun, "dir": "0.2 0.6 -0.8"}
    ET.SubElement(world, "light", light, diffuse="0.6 0.6 0.6")
    back = _MARGIN * width / 2 / math.tan(math.radians(_VIEW_DEGREES / 2))
    place = f"{number(x)} {number(-back)} {number(z)}"
    camera = {"name": "front", "pos": place, "xyaxes": "1 0 0 0 0 1"}
    ET.SubElement(world, "camera", camera, fovy=str(_VIEW_DEGREES))


def geom_names(body: Body) -> list[str]:
    """The names of the geoms that collide: the body's own, or one for each of several pieces."""
    if isinstance(body.outline, Pieces) and len(body.outline.polygons) > 1:
        return [f"{body.name}_{i}" for i in range(1, len(body.outline.polygons) + 1)]
    return [body.name]


def add_geoms(element: ET.Element, body: Body, view: View, *, at: Vec, angle: float) -> None:
    """A body's geoms, at a pose in their parent."""
    depth = view.half_depth_m(body)
    match body.outline:
        case Disc(radius_m=radius) if body.kind in {"ball", "knot"}:
            shapes = [{"type": "sphere", "size": number(radius)}]
        case Disc(radius_m=radius):
            _add_disc(element, body, radius, min(depth, radius) / 2, at)
            return
        case Rect(width_m=width, height_m=height):
            size = f"{number(width / 2)} {number(depth)} {number(height / 2)}"
            shapes = [{"type": "box", "size": size}]
        case Pieces():
            shapes = [{"type": "mesh", "mesh": name} for name in geom_names(body)]
        case HalfPlane():
            # The size is what one sees; a plane collides without end.
            size = f"{number(2 * view.width_m)} {number(depth)} 0.1"
            shapes = [{"type": "plane", "size": size}]
    for name, shape in zip(geom_names(body), shapes, strict=True):
        geom = ET.SubElement(element, "geom", {"name": name, **shape})
        geom.set("pos", point(at))
        set_angle(geom, angle)
        geom.set("material", body.kind)


def _add_disc(element: ET.Element, body: Body, radius: float, thick: float, at: Vec) -> None:
    """A sphere rolls as a disc does in the plane, and touches more exactly than a cylinder; the
    cylinder is what one sees, and what a rope wraps."""
    size, place = f"{number(radius)} {number(thick)}", point(at)
    name = f"{body.name}_look" if body.touches else body.name
    upright = f"{number(math.pi / 2)} 0 0"
    disc = {"name": name, "type": "cylinder", "size": size, "pos": place, "euler": upright}
    ET.SubElement(element, "geom", disc, material=body.kind)
    if body.touches:
        sphere = {"name": body.name, "type": "sphere", "size": number(radius), "pos": place}
        ET.SubElement(element, "geom", sphere, rgba=UNSEEN)
