"""The scene: what a drawing or a sentence means, in SI units, before any engine sees it.

Planar: x to the right, z up, radians counter-clockwise as seen from the front. Points of joints,
anchors and forces are where they are at the start, in world coordinates. Everything is frozen and
checked when it is made, so a `Scene` that exists can be simulated.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from . import geometry
from .errors import BadScene

Vec = tuple[float, float]
"""x, z."""

STANDARD_GRAVITY_M_S2 = 9.81
"""The textbook's g, and the sketch language's default."""

DEFAULT_DURATION_S = 10.0

BodyKind = Literal[
    "ball", "box", "polygon", "wheel", "pulley", "rod", "ground", "ramp", "support", "pin", "knot"
]
"""`knot` is a point where springs or ropes meet; what is drawn there weighs next to nothing."""

JointKind = Literal["hinge", "weld", "roller"]

WORLD: None = None
"""What a joint or an anchor names instead of a body when it holds on to the unmoving page."""


@dataclass(frozen=True, slots=True)
class Disc:
    """A circle: a sphere or a disc, by the kind of its body."""

    radius_m: float

    def __post_init__(self) -> None:
        _positive("radius", self.radius_m)


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle about the body's centre; at angle 0 the width lies along x."""

    width_m: float
    height_m: float

    def __post_init__(self) -> None:
        _positive("width", self.width_m)
        _positive("height", self.height_m)


@dataclass(frozen=True, slots=True)
class Pieces:
    """Convex polygons that make up a body, counter-clockwise, about its centre of mass."""

    polygons: tuple[tuple[Vec, ...], ...]

    def __post_init__(self) -> None:
        if not self.polygons:
            raise BadScene("A polygon has no pieces.")
        for polygon in self.polygons:
            for point in polygon:
                _finite("outline point", *point)
            if len(polygon) < 3 or geometry.signed_area(polygon) <= 0:
                raise BadScene("A polygon's piece has no area or runs the wrong way round.")


@dataclass(frozen=True, slots=True)
class HalfPlane:
    """Everything below the body's local x axis: a floor without an end."""


Outline = Disc | Rect | Pieces | HalfPlane


@dataclass(frozen=True, slots=True)
class Material:
    """What is stated of a surface; `None` is what the drawing leaves unsaid."""

    friction: float | None = None
    restitution: float | None = None

    def __post_init__(self) -> None:
        if self.friction is not None:
            _not_negative("friction", self.friction)
        if self.restitution is not None:
            _finite("restitution", self.restitution)
            if not 0 <= self.restitution <= 1:
                raise BadScene(
                    f"A restitution of {self.restitution:g} is not between 0 and 1.",
                )


@dataclass(frozen=True, slots=True)
class Body:
    """One rigid thing, moving or fixed.

    `position` is its centre of mass (for a `HalfPlane`, a point of its surface). A rod may be
    massless; anything else that moves has a mass. `moment_kg_m2` is about the centre of mass;
    `None` is that of its kind and outline. `touches` is false for what other bodies pass through:
    rods, pins, knots.
    """

    name: str
    kind: BodyKind
    outline: Outline
    position: Vec
    angle: float = 0.0
    fixed: bool = False
    mass_kg: float = 0.0
    velocity: Vec = (0.0, 0.0)
    angular_velocity: float = 0.0
    material: Material = Material()
    touches: bool = True

    def __post_init__(self) -> None:
        _finite(f"{self.name}: position or angle", *self.position, self.angle)
        _finite(f"{self.name}: velocity", *self.velocity, self.angular_velocity)
        _not_negative(f"{self.name}: mass", self.mass_kg)
        if not self.fixed and self.mass_kg <= 0 and self.kind not in {"rod", "pulley", "knot"}:
            raise BadScene(f"{self.name} moves and has no mass.")
        if isinstance(self.outline, HalfPlane) and not self.fixed:
            raise BadScene(f"{self.name} is without end and can't move.")

    @property
    def moment_kg_m2(self) -> float:
        """Moment of inertia about the centre of mass, kg m²: 2/5 m r² for a ball, 1/2 m r² for a
        wheel or pulley, m (w² + h²)/12 for a rectangle, the area integral for a polygon."""
        return self.mass_kg * gyration_m2(self.kind, self.outline)


