"""A scene as planar MJCF that stock MuJoCo loads as it is.

The plane is x-z, seen along +y. A planar angle is a turn about -y, so every hinge has the axis
`0 -1 0`. A body that flies free has two slides and a hinge; what a hinge holds is its child in a
kinematic tree. Keyframe 0 holds the start. The depth along y is for the eye alone: masses and
moments of inertia are written out.
"""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from collections.abc import Sequence

from scenes import geometry as geo
from scenes.scene import Anchor, Body, Disc, HalfPlane, Joint, Pieces, Rect, Rope, Scene, Vec
from scenes.touch import touching_pairs

from .mjcf_contact import CALM_STEP_S, IMPEDANCE_RATIO, LIVELY_STEP_S, contact_class
from .mjcf_rope import straight_runs, taut_length
from .mjcf_tree import Node, grow

_HINGE_AXIS = "0 -1 0"
_DEPTH = 0.06
"""Half of a body's depth along y, as a part of the picture's width."""

_MASSLESS = 1e-6
"""Mass of a massless rod or pulley, as a part of the heaviest body's: MuJoCo refuses zero."""

_LOOP_MASS = 1e-3
"""The same where a rod closes a loop: an equality constraint needs something to hold on to."""

_FAR = 1e3
"""Farther than anything gets, as a part of the picture's width."""

_LEAST_MASS_KG = 1e-12
_LEAST_MOMENT_KG_M2 = 1e-14
"""MuJoCo refuses moving bodies below 1e-15 (mjMINVAL)."""

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
    "pin": "0.55 0.55 0.58 1",
    "knot": "0.20 0.20 0.20 1",
}
_ROPE_COLOUR = "0.55 0.42 0.25 1"
_SPRING_COLOUR = "0.30 0.55 0.50 1"
_DAMPER_COLOUR = "0.50 0.45 0.60 1"


def write_mjcf(scene: Scene) -> str:
    """The scene as MJCF; bodies, geoms and joints carry the scene's names."""
    return _Writer(scene).write()


