"""Bodies, their joints and what they weigh, as the worldbody of a planar model."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET

from scenes import geometry as geo
from scenes.scene import Anchor, Body, Damper, Disc, Joint, Rect, Rope, Scene, Spring, Vec

from .mjcf_look import View, add_geoms
from .mjcf_runs import hanging_axis
from .mjcf_text import number, point, set_angle
from .mjcf_tree import Forest, Node

HINGE_AXIS = "0 -1 0"
"""A planar angle is counter-clockwise as seen along +y, so it turns about -y."""

_MASSLESS_PART = 1e-6
"""Mass of a massless rod, as a part of the heaviest body's: MuJoCo refuses zero."""

_LOOP_PART = 1e-3
"""The same where a rod closes a loop, or a pulley hangs in a rope: a constraint needs something
to hold on to."""

_LEAST_MASS_KG = 1e-12
_LEAST_MOMENT_KG_M2 = 1e-13
"""MuJoCo refuses moving bodies below 1e-15 (mjMINVAL)."""


class BodyWriter:
    """Writes bodies into a worldbody; `qpos` and `qvel` are the start, in MuJoCo's order."""

    def __init__(self, scene: Scene, forest: Forest, view: View, world: ET.Element) -> None:
        self.scene = scene
        self.forest = forest
        self.view = view
        self.world = world
        self.bodies = {body.name: body for body in scene.bodies}
        self.heaviest_kg = max((body.mass_kg for body in scene.bodies), default=0.0) or 1.0
        self.looped = {name for joint in forest.closures for name in (joint.a, joint.b)}
        self.elements: dict[str, ET.Element] = {}
        self.qpos: list[float] = []
        self.qvel: list[float] = []

    def write(self) -> None:
        """What is fixed as geoms of the world, what moves as trees of bodies."""
        for body in self.scene.bodies:
            if body.fixed:
                add_geoms(self.world, body, self.view, at=body.position, angle=body.angle)
        for node in self.forest.roots:
            self._body(self.world, node, None)

    def moves(self, name: str | None) -> bool:
        """Whether that is a body that moves."""
        return name is not None and not self.bodies[name].fixed

    def local(self, name: str, at: Vec) -> Vec:
        """A point of the world in a body's own frame, at the start."""
        body = self.bodies[name]
        return geo.turn(geo.sub(at, body.position), -body.angle)

    def site(self, name: str, anchor: Anchor) -> str:
        """A named point that moves with a body, or stays in the world; returns the name."""
        if anchor.body is None or not self.moves(anchor.body):
            element, at = self.world, anchor.at
        else:
            element, at = self.elements[anchor.body], self.local(anchor.body, anchor.at)
        ET.SubElement(element, "site", name=name, pos=point(at))
        return name

    def carriage(self, joint: Joint) -> str:
        """A body that runs along a roller's ground and holds what stands on it; its name."""
        name = f"{joint.name}_carriage"
        body = ET.SubElement(self.world, "body", name=name, pos=point(joint.at))
        along = point(geo.direction(joint.axis))
        self._joint(body, f"{joint.name}_slide", "slide", 0.0, axis=along)
        mass = _LOOP_PART * self.heaviest_kg
        _add_inertia(body, mass, mass)
        return name

    def _body(self, parent: ET.Element, node: Node, frame: Body | None) -> None:
        body = node.body
        element = ET.SubElement(parent, "body", name=body.name)
        self.elements[body.name] = element
        at = body.position if frame is None else self.local(frame.name, body.position)
        element.set("pos", point(at))
        set_angle(element, body.angle - (frame.angle if frame else 0.0))
        if node.joint is None:
            self._free_joints(element, node)
        else:
            self._joints(element, node, node.joint, frame)
        self._weigh(element, body)
        add_geoms(element, body, self.view, at=(0.0, 0.0), angle=0.0)
        for child in node.children:
            self._body(element, child, body)

    def _joints(self, element: ET.Element, node: Node, joint: Joint, frame: Body | None) -> None:
        body = node.body
        if joint.kind == "roller":
            along = geo.direction(joint.axis)
            speed = geo.dot(body.velocity, along)
            axis = point(geo.turn(along, -body.angle))
            self._joint(element, f"{joint.name}_slide", "slide", speed, axis=axis)
        if joint.kind != "weld":
            spin = body.angular_velocity - (frame.angular_velocity if frame else 0.0)
            for motor in self.scene.motors:
                # The speed that a motor keeps up is there from the start.
                if motor.joint == joint.name and motor.speed_rad_s is not None:
                    spin = motor.speed_rad_s * node.sense
            at = point(self.local(body.name, joint.at))
            self._joint(element, joint.name, "hinge", spin, axis=HINGE_AXIS, pos=at)

    def _free_joints(self, element: ET.Element, node: Node) -> None:
        body = node.body
        guide = next((guide for guide in self.scene.guides if guide.body == body.name), None)
        axes = [("x", 0.0), ("z", math.pi / 2)]
        if guide is not None and guide.axis is not None:
            axes = [("slide", guide.axis)]
        straight = self._hanging_axis(node) if guide is None else None
        if straight is not None:
            axes = [("slide", straight)]
        for suffix, angle in axes:
            way = geo.direction(angle)
            axis = point(geo.turn(way, -body.angle))
            speed = geo.dot(body.velocity, way)
            self._joint(element, f"{body.name}_{suffix}", "slide", speed, axis=axis)
        # A pulley that hangs in a rope only shifts: the rope runs round it without friction, and
        # the point that says on which side must not turn away.
        if (guide is None or guide.turns) and straight is None and body.kind != "pulley":
            name = f"{body.name}_turn"
            self._joint(element, name, "hinge", body.angular_velocity, axis=HINGE_AXIS)

    def _hanging_axis(self, node: Node) -> float | None:
        """The way of what hangs in a rope by a pulley and is held by nothing else."""
        carried = {each.body.name: each.body for each in node.all()}
        pulleys = [name for name, body in carried.items() if body.kind == "pulley"]
        scene = self.scene
        lines: list[Rope | Spring | Damper] = [*scene.ropes, *scene.springs, *scene.dampers]
        held = {end.body for line in lines for end in (line.a, line.b)} - set(pulleys)
        if len(pulleys) != 1 or held & carried.keys() or self.looped & carried.keys():
            return None
        return hanging_axis(scene, pulleys[0])

    def _joint(self, element: ET.Element, name: str, kind: str, speed: float, **more: str) -> None:
        ET.SubElement(element, "joint", {"name": name, "type": kind, **more})
        self.qpos.append(0.0)
        self.qvel.append(speed)

    def _weigh(self, element: ET.Element, body: Body) -> None:
        if body.mass_kg > 0:
            _add_inertia(element, body.mass_kg, body.moment_kg_m2)
            return
        held = body.name in self.looped or body.kind == "pulley"
        part = _LOOP_PART if held else _MASSLESS_PART
        mass = part * self.heaviest_kg
        _add_inertia(element, mass, mass * _extent(body) ** 2 / 12)


def _add_inertia(element: ET.Element, mass_kg: float, moment_kg_m2: float) -> None:
    """Only the moment about y matters; three equal ones always make a valid body."""
    moment = number(max(moment_kg_m2, _LEAST_MOMENT_KG_M2))
    mass = number(max(mass_kg, _LEAST_MASS_KG))
    ET.SubElement(element, "inertial", pos="0 0 0", mass=mass, diaginertia=" ".join([moment] * 3))


def _extent(body: Body) -> float:
    match body.outline:
        case Disc(radius_m=radius):
            return 2 * radius
        case Rect(width_m=width, height_m=height):
            return max(width, height)
        case _:
            return 1.0