def gyration_m2(kind: BodyKind, outline: Outline) -> float:
    """Square of the radius of gyration about the centre of mass, m²."""
    match outline:
        case Disc(radius_m=radius):
            return (0.4 if kind in {"ball", "knot"} else 0.5) * radius**2
        case Rect(width_m=width, height_m=height):
            return (width**2 + height**2) / 12
        case Pieces(polygons=polygons):
            return geometry.gyration(polygons)
        case HalfPlane():
            return 0.0


@dataclass(frozen=True, slots=True)
class Joint:
    """A hinge, a weld, or a hinge that may slide along `axis` (a roller), at a point.

    `a` is `None` where `b` is joined to the world.
    """

    name: str
    kind: JointKind
    a: str | None
    b: str
    at: Vec
    axis: float = 0.0

    def __post_init__(self) -> None:
        _finite(f"{self.name}: point", *self.at, self.axis)


@dataclass(frozen=True, slots=True)
class Anchor:
    """A point that moves with a body, or stays where it is."""

    body: str | None
    at: Vec

    def __post_init__(self) -> None:
        _finite("anchor", *self.at)


@dataclass(frozen=True, slots=True)
class Over:
    """A rope runs over this pulley, on the side that the unit vector points to."""

    pulley: str
    side: Vec


@dataclass(frozen=True, slots=True)
class Rope:
    """Pulls and never pushes. `slack_m` is how much longer it is than its drawn path pulled taut.

    `pull_n` is a constant tension that replaces its fixed length: a rope pulled by a force.
    """

    name: str
    a: Anchor
    b: Anchor
    over: tuple[Over, ...] = ()
    slack_m: float = 0.0
    pull_n: float | None = None

    def __post_init__(self) -> None:
        _not_negative(f"{self.name}: slack", self.slack_m)
        if self.pull_n is not None:
            _not_negative(f"{self.name}: pull", self.pull_n)


@dataclass(frozen=True, slots=True)
class Spring:
    """Pulls and pushes with `stiffness_n_m` times its stretch; `rest_m=None` is as drawn."""

    name: str
    a: Anchor
    b: Anchor
    stiffness_n_m: float
    damping_ns_m: float = 0.0
    rest_m: float | None = None

    def __post_init__(self) -> None:
        _positive(f"{self.name}: stiffness", self.stiffness_n_m)
        _not_negative(f"{self.name}: damping", self.damping_ns_m)
        if self.rest_m is not None:
            _not_negative(f"{self.name}: rest length", self.rest_m)


@dataclass(frozen=True, slots=True)
class Damper:
    """Resists with `damping_ns_m` times the speed at which its ends part."""

    name: str
    a: Anchor
    b: Anchor
    damping_ns_m: float

    def __post_init__(self) -> None:
        _positive(f"{self.name}: damping", self.damping_ns_m)


@dataclass(frozen=True, slots=True)
class Motor:
    """Turns the second body of a hinge against the first, counter-clockwise: at a speed in rad/s,
    or with a torque in N m."""

    name: str
    joint: str
    speed_rad_s: float | None = None
    torque_n_m: float | None = None

    def __post_init__(self) -> None:
        stated = [value for value in (self.speed_rad_s, self.torque_n_m) if value is not None]
        if len(stated) != 1:
            raise BadScene(f"{self.name} needs a speed or a torque, and only one.")
        _finite(self.name, *stated)


