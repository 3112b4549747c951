"""Springs, dampers, ropes, loops and what acts, between bodies that have been written."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from collections.abc import Sequence

from scenes import geometry as geo
from scenes.scene import Anchor, Joint, Motor, Rope, Scene, Vec

from .mjcf_bodies import BodyWriter
from .mjcf_look import DAMPER_COLOUR, ROPE_COLOUR, SPRING_COLOUR, UNSEEN
from .mjcf_rope import taut_length
from .mjcf_runs import Run, radius_of, reaches, rope_runs
from .mjcf_text import number, point
from .mjcf_tree import Node

_STIFF = "0.999 0.9999 0.001"
"""MuJoCo's impedance of what holds: a taut rope, a closed loop."""

_CATCH = (0.04, 1.0)
"""Stiffness and damping of the direct form, times the step squared and the step: 2.5 times the
critical damping. With less of it what a slack rope catches springs back."""

_TAUT = (0.5, 2.0)
"""The same of a rope that is taut from the start, where RK4 takes it. MuJoCo leaves out how fast a
tendon turns, so what swings stretches its rope by v²/L over the stiffness, and what damping takes
as that comes and goes is the damping over the stiffness squared: of a chain of two bobs, a third of
its energy in ten seconds at `_CATCH`, less than 2 % here."""

_FAR = 1e3
"""Farther than anything gets, as a part of the picture's width."""

_HOOK_PART = 0.999
"""MuJoCo wants a limit's two ends apart; times the length."""

_OFF_RIM = 1.001
"""MuJoCo wraps a rope round a wheel between points outside of it; times the radius."""

_MOTOR_GAIN = 1000.0
"""Of a motor that keeps its speed, times the step over the moment of inertia: what it turns takes
no more off its speed than a thousandth of what it would gain in a step."""

_TURN = "0 0 0 0 -1 0"
"""A site's gear for a turn counter-clockwise."""


class LineWriter:
    """Writes tendons, equality constraints and actuators; `ctrl` is in the actuators' order.

    `exact` says that RK4 integrates the model, which takes stronger damping than the other does.
    """

    def __init__(self, scene: Scene, bodies: BodyWriter, step_s: float, *, exact: bool) -> None:
        self.scene = scene
        self.bodies = bodies
        self.step_s = step_s
        # What a rope catches does not bounce.
        self.catch = _direct(_CATCH, step_s)
        self.taut = _direct(_TAUT, step_s) if exact else self.catch
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
            least = 0.0 if rope.over else self._least(rope)
            most = taut_length(self.scene, rope) + rope.slack_m
            limit["range"] = f"{number(least)} {number(most)}"
            swings = not rope.over and rope.slack_m == 0 and least == 0
            limit["solreflimit"] = self.taut if swings else self.catch
            limit["solimplimit"] = _STIFF
        line = self._line(rope.name, ROPE_COLOUR, 0.004, **limit)
        runs = rope_runs(self.scene, rope)
        site = self.bodies.site
        ET.SubElement(line, "site", site=site(f"{rope.name}_a", rope.a))
        for index, over in enumerate(rope.over):
            if index > 0:
                way = site(f"{rope.name}_way_{index}", self._way(runs[index]))
                ET.SubElement(line, "site", site=way)
            pulley = self.bodies.bodies[over.pulley]
            outside = geo.add(pulley.position, geo.scale(over.side, 1.5 * radius_of(pulley)))
            beside = site(f"{rope.name}_side_{index + 1}", Anchor(pulley.name, outside))
            ET.SubElement(line, "geom", geom=pulley.name, sidesite=beside)
        ET.SubElement(line, "site", site=site(f"{rope.name}_b", rope.b))
        if rope.over:
            self._limit_runs(rope, runs)

    def _least(self, rope: Rope) -> float:
        """How close a rope's ends get to each other: what hangs from a hanging pulley keeps its
        distance, and stops when the pulley does. It would fly on past it, and come down wildly."""
        ends = [self.bodies.bodies[end.body] if end.body else None for end in (rope.a, rope.b)]
        if any(body is not None and body.kind == "pulley" and not body.fixed for body in ends):
            return _HOOK_PART * geo.distance(rope.a.at, rope.b.at)
        return 0.0

    def _way(self, run: Run) -> Anchor:
        """The point that MuJoCo wants between two pulleys in a row: a hanging pulley takes it along
        at its rim, where its rope leaves it."""
        moving = run.a if run.a.body else run.b
        if moving.body is None:
            return Anchor(None, geo.middle(run.a.at, run.b.at))
        centre = self.bodies.bodies[moving.body].position
        at = geo.add(centre, geo.scale(geo.sub(moving.at, centre), _OFF_RIM))
        return self._unturned(Anchor(moving.body, at))

    def _unturned(self, anchor: Anchor) -> Anchor:
        """The same point, carried by what holds a pulley where it turns on an axle of its own."""
        for node in self.bodies.forest.nodes():
            joint = node.joint
            if node.body.name == anchor.body and node.body.kind == "pulley" and joint is not None:
                holder = joint.a if joint.b == anchor.body else joint.b
                return Anchor(holder, anchor.at)
        return anchor

    def _limit_runs(self, rope: Rope, runs: Sequence[Run]) -> None:
        """Hold what jams at a wheel, and what pulls on it, by tendons of their own.

        And a pulley that weighs something resists being spun by the rope: a disc's energy of 1/4 m
        (rope speed)² is that of an armature of m/2 on the length of one run.
        """
        pulleys = [self.bodies.bodies[over.pulley] for over in rope.over]
        armature = sum(pulley.mass_kg for pulley in pulleys if pulley.fixed) / 2
        for index, run in enumerate(runs):
            if not run.moves:
                continue
            most = _FAR * self.width_m
            spun = armature > 0 and index in (0, len(runs) - 1) and None in (run.a.body, run.b.body)
            more = {"armature": number(armature)} if spun else {}
            armature = 0.0 if spun else armature
            self._unseen(f"{rope.name}_run_{index + 1}", (run.a, run.b), run.least_m, most, **more)
        for index, reach in enumerate(reaches(rope, runs), start=1):
            self._unseen(f"{rope.name}_reach_{index}", reach.points, 0.0, reach.most_m)

    def _unseen(
        self, name: str, way: Sequence[Anchor], least_m: float, most_m: float, **more: str
    ) -> None:
        """A tendon that limits how far apart points get."""
        limit = {"range": f"{number(least_m)} {number(most_m)}", "solreflimit": self.catch}
        line = ET.SubElement(self.tendons, "spatial", {"name": name, **limit, **more}, rgba=UNSEEN)
        for index, anchor in enumerate(way, start=1):
            site = self.bodies.site(f"{name}_{index}", self._unturned(anchor))
            ET.SubElement(line, "site", site=site)

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
            least = 1e-9 * self.bodies.heaviest_kg
            gain = number(_MOTOR_GAIN * max(moment, least) / self.step_s)
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


def _direct(form: tuple[float, float], step_s: float) -> str:
    """Stiffness and damping as MuJoCo's `solref`."""
    stiffness, damping = form
    return f"{-stiffness / step_s**2:.6g} {-damping / step_s:.6g}"


def _turns_at(node: Node, joint: str) -> bool:
    return node.joint is not None and node.joint.name == joint