class _Writer:
    """One document in the making."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.bodies = {body.name: body for body in scene.bodies}
        self.forest = grow(scene)
        touches = list(touching_pairs(scene))
        lively = any(touch.restitution > 0 for _, _, touch in touches)
        self.step_s = LIVELY_STEP_S if lively else CALM_STEP_S
        # RK4 keeps a swing's energy to nine digits; contacts alone do as well at a quarter of the
        # cost, and the bouncing law is fitted to the semi-implicit step.
        swings = bool(scene.joints or scene.ropes or scene.springs)
        self.integrator = "RK4" if swings and not lively else "implicitfast"
        self.touches = [
            (a, b, contact_class(touch, self.step_s, self._ease(a, b))) for a, b, touch in touches
        ]
        self.heaviest_kg = max((body.mass_kg for body in scene.bodies), default=0.0) or 1.0
        self.looped = {name for joint in self.forest.closures for name in (joint.a, joint.b)}
        self.low, self.high = _bounds(scene)
        self.width = max(self.high[0] - self.low[0], self.high[1] - self.low[1], 0.1)
        self.depth = _DEPTH * self.width
        self.sites: dict[str | None, list[tuple[str, Vec]]] = {}
        self.qpos: list[float] = []
        self.qvel: list[float] = []
        self.ctrl: list[float] = []
        self.nodes: dict[str, ET.Element] = {}

    def _ease(self, *pair: Body) -> float:
        """MuJoCo's estimate of a contact's inverse mass (`body_invweight0`, the mean over the three
        axes) over the planar one: a free body has two axes of three, one on a rod has one."""
        rods = {joint.a for joint in self.scene.joints} | {joint.b for joint in self.scene.joints}
        taken = true = 0.0
        for body in pair:
            if not body.fixed and body.mass_kg > 0:
                taken += (1 if body.name in rods else 2) / 3 / body.mass_kg
                true += 1 / body.mass_kg
        return taken / true if true > 0 else 1.0

    def write(self) -> str:
        root = ET.Element("mujoco", model="drawing")
        ET.SubElement(root, "compiler", angle="radian", autolimits="true")
        ET.SubElement(
            root,
            "option",
            timestep=f"{self.step_s:.12g}",
            gravity=f"{_n(self.scene.gravity[0])} 0 {_n(self.scene.gravity[1])}",
            integrator=self.integrator,
            cone="elliptic",
            impratio=_n(IMPEDANCE_RATIO),
            iterations="50",
            tolerance="1e-10",
        )
        self._look(root)
        self._defaults(root)
        self._assets(root)
        world = ET.SubElement(root, "worldbody")
        self._stage(world)
        for body in self.scene.bodies:
            if body.fixed:
                self._geoms(world, body, at=body.position, angle=body.angle)
        for node in self.forest.roots:
            self._body(world, node, None)
        tendons = ET.Element("tendon")
        self._springs(tendons)
        self._ropes(tendons, world)
        equalities = ET.Element("equality")
        for joint in self.forest.closures:
            self._closure(equalities, joint, world)
        actuators = ET.Element("actuator")
        self._actuators(actuators)
        self._place_sites(world)
        contacts = self._contacts()
        for part in (contacts, tendons, equalities, actuators):
            if len(part):
                root.append(part)
        key = ET.SubElement(ET.SubElement(root, "keyframe"), "key", name="start")
        for name, values in (("qpos", self.qpos), ("qvel", self.qvel), ("ctrl", self.ctrl)):
            if values:
                key.set(name, " ".join(map(_n, values)))
        ET.indent(root)
        return ET.tostring(root, encoding="unicode") + "\n"

    # What it looks like.

    def _look(self, root: ET.Element) -> None:
        visual = ET.SubElement(root, "visual")
        ET.SubElement(visual, "headlight", ambient="0.4 0.4 0.4", diffuse="0.5 0.5 0.5")
        ET.SubElement(visual, "rgba", haze="0.95 0.96 0.98 1")
        ET.SubElement(visual, "global", offwidth="1280", offheight="960")
        statistic = ET.SubElement(root, "statistic")
        statistic.set("center", _xz(geo.middle(self.low, self.high)))
        statistic.set("extent", _n(self.width))

    def _defaults(self, root: ET.Element) -> None:
        default = ET.SubElement(root, "default")
        # Who may touch whom is written out as pairs; nothing else collides.
        ET.SubElement(default, "geom", contype="0", conaffinity="0")
        ET.SubElement(default, "site", size=_n(0.004 * self.width), rgba="0 0 0 0")
        classes = {contact.name: contact for _, _, contact in self.touches}
        for name, contact in sorted(classes.items()):
            pair = ET.SubElement(default, "default", {"class": name})
            ET.SubElement(pair, "pair", contact.attributes())

    def _assets(self, root: ET.Element) -> None:
        asset = ET.SubElement(root, "asset")
        ET.SubElement(
            asset,
            "texture",
            type="skybox",
            builtin="gradient",
            rgb1="0.93 0.95 0.98",
            rgb2="0.75 0.81 0.88",
            width="64",
            height="384",
        )
        for kind in sorted({body.kind for body in self.scene.bodies}):
            ET.SubElement(
                asset, "material", name=kind, rgba=_COLOURS[kind], specular="0.2", shininess="0.3"
            )
        for body in self.scene.bodies:
            if isinstance(body.outline, Pieces):
                for name, polygon in _pieces(body, body.outline):
                    vertices = [
                        f"{_n(x)} {_n(y)} {_n(z)}"
                        for y in (-self._depth(body), self._depth(body))
                        for x, z in polygon
                    ]
                    ET.SubElement(asset, "mesh", name=name, vertex="  ".join(vertices))

    def _stage(self, world: ET.Element) -> None:
        middle = geo.middle(self.low, self.high)
        ET.SubElement(
            world,
            "light",
            name="sun",
            directional="true",
            pos=f"{_n(middle[0])} {_n(-2 * self.width)} {_n(self.high[1] + 2 * self.width)}",
            dir="0.2 0.6 -0.8",
            diffuse="0.6 0.6 0.6",
        )
        # 45 degrees of view, and a tenth of the picture to spare on either side.
        back = 0.6 * self.width / math.tan(math.radians(22.5))
        ET.SubElement(
            world,
            "camera",
            name="front",
            pos=f"{_n(middle[0])} {_n(-back)} {_n(middle[1])}",
            xyaxes="1 0 0 0 0 1",
            fovy="45",
        )

    def _depth(self, body: Body) -> float:
        if body.fixed:
            return 2 * self.depth
        return self.depth

    # Bodies.

    def _body(self, parent: ET.Element, node: Node, frame: Body | None) -> None:
        body = node.body
        element = ET.SubElement(parent, "body", name=body.name)
        self.nodes[body.name] = element
        origin, turned = (frame.position, frame.angle) if frame else ((0.0, 0.0), 0.0)
        element.set("pos", _xz(geo.turn(geo.sub(body.position, origin), -turned)))
        _set_angle(element, body.angle - turned)
        self._joints(element, node, frame)
        self._inertial(element, body)
        self._geoms(element, body, at=(0.0, 0.0), angle=0.0)
        for child in node.children:
            self._body(element, child, body)

    def _joints(self, element: ET.Element, node: Node, frame: Body | None) -> None:
        body, joint = node.body, node.joint
        if joint is None:
            self._free_joints(element, body)
            return
        if joint.kind == "roller":
            along = geo.direction(joint.axis - body.angle)
            speed = geo.dot(body.velocity, geo.direction(joint.axis))
            self._joint(element, f"{joint.name}_slide", "slide", speed, axis=_xz(along))
        if joint.kind != "weld":
            at = geo.turn(geo.sub(joint.at, body.position), -body.angle)
            spin = body.angular_velocity - (frame.angular_velocity if frame else 0.0)
            spin = self._motor_speed(joint.name, spin)
            self._joint(element, joint.name, "hinge", spin, axis=_HINGE_AXIS, pos=_xz(at))

    def _motor_speed(self, joint: str, otherwise: float) -> float:
        """The speed that a motor keeps up is there from the start."""
        for motor in self.scene.motors:
            if motor.joint == joint and motor.speed_rad_s is not None:
                return motor.speed_rad_s * self._sense(motor.joint)
        return otherwise

    def _sense(self, joint_name: str) -> float:
        """-1 where the tree hangs a joint's first body on its second: it then turns backwards."""
        joint = next(joint for joint in self.scene.joints if joint.name == joint_name)
        stack = list(self.forest.roots)
        while stack:
            node = stack.pop()
            if node.joint is joint:
                return 1.0 if node.body.name == joint.b else -1.0
            stack.extend(node.children)
        return 1.0

    def _free_joints(self, element: ET.Element, body: Body) -> None:
        guide = next((guide for guide in self.scene.guides if guide.body == body.name), None)
        axes = [("x", 0.0), ("z", math.pi / 2)] if guide is None else [("slide", guide.axis)]
        for suffix, axis in axes:
            along = geo.direction(axis)
            self._joint(
                element,
                f"{body.name}_{suffix}",
                "slide",
                geo.dot(body.velocity, along),
                axis=_xz(geo.turn(along, -body.angle)),
            )
        if guide is None or guide.turns:
            name = f"{body.name}_turn"
            self._joint(element, name, "hinge", body.angular_velocity, axis=_HINGE_AXIS)

    def _joint(self, element: ET.Element, name: str, kind: str, speed: float, **more: str) -> None:
        ET.SubElement(element, "joint", {"name": name, "type": kind, **more})
        self.qpos.append(0.0)
        self.qvel.append(speed)

    def _inertial(self, element: ET.Element, body: Body) -> None:
        mass, moment = body.mass_kg, body.moment_kg_m2
        if mass <= 0:
            part = _LOOP_MASS if body.name in self.looped else _MASSLESS
            mass = part * self.heaviest_kg
            moment = mass * self._size(body) ** 2 / 12
        mass, moment = max(mass, _LEAST_MASS_KG), max(moment, _LEAST_MOMENT_KG_M2)
        # Only the moment about y matters; three equal ones always make a valid body.
        ET.SubElement(
            element, "inertial", pos="0 0 0", mass=_n(mass), diaginertia=" ".join([_n(moment)] * 3)
        )

    @staticmethod
    def _size(body: Body) -> float:
        match body.outline:
            case Disc(radius_m=radius):
                return radius
            case Rect(width_m=width, height_m=height):
                return max(width, height)
            case _:
                return 1.0

    def _geoms(self, element: ET.Element, body: Body, *, at: Vec, angle: float) -> None:
        pose = {"pos": _xz(at), "material": body.kind}
        depth = self._depth(body)
        match body.outline:
            case Disc(radius_m=radius) if body.kind in {"ball", "knot"}:
                ET.SubElement(element, "geom", pose, name=body.name, type="sphere", size=_n(radius))
            case Disc(radius_m=radius):
                # A sphere rolls as a disc does in the plane, and touches more exactly than a
                # cylinder; the cylinder is what one sees, and what a rope wraps.
                thick = min(depth, radius) * 0.5
                size = f"{_n(radius)} {_n(thick)}"
                look = {**pose, "euler": f"{_n(math.pi / 2)} 0 0", "type": "cylinder", "size": size}
                if body.touches:
                    ET.SubElement(element, "geom", look, name=f"{body.name}_look")
                    hidden = {**pose, "rgba": "0 0 0 0", "type": "sphere", "size": _n(radius)}
                    ET.SubElement(element, "geom", hidden, name=body.name)
                else:
                    ET.SubElement(element, "geom", look, name=body.name)
            case Rect(width_m=width, height_m=height):
                if body.kind == "rod":
                    depth = min(depth, height / 2)
                size = f"{_n(width / 2)} {_n(depth)} {_n(height / 2)}"
                geom = ET.SubElement(element, "geom", pose, name=body.name, type="box", size=size)
                _set_angle(geom, angle)
            case Pieces():
                for name, _ in _pieces(body, body.outline):
                    geom = ET.SubElement(element, "geom", pose, name=name, type="mesh", mesh=name)
                    _set_angle(geom, angle)
            case HalfPlane():
                # The size is what is drawn; a plane collides without end.
                size = f"{_n(2 * self.width)} {_n(2 * self.depth)} 0.1"
                geom = ET.SubElement(element, "geom", pose, name=body.name, type="plane", size=size)
                _set_angle(geom, angle)

    # Lines between bodies.

    def _site(self, name: str, anchor: Anchor) -> str:
        body = self.bodies[anchor.body] if anchor.body is not None else None
        if body is None or body.fixed:
            self.sites.setdefault(None, []).append((name, anchor.at))
        else:
            local = geo.turn(geo.sub(anchor.at, body.position), -body.angle)
            self.sites.setdefault(body.name, []).append((name, local))
        return name

    def _place_sites(self, world: ET.Element) -> None:
        for owner, sites in self.sites.items():
            element = world if owner is None else self.nodes[owner]
            # Sites stand before child bodies only for the reader's sake.
            for name, at in sites:
                ET.SubElement(element, "site", name=name, pos=_xz(at))

    def _springs(self, tendons: ET.Element) -> None:
        for spring in self.scene.springs:
            rest = (
                geo.distance(spring.a.at, spring.b.at) if spring.rest_m is None else spring.rest_m
            )
            line = ET.SubElement(
                tendons,
                "spatial",
                name=spring.name,
                stiffness=_n(spring.stiffness_n_m),
                springlength=_n(rest),
                width=_n(0.006 * self.width),
                rgba=_SPRING_COLOUR,
            )
            if spring.damping_ns_m > 0:
                line.set("damping", _n(spring.damping_ns_m))
            self._straight(line, spring.name, spring.a, spring.b)
        for damper in self.scene.dampers:
            line = ET.SubElement(
                tendons,
                "spatial",
                name=damper.name,
                damping=_n(damper.damping_ns_m),
                width=_n(0.008 * self.width),
                rgba=_DAMPER_COLOUR,
            )
            self._straight(line, damper.name, damper.a, damper.b)

    def _straight(self, line: ET.Element, name: str, a: Anchor, b: Anchor) -> None:
        for end, anchor in (("a", a), ("b", b)):
            ET.SubElement(line, "site", site=self._site(f"{name}_{end}", anchor))

    def _ropes(self, tendons: ET.Element, world: ET.Element) -> None:
        for rope in self.scene.ropes:
            line = ET.SubElement(
                tendons,
                "spatial",
                name=rope.name,
                width=_n(0.004 * self.width),
                rgba=_ROPE_COLOUR,
            )
            if rope.pull_n is None:
                line.set("range", f"0 {taut_length(self.scene, rope) + rope.slack_m:.9g}")
                line.set("solreflimit", f"{_n(2 * self.step_s)} 1")
                line.set("solimplimit", "0.99 0.999 0.001")
            runs = straight_runs(self.scene, rope)
            ET.SubElement(line, "site", site=self._site(f"{rope.name}_a", rope.a))
            for index, over in enumerate(rope.over):
                if index > 0:
                    # Two pulleys in a row need a point between them.
                    halfway = geo.middle(*runs[index])
                    name = f"{rope.name}_way_{index}"
                    ET.SubElement(line, "site", site=self._site(name, Anchor(None, halfway)))
                pulley = self.bodies[over.pulley]
                radius = pulley.outline.radius_m if isinstance(pulley.outline, Disc) else 0.0
                outside = geo.add(pulley.position, geo.scale(over.side, 1.5 * radius))
                side = self._site(f"{rope.name}_side_{index + 1}", Anchor(pulley.name, outside))
                ET.SubElement(line, "geom", geom=pulley.name, sidesite=side)
            ET.SubElement(line, "site", site=self._site(f"{rope.name}_b", rope.b))
            self._end_runs(tendons, rope, runs)

    def _end_runs(self, tendons: ET.Element, rope: Rope, runs: Sequence[tuple[Vec, Vec]]) -> None:
        """The run from each moving end to its pulley, as a tendon of its own, for two things.

        It can't get shorter than half the pulley's radius: what the rope draws up stops there. And
        a pulley that weighs something resists being spun by the rope: 1/4 m (rope speed)² of a
        disc's kinetic energy is an armature of m/2 on the length of one run.
        """
        if not rope.over:
            return
        pulleys = [self.bodies[over.pulley] for over in rope.over]
        inertia = sum(pulley.mass_kg for pulley in pulleys if pulley.fixed) / 2
        ends = (
            ("a", rope.a, runs[0][1], pulleys[0]),
            ("b", rope.b, runs[-1][0], pulleys[-1]),
        )
        for end, anchor, rim, pulley in ends:
            if anchor.body is None or self.bodies[anchor.body].fixed or not pulley.fixed:
                continue
            length = geo.distance(anchor.at, rim)
            radius = pulley.outline.radius_m if isinstance(pulley.outline, Disc) else 0.0
            name = f"{rope.name}_run_{end}"
            line = ET.SubElement(
                tendons,
                "spatial",
                name=name,
                range=f"{_n(min(length, radius) / 2)} {_n(_FAR * self.width)}",
                solreflimit=f"{_n(2 * self.step_s)} 1",
                rgba="0 0 0 0",
            )
            if inertia > 0:
                line.set("armature", _n(inertia))
                inertia = 0.0
            self._straight(line, name, anchor, Anchor(None, rim))

    def _closure(self, equalities: ET.Element, joint: Joint, world: ET.Element) -> None:
        """A joint that closes a loop, held by an equality constraint."""
        fixed = {None, *(body.name for body in self.scene.bodies if body.fixed)}
        a, b = (joint.b, joint.a) if joint.b in fixed else (joint.a, joint.b)
        assert b is not None
        stiff = {"solref": f"{_n(2 * self.step_s)} 1", "solimp": "0.99 0.999 0.001"}
        if joint.kind == "roller":
            a = self._carriage(joint, world)
            at = (0.0, 0.0)
        elif a in fixed:
            a, at = None, joint.at
        else:
            assert a is not None
            holder = self.bodies[a]
            at = geo.turn(geo.sub(joint.at, holder.position), -holder.angle)
        kind = "weld" if joint.kind == "weld" else "connect"
        names = {"body1": b} if a is None else {"body1": a, "body2": b}
        if a is None:
            body = self.bodies[b]
            at = geo.turn(geo.sub(joint.at, body.position), -body.angle)
        element = ET.SubElement(equalities, kind, stiff, name=joint.name, **names)
        if kind == "connect":
            element.set("anchor", _xz(at))

    def _carriage(self, joint: Joint, world: ET.Element) -> str:
        """The roller itself: it runs along the ground and holds what stands on it."""
        body = ET.SubElement(world, "body", name=f"{joint.name}_carriage", pos=_xz(joint.at))
        along = _xz(geo.direction(joint.axis))
        self._joint(body, f"{joint.name}_slide", "slide", 0.0, axis=along)
        mass = _n(_LOOP_MASS * self.heaviest_kg)
        ET.SubElement(body, "inertial", pos="0 0 0", mass=mass, diaginertia=" ".join([mass] * 3))
        return f"{joint.name}_carriage"

    # What acts.

    def _actuators(self, actuators: ET.Element) -> None:
        for motor in self.scene.motors:
            sense = self._sense(motor.joint)
            if motor.torque_n_m is not None:
                ET.SubElement(actuators, "motor", name=motor.name, joint=motor.joint)
                self.ctrl.append(sense * motor.torque_n_m)
            elif motor.speed_rad_s is not None:
                gain = self._moment_on(motor.joint) / self.step_s
                names = {"name": motor.name, "joint": motor.joint, "kv": _n(gain)}
                ET.SubElement(actuators, "velocity", names)
                self.ctrl.append(sense * motor.speed_rad_s)
        for rope in self.scene.ropes:
            if rope.pull_n is not None:
                name = f"{rope.name}_pull"
                ET.SubElement(actuators, "motor", name=name, tendon=rope.name, gear="-1")
                self.ctrl.append(rope.pull_n)
        pushes = [(force.name, force.body, force.at, force.newton) for force in self.scene.forces]
        for load in self.scene.loads:
            newton = geo.scale(load.newton_per_m, geo.distance(load.start, load.end))
            pushes.append((load.name, load.body, geo.middle(load.start, load.end), newton))
        for name, body, at, newton in pushes:
            size = math.hypot(*newton)
            along = geo.unit(newton)
            gear = f"{_n(along[0])} 0 {_n(along[1])} 0 0 0"
            self._push(actuators, name, body, at, gear)
            self.ctrl.append(size)
        for torque in self.scene.torques:
            centre = self.bodies[torque.body].position
            self._push(actuators, torque.name, torque.body, centre, "0 0 0 0 -1 0")
            self.ctrl.append(torque.newton_m)

    def _push(self, actuators: ET.Element, name: str, body: str, at: Vec, gear: str) -> None:
        """A wrench on a point of a body, its direction fixed in the world."""
        site = self._site(f"{name}_at", Anchor(body, at))
        world = self._site(f"{name}_from", Anchor(None, at))
        ET.SubElement(actuators, "general", name=name, site=site, refsite=world, gear=gear)

    def _moment_on(self, joint_name: str) -> float:
        """Moment of inertia about a hinge of all that hangs on it, kg m²."""

        def moment(node: Node, about: Vec) -> float:
            body = node.body
            own = body.moment_kg_m2 + body.mass_kg * geo.distance(body.position, about) ** 2
            return own + sum(moment(child, about) for child in node.children)

        stack = list(self.forest.roots)
        while stack:
            node = stack.pop()
            if node.joint is not None and node.joint.name == joint_name:
                return max(moment(node, node.joint.at), 1e-9 * self.heaviest_kg)
            stack.extend(node.children)
        return self.heaviest_kg

    def _contacts(self) -> ET.Element:
        contact = ET.Element("contact")
        for first, second, touch in self.touches:
            for geom1 in _geom_names(first):
                for geom2 in _geom_names(second):
                    names = {"geom1": geom1, "geom2": geom2, "class": touch.name}
                    ET.SubElement(contact, "pair", names)
        return contact