@dataclass(frozen=True, slots=True)
class Force:
    """A constant force on a body at a point that moves with it; its direction stays."""

    name: str
    body: str
    at: Vec
    newton: Vec

    def __post_init__(self) -> None:
        _finite(self.name, *self.at, *self.newton)


@dataclass(frozen=True, slots=True)
class Torque:
    """A constant torque on a body, N m, counter-clockwise."""

    name: str
    body: str
    newton_m: float

    def __post_init__(self) -> None:
        _finite(self.name, self.newton_m)


@dataclass(frozen=True, slots=True)
class Load:
    """A force spread evenly from `start` to `end` along a body, N/m."""

    name: str
    body: str
    start: Vec
    end: Vec
    newton_per_m: Vec

    def __post_init__(self) -> None:
        _finite(self.name, *self.start, *self.end, *self.newton_per_m)


@dataclass(frozen=True, slots=True)
class Guide:
    """A body that may only slide along `axis`, and turn if `turns`; without an axis, anywhere.

    A spring that pushes from below wants an axis: a real coil resists bending, the tendon that
    stands for it does not, and would buckle. What slides on a smooth floor wants to stay upright:
    the textbook means its centre to be struck, and blocks of unequal height are not.
    """

    body: str
    axis: float | None
    turns: bool = False


_Named = Body | Joint | Rope | Spring | Damper | Motor | Force | Torque | Load


@dataclass(frozen=True, slots=True)
class Scene:
    """All of it. `apart` lists pairs of bodies that pass through each other."""

    bodies: tuple[Body, ...]
    joints: tuple[Joint, ...] = ()
    ropes: tuple[Rope, ...] = ()
    springs: tuple[Spring, ...] = ()
    dampers: tuple[Damper, ...] = ()
    motors: tuple[Motor, ...] = ()
    forces: tuple[Force, ...] = ()
    torques: tuple[Torque, ...] = ()
    loads: tuple[Load, ...] = ()
    guides: tuple[Guide, ...] = ()
    apart: tuple[tuple[str, str], ...] = ()
    gravity: Vec = (0.0, -STANDARD_GRAVITY_M_S2)
    duration_s: float = DEFAULT_DURATION_S

    def __post_init__(self) -> None:
        _finite("gravity", *self.gravity)
        _positive("duration", self.duration_s)
        parts: tuple[tuple[_Named, ...], ...] = (
            *(self.bodies, self.joints, self.ropes, self.springs, self.dampers),
            *(self.motors, self.forces, self.torques, self.loads),
        )
        names = [part.name for group in parts for part in group]
        if len(set(names)) < len(names):
            twice = sorted({name for name in names if names.count(name) > 1})
            raise BadScene(f"Two parts of the scene are called {', '.join(twice)}.")
        self._refer("body", {body.name for body in self.bodies}, self._named_bodies())
        self._refer(
            "hinge",
            {joint.name for joint in self.joints if joint.kind == "hinge"},
            (motor.joint for motor in self.motors),
        )
        self._refer(
            "round body",
            {body.name for body in self.bodies if isinstance(body.outline, Disc)},
            (over.pulley for rope in self.ropes for over in rope.over),
        )

    def _named_bodies(self) -> Iterable[str]:
        for joint in self.joints:
            yield joint.b
            if joint.a is not None:
                yield joint.a
        lines: list[Rope | Spring | Damper] = [*self.ropes, *self.springs, *self.dampers]
        for line in lines:
            yield from (anchor.body for anchor in (line.a, line.b) if anchor.body is not None)
        acts: list[Force | Torque | Load | Guide] = [
            *self.forces,
            *self.torques,
            *self.loads,
            *self.guides,
        ]
        for act in acts:
            yield act.body
        for pair in self.apart:
            yield from pair

    @staticmethod
    def _refer(what: str, known: set[str], used: Iterable[str]) -> None:
        missing = sorted(set(used) - known)
        if missing:
            raise BadScene(f"No {what} is called {', '.join(missing)}.")

    def body(self, name: str) -> Body:
        """The body of that name.

        Raises:
            KeyError: there is none.
        """
        for body in self.bodies:
            if body.name == name:
                return body
        raise KeyError(name)

    def to_json(self) -> dict[str, Any]:
        """The scene as JSON-ready values; each outline says its `shape`."""
        values = asdict(self)
        for body, written in zip(self.bodies, values["bodies"], strict=True):
            written["outline"]["shape"] = _SHAPE_NAMES[type(body.outline)]
        return values

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Scene:
        """The scene that `to_json` wrote.

        Raises:
            BadScene: a field is missing, unknown or of the wrong type, or does not hold.
        """
        try:
            return cls(
                bodies=tuple(_read_body(body) for body in data["bodies"]),
                joints=tuple(
                    Joint(**{**joint, "at": _vec(joint["at"])}) for joint in data["joints"]
                ),
                ropes=tuple(_read_rope(rope) for rope in data["ropes"]),
                springs=tuple(Spring(**_with_ends(spring)) for spring in data["springs"]),
                dampers=tuple(Damper(**_with_ends(damper)) for damper in data["dampers"]),
                motors=tuple(Motor(**motor) for motor in data["motors"]),
                forces=tuple(
                    Force(**{**force, "at": _vec(force["at"]), "newton": _vec(force["newton"])})
                    for force in data["forces"]
                ),
                torques=tuple(Torque(**torque) for torque in data["torques"]),
                loads=tuple(_read_load(load) for load in data["loads"]),
                guides=tuple(Guide(**guide) for guide in data["guides"]),
                apart=tuple((str(a), str(b)) for a, b in data["apart"]),
                gravity=_vec(data["gravity"]),
                duration_s=data["duration_s"],
            )
        except (TypeError, KeyError, ValueError, AttributeError) as error:
            raise BadScene(f"The scene can't be read: {error}.") from error


