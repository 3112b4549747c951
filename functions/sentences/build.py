"""Things that have their place become the parts of a scene."""

from __future__ import annotations

import math
from collections.abc import Sequence

from scenes import geometry as geo
from scenes.assemble import STEADY
from scenes.geometry import Vec
from scenes.scene import (
    Anchor,
    Body,
    BodyKind,
    Damper,
    Disc,
    Force,
    Guide,
    HalfPlane,
    Joint,
    JointKind,
    Load,
    Material,
    Motor,
    Outline,
    Over,
    Pieces,
    Rect,
    Rope,
    Scene,
    Spring,
    Torque,
)
from scenes.stiff import knot_mass

from .description import FIXED_KINDS, Description, Link, ThingKind
from .sizes import Spot

_BODY_KINDS: dict[ThingKind, BodyKind] = {
    "ball": "ball",
    "box": "box",
    "wheel": "wheel",
    "cart": "box",
    "plank": "box",
    "rod": "rod",
    "knot": "knot",
    "ramp": "ramp",
    "table": "ground",
    "floor": "ground",
    "wall": "ground",
    "ceiling": "support",
    "pulley": "pulley",
    "fulcrum": "support",
    "pin": "support",
    "roller": "support",
}
_PASSED_THROUGH: frozenset[ThingKind] = frozenset(
    {"rod", "knot", "ceiling", "pulley", "fulcrum", "pin", "roller"}
)
_HOLDING: frozenset[ThingKind] = frozenset({"floor", "ramp", "wall"})
_ROD_M = 0.02
_KNOT_M = 0.01
_WHEELS_PART = 0.02
"""What a cart's wheels weigh of the whole: a cart is then as fast as a textbook's block."""
_SAG_M = 0.3
"""How far a spring without a stated k gives under its load."""
_DAMPING_RATIO = 0.1
"""Of a damper without a stated c, with its load on a spring that sags as above."""
_HALVES: dict[str | None, float] = {"left": math.pi, "up": math.pi / 2, "down": -math.pi / 2}