def _pieces(body: Body, outline: Pieces) -> list[tuple[str, tuple[Vec, ...]]]:
    """Each piece with its geom's name: the body's own where there is only one."""
    if len(outline.polygons) == 1:
        return [(body.name, outline.polygons[0])]
    return [(f"{body.name}_{i}", piece) for i, piece in enumerate(outline.polygons, start=1)]


def _geom_names(body: Body) -> list[str]:
    if isinstance(body.outline, Pieces):
        return [name for name, _ in _pieces(body, body.outline)]
    return [body.name]


def _bounds(scene: Scene) -> tuple[Vec, Vec]:
    """The lower left and upper right corner of what is drawn."""
    points: list[Vec] = []
    for body in scene.bodies:
        match body.outline:
            case Disc(radius_m=radius):
                x, z = body.position
                points += [(x - radius, z - radius), (x + radius, z + radius)]
            case Rect(width_m=width, height_m=height):
                # A floor slab reaches far beyond the picture; it alone must not set the view.
                half = (min(width, 5.0) / 2 if body.fixed else width / 2, height / 2)
                corners = [(sx * half[0], sz * half[1]) for sx in (-1, 1) for sz in (-1, 1)]
                points += [geo.add(body.position, geo.turn(c, body.angle)) for c in corners]
            case Pieces(polygons=polygons):
                points += [
                    geo.add(body.position, geo.turn(p, body.angle))
                    for poly in polygons
                    for p in poly
                ]
            case HalfPlane():
                points.append(body.position)
    if not points:
        return (-1.0, -1.0), (1.0, 1.0)
    xs, zs = [p[0] for p in points], [p[1] for p in points]
    return (min(xs), min(zs)), (max(xs), max(zs))


def _n(value: float) -> str:
    """A number short enough to read and exact to a tenth of a micrometre over a kilometre."""
    text = f"{value:.10g}"
    return "0" if text == "-0" else text


def _xz(point: Vec) -> str:
    return f"{_n(point[0])} 0 {_n(point[1])}"


def _set_angle(element: ET.Element, angle: float) -> None:
    if abs(angle) > 1e-12:
        element.set("euler", f"0 {_n(-angle)} 0")