_SHAPES = {"disc": Disc, "rect": Rect, "pieces": Pieces, "half_plane": HalfPlane}
_SHAPE_NAMES = {shape: name for name, shape in _SHAPES.items()}


def _vec(value: Any) -> Vec:
    x, z = value
    return (x, z)


def _read_body(data: Mapping[str, Any]) -> Body:
    outline = dict(data["outline"])
    shape = _SHAPES[outline.pop("shape")]
    if shape is Pieces:
        outline["polygons"] = tuple(
            tuple(_vec(point) for point in polygon) for polygon in outline["polygons"]
        )
    return Body(
        **{
            **data,
            "outline": shape(**outline),
            "position": _vec(data["position"]),
            "velocity": _vec(data["velocity"]),
            "material": Material(**data["material"]),
        }
    )


def _with_ends(data: Mapping[str, Any]) -> dict[str, Any]:
    ends = {end: Anchor(data[end]["body"], _vec(data[end]["at"])) for end in ("a", "b")}
    return {**data, **ends}


def _read_rope(data: Mapping[str, Any]) -> Rope:
    over = tuple(Over(turn["pulley"], _vec(turn["side"])) for turn in data["over"])
    return Rope(**{**_with_ends(data), "over": over})


def _read_load(data: Mapping[str, Any]) -> Load:
    points = {name: _vec(data[name]) for name in ("start", "end", "newton_per_m")}
    return Load(**{**data, **points})


def _finite(what: str, *values: float) -> None:
    for value in values:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise BadScene(f"{what} is not a number: {value!r}.")
        if not math.isfinite(value):
            raise BadScene(f"{what} is not a finite number.")


def _positive(what: str, value: float) -> None:
    _finite(what, value)
    if value <= 0:
        raise BadScene(f"{what} must be above 0, not {value:g}.")


def _not_negative(what: str, value: float) -> None:
    _finite(what, value)
    if value < 0:
        raise BadScene(f"{what} must not be below 0, not {value:g}.")