class Builder:
    """Writes one scene. `anchors` are the ends of links that were placed with them; `columns` is
    where each hung body's hinge is along the ceiling; `written` are the links that are done."""

    def __init__(self, description: Description, spots: dict[str, Spot]) -> None:
        self.description = description
        self.spots = spots
        self.anchors: dict[str, tuple[Vec, Vec]] = {}
        self.columns: dict[str, float] = {}
        self.written: set[str] = set()
        self._bodies: list[Body] = []
        self._joints: list[Joint] = []
        self._ropes: list[Rope] = []
        self._springs: list[Spring] = []
        self._dampers: list[Damper] = []
        self._motors: list[Motor] = []
        self._forces: list[Force] = []
        self._torques: list[Torque] = []
        self._loads: list[Load] = []
        self._guides: dict[str, Guide] = {}

    def scene(self, gravity: Vec, duration_s: float) -> Scene:
        """All parts together, with a floor under what is not held."""
        if self._needs_floor():
            name = "floor" if "floor" not in self.spots else "ground"
            outline = HalfPlane()
            material = self._material(None)
            self._bodies.insert(
                0, Body(name, "ground", outline, (0.0, 0.0), fixed=True, material=material)
            )
        self._keep_upright()
        return Scene(
            bodies=tuple(self._bodies),
            joints=tuple(self._joints),
            ropes=tuple(self._ropes),
            springs=tuple(self._springs),
            dampers=tuple(self._dampers),
            motors=tuple(self._motors),
            forces=tuple(self._forces),
            torques=tuple(self._torques),
            loads=tuple(self._loads),
            guides=tuple(self._guides.values()),
            gravity=gravity,
            duration_s=duration_s,
        )

    def _keep_upright(self) -> None:
        """Two blocks alone on the floor, one of which is sent at the other, are the textbook's:
        they stay upright, whatever rubs."""
        moving = [body for body in self._bodies if not body.fixed]
        held = bool(self._joints or self._ropes or self._springs or self._dampers)
        if len(moving) != 2 or held or any(body.velocity[1] for body in moving):
            return
        for body in moving:
            match body.outline:
                case Rect(width_m=width, height_m=height) if body.kind == "box":
                    stands = abs(body.position[1] - height / 2) < 1e-6 and body.angle == 0.0
                    if not stands or width < STEADY * height:
                        return
                case _:
                    return
        if any(body.velocity[0] for body in moving):
            self._guides.update({body.name: Guide(body.name, None) for body in moving})

    def guide(self, spot: Spot, *, turns: bool) -> None:
        """Let a body only move up and down, as on a spring that does not buckle."""
        self._guides[spot.id] = Guide(spot.id, math.pi / 2, turns=turns)

    # Bodies.

    def add(self, spot: Spot, *, moving: Vec, rests: bool) -> None:
        """The body of a placed thing, with its wheels, its hinge and what acts on it.

        Args:
            moving: its velocity at the start.
            rests: it lies on something, and rolls if it is round.
        """
        thing = spot.thing
        if thing.kind == "ceiling" and spot.position is None:
            return
        fixed = thing.fixed or (thing.kind in FIXED_KINDS and not self._hangs_in_its_rope(spot))
        spin = thing.spin_rad_s or 0.0
        if thing.spin_rad_s is None and rests and spot.radius and self._grips(spot):
            spin = -_forward(moving, spot) / spot.radius
        outline, at = self._outline(spot)
        self._bodies.append(
            Body(
                name=spot.id,
                kind=_BODY_KINDS[thing.kind],
                outline=outline,
                position=at,
                angle=0.0 if thing.kind == "ramp" else spot.angle,
                fixed=fixed,
                mass_kg=self._mass(spot),
                velocity=(0.0, 0.0) if fixed else moving,
                angular_velocity=0.0 if fixed else spin,
                material=self._material(spot),
                touches=thing.kind not in _PASSED_THROUGH,
            )
        )
        if thing.kind == "cart":
            self._add_wheels(spot, moving)
        if not fixed:
            self._add_hinge(spot)
            self._add_acts(spot)

    def _hangs_in_its_rope(self, spot: Spot) -> bool:
        """A pulley that something hangs from, and that a rope runs under, moves."""
        carries = any(link.hangs and link.a == spot.id for link in self.links)
        return spot.thing.kind == "pulley" and carries

    def _mass(self, spot: Spot) -> float:
        if spot.thing.kind == "cart":
            return spot.mass * (1 - _WHEELS_PART)
        if spot.thing.kind == "knot":
            return self._knot_mass(spot)
        return spot.mass

    def _knot_mass(self, knot: Spot) -> float:
        """Next to nothing, but enough for its springs' own vibration to be slow against a step."""
        lightest = min((spot.mass for spot in self.spots.values() if spot.mass > 0), default=1.0)
        stiffness = [
            link.stiffness_n_m or self.default_stiffness(link)
            for link in self.links
            if link.kind == "spring" and knot.id in (link.a, link.b)
        ]
        return knot_mass(lightest, stiffness)

    def _material(self, spot: Spot | None) -> Material:
        world = self.description.world
        thing = spot.thing if spot is not None else None
        friction = thing.friction if thing is not None else None
        restitution = thing.restitution if thing is not None else None
        return Material(
            friction if friction is not None else world.friction,
            restitution if restitution is not None else world.restitution,
        )

    def _grips(self, spot: Spot) -> bool:
        under = [self.spots[name].thing.friction for name in spot.thing.on]
        said = [spot.thing.friction, self.description.world.friction, *under]
        return all(friction is None or friction > 0 for friction in said)

    def _outline(self, spot: Spot) -> tuple[Outline, Vec]:
        kind = spot.thing.kind
        if kind == "floor":
            return HalfPlane(), spot.at
        if kind == "knot":
            return Disc(_KNOT_M), spot.at
        if spot.radius:
            return Disc(spot.radius), spot.at
        if kind == "ramp":
            corners = ((0.0, 0.0), (spot.width, 0.0), (0.0, spot.height))
        elif kind in {"fulcrum", "pin", "roller"}:
            half, low = spot.width / 2, -spot.height / 2
            corners = ((-half, low), (half, low), (0.0, spot.height / 2))
        else:
            return Rect(spot.width, spot.height), spot.at
        centre = geo.centroid(corners)
        local = tuple(geo.sub(corner, centre) for corner in corners)
        return Pieces((local,)), geo.add(spot.at, centre)

    def _add_wheels(self, cart: Spot, moving: Vec) -> None:
        radius = cart.wheel_radius
        friction = self._material(cart)
        axles = {-1: "rear", 1: "front"}
        for side, which in axles.items():
            name = f"{cart.id}_{which}_wheel"
            at = cart.place(side * 0.3 * cart.width, -cart.half_height - 0.5 * radius)
            spin = -_forward(moving, cart) / radius if self._grips(cart) else 0.0
            mass = cart.mass * _WHEELS_PART / 2
            self._bodies.append(
                Body(
                    *(name, "wheel", Disc(radius), at),
                    mass_kg=mass,
                    velocity=moving,
                    angular_velocity=spin,
                    material=friction,
                )
            )
            self._joints.append(Joint(f"axle_{name}", "hinge", cart.id, name, at))
        if cart.thing.motor_rad_s is not None:
            axle = f"axle_{cart.id}_rear_wheel"
            self._motors.append(Motor(f"{cart.id}_motor", axle, cart.thing.motor_rad_s))

    def _add_hinge(self, spot: Spot) -> None:
        """A lever on its fulcrum; an arm or a wheel on its axle; what is fixed on an arm."""
        thing = spot.thing
        under = self.spots[thing.on[0]] if thing.on else None
        hung = any(link.b == spot.id and link.id in self.anchors for link in self.links)
        name = f"axle_{spot.id}"
        turned = thing.motor_rad_s is not None or thing.torque_n_m is not None
        if under is not None and under.thing.kind in {"pin", "roller"}:
            self._add_supports(spot)
            return
        if under is not None and under.thing.kind == "fulcrum":
            at = spot.place(thing.pivot_m or 0.0, 0.0)
            self._joints.append(Joint(name, "hinge", under.id, spot.id, at))
        elif under is not None and under.thing.kind == "rod":
            self._joints.append(
                Joint(f"{spot.id}_on_{under.id}", "weld", under.id, spot.id, spot.at)
            )
            return
        elif thing.kind == "rod" and not hung:
            pivot = -spot.width / 2 if thing.pivot_m is None else thing.pivot_m
            self._joints.append(Joint(name, "hinge", None, spot.id, spot.place(pivot, 0.0)))
        elif thing.kind == "wheel" and turned and not thing.on:
            self._joints.append(Joint(name, "hinge", None, spot.id, spot.at))
        else:
            return
        if thing.motor_rad_s is not None and thing.kind != "cart":
            self._motors.append(Motor(f"{spot.id}_motor", name, thing.motor_rad_s))

    def _add_supports(self, beam: Spot) -> None:
        """A beam is hinged on its pins, and on its rollers so that it may slide."""
        for name in beam.thing.on:
            support = self.spots[name]
            at = geo.add(support.at, (0.0, support.half_height))
            kind: JointKind = "roller" if support.thing.kind == "roller" else "hinge"
            self._joints.append(Joint(f"{beam.id}_on_{name}", kind, name, beam.id, at))

    def _add_acts(self, spot: Spot) -> None:
        thing = spot.thing
        if thing.force_n:
            angle = _HALVES.get(thing.force_heading, 0.0)
            if thing.force_deg is not None:
                lean = math.radians(thing.force_deg)
                angle = math.pi - lean if thing.force_heading == "left" else lean
            under = self.spots[thing.on[0]] if thing.on else None
            if under is not None and under.thing.kind == "ramp" and thing.force_deg is None:
                uphill = thing.force_heading != "down"
                angle = math.pi - under.angle if uphill else -under.angle
            push = geo.scale(geo.direction(angle), thing.force_n)
            self._forces.append(Force(f"force_on_{spot.id}", spot.id, spot.at, push))
        if thing.torque_n_m:
            self._torques.append(Torque(f"torque_on_{spot.id}", spot.id, thing.torque_n_m))
        if thing.load_n_per_m:
            ends = [spot.place(side * spot.width / 2, spot.half_height) for side in (-1, 1)]
            down = (0.0, -thing.load_n_per_m)
            self._loads.append(Load(f"load_on_{spot.id}", spot.id, ends[0], ends[1], down))

    def _needs_floor(self) -> bool:
        """Whether anything would fall for ever: what is neither hung nor on an axle."""
        if any(spot.thing.kind == "floor" for spot in self.spots.values()):
            return False
        held = {joint.b for joint in self._joints if joint.a is None}
        held |= {link.b for link in self.links if link.id in self.anchors}
        held |= {joint.b for joint in self._joints if joint.a in held}
        held |= {joint.a for joint in self._joints if joint.b in held and joint.a}
        loose = [body for body in self._bodies if not body.fixed and body.name not in held]
        return bool(loose)

    # Links.

    @property
    def links(self) -> list[Link]:
        """All links of the description."""
        return self.description.links

    def string(
        self,
        link: Link,
        pulleys: Sequence[Spot],
        sides: Sequence[Vec],
        *,
        first: Spot,
        at: Vec | None = None,
        end: Vec | None = None,
    ) -> None:
        """A rope from `first`, at a point of it, over pulleys to the link's other end, once all are
        placed; `sides` are where it passes each pulley, `end` is where a hand pulls at it."""
        self.written.add(link.id)
        a, b = self.spots[link.a], self.spots[link.b]
        if a is not first:
            a, b = b, a
        start = self._toward(a, pulleys[0]) if at is None else Anchor(a.id, at)
        there = self._toward(b, pulleys[-1]) if end is None else Anchor(None, end)
        over = tuple(Over(pulley.id, side) for pulley, side in zip(pulleys, sides, strict=True))
        self._ropes.append(Rope(link.id, start, there, over, pull_n=link.pull_n))

    @staticmethod
    def _toward(spot: Spot, pulley: Spot) -> Anchor:
        """What hangs is held at its top, what is pulled along at the side that faces the pulley."""
        if not spot.thing.on:
            return Anchor(spot.id, spot.place(0.0, spot.half_height))
        side = math.copysign(spot.half_width, geo.dot(geo.sub(pulley.at, spot.at), (1.0, 0.0)))
        return Anchor(spot.id, spot.place(side, 0.0))

    def default_stiffness(self, link: Link) -> float:
        """Of a spring without a stated k: its load sags by a hand's breadth."""
        masses = [spot.mass for spot in self._ends_of(link) if spot.mass > 0]
        return max(masses, default=1.0) * 9.81 / _SAG_M

    def _ends_of(self, link: Link) -> tuple[Spot, Spot]:
        return self.spots[link.a], self.spots[link.b]

    def join(self, link: Link) -> None:
        """Write a rod, rope, spring or damper between two placed things."""
        self.written.add(link.id)
        at_a, at_b = self.anchors.get(link.id) or self._facing(link)
        a, b = Anchor(link.a, at_a), Anchor(link.b, at_b)
        if link.kind == "rope":
            taut = geo.distance(at_a, at_b)
            slack = max((link.length_m or taut) - taut, 0.0) if link.id not in self.anchors else 0.0
            self._ropes.append(Rope(link.id, a, b, slack_m=slack))
        elif link.kind == "spring":
            stiffness = link.stiffness_n_m or self.default_stiffness(link)
            damping = link.damping_ns_m or 0.0
            rest = self._rest(link, geo.distance(at_a, at_b))
            self._springs.append(Spring(link.id, a, b, stiffness, damping, rest))
        elif link.kind == "damper":
            self._dampers.append(Damper(link.id, a, b, link.damping_ns_m or self._damping(link)))
        else:
            self._add_rod(link, at_a, at_b)

    def _rest(self, link: Link, placed: float) -> float | None:
        if link.length_m is not None:
            return link.length_m
        if link.stretch_m is None:
            return None
        # Hung springs are placed about where they would hang still; their natural length is 1 m.
        hung = self.spots[link.a].thing.kind == "ceiling"
        return 1.0 if hung else max(placed - link.stretch_m, 0.0)

    def _damping(self, link: Link) -> float:
        masses = [spot.mass for spot in self._ends_of(link) if spot.mass > 0]
        mass = max(masses, default=1.0)
        return 2 * _DAMPING_RATIO * mass * math.sqrt(9.81 / _SAG_M)

    def _facing(self, link: Link) -> tuple[Vec, Vec]:
        """The points of two things that face each other."""
        a, b = self._ends_of(link)
        if b.thing.kind in _HOLDING and a.thing.kind not in _HOLDING:
            near_b, near_a = self._facing_fixed(a, b)
            return near_a, near_b
        if a.thing.kind in _HOLDING:
            return self._facing_fixed(b, a)
        first, second = (a, b) if a.at[0] <= b.at[0] else (b, a)
        level = min(first.at[1], second.at[1])
        right = (first.at[0] + first.half_width, level)
        left = (second.at[0] - second.half_width, level)
        return (right, left) if first is a else (left, right)

    @staticmethod
    def _facing_fixed(body: Spot, fixed: Spot) -> tuple[Vec, Vec]:
        """The point of what is fixed, and the body's."""
        if fixed.thing.kind == "floor":
            x = body.at[0]
            return (x, 0.0), (x, body.at[1] - body.half_height)
        if fixed.thing.kind == "ramp":
            near = body.place(-body.half_width, 0.0)
            length = math.hypot(fixed.width, fixed.height)
            foot = (fixed.at[0] + fixed.width, fixed.at[1])
            along = geo.dot(geo.sub(near, foot), (-math.cos(fixed.angle), math.sin(fixed.angle)))
            up_slope = (-math.cos(fixed.angle), math.sin(fixed.angle))
            return geo.add(near, geo.scale(up_slope, max(length - along, 0.05))), near
        side = 1.0 if body.at[0] >= fixed.at[0] else -1.0
        level = body.at[1]
        return (
            (fixed.at[0] + side * fixed.half_width, level),
            (body.at[0] - side * body.half_width, level),
        )

    def _add_rod(self, link: Link, at_a: Vec, at_b: Vec) -> None:
        a, b = self._ends_of(link)
        if b.thing.kind == "rod":
            self._joints.append(Joint(link.id, "hinge", link.a, link.b, at_a))
            return
        along = geo.sub(at_b, at_a)
        length = max(math.hypot(*along), 1e-3)
        bodies = {body.name: body for body in self._bodies}
        relative = geo.sub(bodies[b.id].velocity, bodies[a.id].velocity)
        spin = geo.cross(along, relative) / length**2
        self._bodies.append(
            Body(
                *(link.id, "rod", Rect(length, _ROD_M), geo.middle(at_a, at_b)),
                angle=math.atan2(along[1], along[0]),
                angular_velocity=spin,
                touches=False,
            )
        )
        for end, at in ((a, at_a), (b, at_b)):
            hinged = link.id in self.anchors or bodies[end.id].fixed
            kind: JointKind = "hinge" if hinged else "weld"
            self._joints.append(Joint(f"{link.id}_to_{end.id}", kind, end.id, link.id, at))


def _forward(velocity: Vec, spot: Spot) -> float:
    """The part of a velocity along what the thing rests on."""
    return geo.dot(velocity, geo.direction(spot.angle))
