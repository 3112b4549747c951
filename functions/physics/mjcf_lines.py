"""Springs, dampers, ropes, loops and what acts, between bodies that have been written."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from collections.abc import Sequence

from scenes import geometry as geo
from scenes.scene import Anchor, Body, Disc, Joint, Motor, Rope, Scene, Vec

from .mjcf_bodies import BodyWriter
from .mjcf_look import DAMPER_COLOUR, ROPE_COLOUR, SPRING_COLOUR, UNSEEN
from .mjcf_rope import straight_runs, taut_length
from .mjcf_text import number, point
from .mjcf_tree import Node

_STIFF = "0.99 0.999 0.001"
"""MuJoCo's impedance of what holds: a taut rope, a closed loop."""

_ROPE_STIFFNESS = 0.04
"""Of the direct form, times the step squared: the damping, one step's, is then 2.5 times the
critical. With less of it its give takes a swing's energy away, with more it springs back."""

_FAR = 1e3
"""Farther than anything gets, as a part of the picture's width."""

_TURN = "0 0 0 0 -1 0"
"""A site's gear for a turn counter-clockwise."""


class LineWriter:
    """Writes tendons, equality constraints and actuators; `ctrl` is in the actuators' order."""

    def __init__(self, scene: Scene, bodies: BodyWriter, step_s: float) -> None:
        self.scene = scene
        self.bodies = bodies
        self.step_s = step_s
        # What a rope catches does not bounce.
        self.catch = f"{-_ROPE_STIFFNESS / step_s**2:.6g} {-1 / step_s:.6g}"
        self.width_m = bodies.view.width_m
        self.tendons = ET.Element("tendon")
        self.equalities = ET.Element("equality")
        self.actuators = ET.Element("actuator")
        self.ctrl: list[float] = []

    def write(self) -> None:
        """All of them."""
        self._springs()
        for rope in self.scene.ropes:
            self._rope(rope)
        for joint in self.bodies.forest.closures:
            self._closure(joint)
        for motor in self.scene.motors:
            self._motor(motor)
        self._pulls()
        self._pushes()

    # Springs and ropes.

    def _line(self, name: str, colour: str, width: float, **more: str) -> ET.Element:
        look = {"width": number(width * self.width_m), "rgba": colour}
        return ET.SubElement(self.tendons, "spatial", {"name": name, **more, **look})

    def _straight(self, line: ET.Element, name: str, a: Anchor, b: Anchor) -> None:
        for end, anchor in (("a", a), ("b", b)):
            ET.SubElement(line, "site", site=self.bodies.site(f"{name}_{end}", anchor))

    def _springs(self) -> None:
        for spring in self.scene.springs:
            drawn = geo.distance(spring.a.at, spring.b.at)
            rest = drawn if spring.rest_m is None else spring.rest_m
            values = {"stiffness": number(spring.stiffness_n_m), "springlength": number(rest)}
            if spring.damping_ns_m > 0:
                values["damping"] = number(spring.damping_ns_m)
            line = self._line(spring.name, SPRING_COLOUR, 0.006, **values)
            self._straight(line, spring.name, spring.a, spring.b)
        for damper in self.scene.dampers:
            damping = number(damper.damping_ns_m)
            line = self._line(damper.name, DAMPER_COLOUR, 0.008, damping=damping)
            self._straight(line, damper.name, damper.a, damper.b)

    def _rope(self, rope: Rope) -> None:
        limit = {}
        if rope.pull_n is None:
            limit["range"] = f"0 {number(taut_length(self.scene, rope) + rope.slack_m)}"
            limit["solreflimit"] = self.catch
            limit["solimplimit"] = _STIFF
        line = self._line(rope.name, ROPE_COLOUR, 0.004, **limit)
        runs = straight_runs(self.scene, rope)
        site = self.bodies.site
        ET.SubElement(line, "site", site=site(f"{rope.name}_a", rope.a))
        for index, over in enumerate(rope.over):
            if index > 0:
                # MuJoCo wants a point between two pulleys in a row.
                halfway = Anchor(None, geo.middle(*runs[index]))
                ET.SubElement(line, "site", site=site(f"{rope.name}_way_{index}", halfway))
            pulley = self.bodies.bodies[over.pulley]
            outside = geo.add(pulley.position, geo.scale(over.side, 1.5 * _radius(pulley)))
            beside = site(f"{rope.name}_side_{index + 1}", Anchor(pulley.name, outside))
            ET.SubElement(line, "geom", geom=pulley.name, sidesite=beside)
        ET.SubElement(line, "site", site=site(f"{rope.name}_b", rope.b))
        if rope.over:
            self._end_runs(rope, runs)

    def _end_runs(self, rope: Rope, runs: Sequence[tuple[Vec, Vec]]) -> None:
        """The run from each moving end to its pulley, as a tendon of its own, for two things.

        It can't get shorter than half the pulley's radius: what the rope draws up stops there. And
        a pulley that weighs something resists being spun by the rope: a disc's energy of 1/4 m
        (rope speed)² is that of an armature of m/2 on the length of one run.
        """
        pulleys = [self.bodies.bodies[over.pulley] for over in rope.over]
        armature = sum(pulley.mass_kg for pulley in pulleys if pulley.fixed) / 2
        ends = (("a", rope.a, runs[0][1], pulleys[0]), ("b", rope.b, runs[-1][0], pulleys[-1]))
        for end, anchor, rim, pulley in ends:
            if not self.bodies.moves(anchor.body) or not pulley.fixed:
                continue
            least = min(geo.distance(anchor.at, rim), _radius(pulley)) / 2
            name = f"{rope.name}_run_{end}"
            limit = {"range": f"{number(least)} {number(_FAR * self.width_m)}"}
            limit["solreflimit"] = f"{number(2 * self.step_s)} 1"
            if armature > 0:
                limit["armature"] = number(armature)
                armature = 0.0
            line = ET.SubElement(self.tendons, "spatial", {"name": name, **limit}, rgba=UNSEEN)
            self._straight(line, name, anchor, Anchor(None, rim))

    # Loops.

    def _closure(self, joint: Joint) -> None:
        """A joint that closes a loop, held by an equality constraint."""
        stiff = {"solref": f"{number(2 * self.step_s)} 1", "solimp": _STIFF}
        kind = "weld" if joint.kind == "weld" else "connect"
        moving = [name for name in (joint.a, joint.b) if name and self.bodies.moves(name)]
        at = self.bodies.local(moving[0], joint.at)
        names = dict(zip(("body1", "body2"), moving, strict=False))
        if joint.kind == "roller":
            names["body2"] = self.bodies.carriage(joint)
        element = ET.SubElement(self.equalities, kind, {"name": joint.name, **names, **stiff})
        if kind == "connect":
            element.set("anchor", point(at))

    # What acts.

    def _motor(self, motor: Motor) -> None:
        node = next((n for n in self.bodies.forest.nodes() if _turns_at(n, motor.joint)), None)
        if node is None:
            # It turns a joint that closes a loop, which MuJoCo has no joint for.
            joint = next(joint for joint in self.scene.joints if joint.name == motor.joint)
            site = self.bodies.site(f"{motor.name}_at", Anchor(joint.b, joint.at))
            against = self.bodies.site(f"{motor.name}_against", Anchor(joint.a, joint.at))
            turned = {"site": site, "refsite": against, "gear": _TURN}
            moment, sense = self.bodies.heaviest_kg * 1e-3 * self.width_m**2, 1.0
        else:
            turned, moment, sense = {"joint": motor.joint}, node.moment_kg_m2(), node.sense
        if motor.torque_n_m is not None:
            ET.SubElement(self.actuators, "motor", {"name": motor.name, **turned})
            self.ctrl.append(sense * motor.torque_n_m)
        elif motor.speed_rad_s is not None:
            # As stiff as the step allows: an error of speed is gone within a few steps.
            gain = number(max(moment, 1e-9 * self.bodies.heaviest_kg) / self.step_s)
            ET.SubElement(self.actuators, "velocity", {"name": motor.name, **turned, "kv": gain})
            self.ctrl.append(sense * motor.speed_rad_s)

    def _pulls(self) -> None:
        for rope in self.scene.ropes:
            if rope.pull_n is not None:
                name = f"{rope.name}_pull"
                ET.SubElement(self.actuators, "motor", name=name, tendon=rope.name, gear="-1")
                self.ctrl.append(rope.pull_n)

    def _pushes(self) -> None:
        pushes = [(force.name, force.body, force.at, force.newton) for force in self.scene.forces]
        for load in self.scene.loads:
            newton = geo.scale(load.newton_per_m, geo.distance(load.start, load.end))
            pushes.append((load.name, load.body, geo.middle(load.start, load.end), newton))
        for name, body, at, newton in pushes:
            x, z = geo.unit(newton)
            self._push(name, body, at, f"{number(x)} 0 {number(z)} 0 0 0", math.hypot(*newton))
        for torque in self.scene.torques:
            centre = self.bodies.bodies[torque.body].position
            self._push(torque.name, torque.body, centre, _TURN, torque.newton_m)

    def _push(self, name: str, body: str, at: Vec, gear: str, size: float) -> None:
        """A wrench on a point of a body, its direction fixed in the world."""
        site = self.bodies.site(f"{name}_at", Anchor(body, at))
        world = self.bodies.site(f"{name}_from", Anchor(None, at))
        push = {"name": name, "site": site, "refsite": world, "gear": gear}
        ET.SubElement(self.actuators, "general", push)
        self.ctrl.append(size)


def _turns_at(node: Node, joint: str) -> bool:
    return node.joint is not None and node.joint.name == joint


def _radius(pulley: Body) -> float:
    return pulley.outline.radius_m if isinstance(pulley.outline, Disc) else 0.0
