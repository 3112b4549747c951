"""What arrows do: start a body, push it, turn a hinge, load a beam."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from vision.analysis import Analysis

from . import geometry as geo
from .figures import BODY_KINDS, Figure
from .geometry import Vec
from .joins import Joins, Tie
from .quantities import Labels
from .scene import Force, Joint, Load, Motor, Torque
from .settle import NEARLY_ANGLE

_ARROW_REACH = 0.06
"""How far from a body an arrow may begin or end and still act on it, as a part of the page."""

_CENTRAL_PART = 0.15
"""A force whose line misses the centre by less than this part of the body goes through it."""

_GRIPPING = 0.1
"""On a surface with less friction than this a ball that is given a velocity slides, else rolls."""

Warn = Callable[[str, str, Figure, str], None]


@dataclass(slots=True)
class Acts:
    """Velocities by mark, and the forces, loads and motors of a scene."""

    velocities: dict[str, Vec] = field(default_factory=dict)
    spins: dict[str, float] = field(default_factory=dict)
    pulls: dict[str, float] = field(default_factory=dict)
    forces: list[Force] = field(default_factory=list)
    loads: list[Load] = field(default_factory=list)
    motors: list[Motor] = field(default_factory=list)
    torques: list[Torque] = field(default_factory=list)


class ActsReader:
    """Reads the arrows of a settled drawing, in metres."""

    def __init__(
        self,
        analysis: Analysis,
        figures: Sequence[Figure],
        joins: Joins,
        labels: Labels,
        angles: dict[str, float],
        names: dict[str, str],
        page_m: float,
        warn: Warn,
    ) -> None:
        self.analysis = analysis
        self.figures = figures
        self.by_id = {figure.id: figure for figure in figures}
        self.joins = joins
        self.labels = labels
        self.angles = angles
        self.names = names
        self.reach = _ARROW_REACH * page_m
        self.warn = warn
        self.acts = Acts()

    def read(self, joints: Sequence[Joint]) -> Acts:
        """Everything that acts; `joints` are the scene's, for motors to turn."""
        for figure in self.figures:
            if figure.kind == "arrow":
                self._arrow(figure)
            elif figure.kind == "arc_arrow":
                self._arc(figure, joints)
            elif figure.kind == "load":
                self._load(figure)
        for figure in self.figures:
            self._own_labels(figure, joints)
        return self.acts

    # Straight arrows.

    def _arrow(self, arrow: Figure) -> None:
        speed = self.labels.value(arrow.id, "velocity")
        newton = self.labels.value(arrow.id, "force")
        if self.labels.value(arrow.id, "gravity") is not None:
            return
        tie = self._pulled_rope(arrow)
        if newton is not None and tie is not None:
            self.acts.pulls[tie.figure.id] = abs(newton)
            return
        body = self._target(arrow)
        if body is None:
            if speed is not None or newton is not None:
                self.warn(
                    "ARROW_ACTS_ON_NOTHING",
                    "The arrow is near no body that can move; it was left out.",
                    arrow,
                    "Let the arrow begin at the body that it acts on.",
                )
            return
        along = self._direction(arrow, body)
        if speed is not None:
            self.acts.velocities[body.id] = geo.scale(along, speed)
        elif newton is not None:
            at = self._point(arrow, body, along)
            name = self.names[arrow.id]
            self.acts.forces.append(Force(name, self.names[body.id], at, geo.scale(along, newton)))
        elif (own := self.labels.value(body.id, "velocity")) is not None:
            self.acts.velocities[body.id] = geo.scale(along, own)
        elif (own := self.labels.value(body.id, "force")) is not None:
            at = self._point(arrow, body, along)
            force = Force(self.names[arrow.id], self.names[body.id], at, geo.scale(along, own))
            self.acts.forces.append(force)
        else:
            self.warn(
                "ARROW_WITHOUT_VALUE",
                "Nothing is written at the arrow, so it was left out.",
                arrow,
                'Write a velocity ("v = 2 m/s") or a force ("F = 5 N") beside it.',
            )

    def _target(self, arrow: Figure) -> Figure | None:
        for connection in self.analysis.connections:
            if connection.kind == "acts_on" and arrow.id in (connection.a, connection.b):
                other = connection.b if connection.a == arrow.id else connection.a
                figure = self.by_id.get(other)
                if figure is not None and figure.kind in BODY_KINDS and not figure.fixed:
                    return figure
        bodies = [f for f in self.figures if f.kind in BODY_KINDS and not f.fixed]
        tail, head = arrow.ends
        # From a body is likelier than to a body.
        offers = [
            (min(f.distance_to(tail), f.distance_to(head) + 0.3 * self.reach), index)
            for index, f in enumerate(bodies)
        ]
        if not offers or min(offers)[0] > self.reach:
            return None
        return bodies[min(offers)[1]]

    def _direction(self, arrow: Figure, body: Figure) -> Vec:
        """As drawn, tail to head; as stated; level, plumb or along its surface if it nearly is."""
        tail, head = arrow.ends
        angle = math.atan2(head[1] - tail[1], head[0] - tail[0])
        quarter = math.pi / 2
        stated = self.angles.get(arrow.id)
        if stated is not None:
            options = [base * math.pi + sign * stated for base in (0, 1) for sign in (1, -1)]
            return geo.direction(min(options, key=lambda o: abs(geo.wrap(o - angle))))
        leans = [0.0] + [f.angle for f in self._touched(body) if f.kind in {"ramp", "ground"}]
        for lean in leans:
            off = geo.wrap(angle - lean, quarter)
            if abs(off) <= 2 * NEARLY_ANGLE:
                return geo.direction(angle - off)
        return geo.direction(angle)

    def _touched(self, body: Figure) -> list[Figure]:
        return [b if a is body else a for a, b in self.joins.contacts if body in (a, b)]

    def _point(self, arrow: Figure, body: Figure, along: Vec) -> Vec:
        """Where a force meets its body; through the centre if it nearly does."""
        tail, head = arrow.ends
        near = tail if body.distance_to(tail) <= body.distance_to(head) else head
        miss = geo.cross(along, geo.sub(body.centre, near))
        if body.is_round or abs(miss) < _CENTRAL_PART * body.size:
            near = geo.add(near, geo.scale(geo.left_of(along), miss))
        return near

    def _pulled_rope(self, arrow: Figure) -> Tie | None:
        """The rope whose free end an arrow pulls."""
        tail, head = arrow.ends
        for tie in self.joins.ties:
            if tie.figure.kind != "rope":
                continue
            for end in tie.ends:
                near = min(geo.distance(end.at, tail), geo.distance(end.at, head))
                if end.holder is None and near < self.reach:
                    return tie
        return None

    # Curved arrows.

    def _arc(self, arc: Figure, joints: Sequence[Joint]) -> None:
        speed = self.labels.value(arc.id, "angular velocity")
        torque = self.labels.value(arc.id, "torque")
        centre, sense = _sweep(arc.outline)
        wheel = self._spun(arc, centre)
        if speed is None and torque is None and wheel is not None:
            speed = self.labels.value(wheel.id, "angular velocity")
            torque = self.labels.value(wheel.id, "torque")
        if speed is None and torque is None:
            self.warn(
                "ARROW_WITHOUT_VALUE",
                "Nothing is written at the curved arrow, so it was left out.",
                arc,
                'Write a speed ("omega = 3 rad/s") or a torque ("tau = 2 Nm") beside it.',
            )
            return
        self._turn(self.names[arc.id], arc, wheel, centre, joints, speed, torque, sense)

    def _turn(
        self,
        name: str,
        mark: Figure,
        wheel: Figure | None,
        centre: Vec,
        joints: Sequence[Joint],
        speed: float | None,
        torque: float | None,
        sense: float,
    ) -> None:
        joint = self._hinge(wheel, centre, joints)
        if joint is not None:
            if wheel is not None and joint.a == self.names[wheel.id]:
                # A motor turns its joint's second body; here the wheel is the first.
                sense = -sense
            if speed is not None:
                self.acts.motors.append(Motor(name, joint.name, speed_rad_s=sense * speed))
            elif torque is not None:
                self.acts.motors.append(Motor(name, joint.name, torque_n_m=sense * torque))
        elif wheel is None or wheel.kind not in BODY_KINDS or wheel.fixed:
            self.warn(
                "ARROW_ACTS_ON_NOTHING",
                "The curved arrow is round no hinge and no wheel; it was left out.",
                mark,
                "Draw it round the dot that should turn.",
            )
        elif speed is not None:
            self.acts.spins[wheel.id] = sense * speed
        elif torque is not None:
            self.acts.torques.append(Torque(name, self.names[wheel.id], sense * torque))

    def _spun(self, arc: Figure, centre: Vec) -> Figure | None:
        for connection in self.analysis.connections:
            if connection.kind == "acts_on" and arc.id in (connection.a, connection.b):
                other = connection.b if connection.a == arc.id else connection.a
                figure = self.by_id.get(other)
                if figure is not None and figure.kind in BODY_KINDS | {"pivot", "pin"}:
                    return figure
        rounds = [f for f in self.figures if f.kind in {"wheel", "ball", "pulley"}]
        near = [f for f in rounds if geo.distance(f.centre, centre) <= f.radius + self.reach]
        return min(near, key=lambda f: geo.distance(f.centre, centre)) if near else None

    def _hinge(self, wheel: Figure | None, centre: Vec, joints: Sequence[Joint]) -> Joint | None:
        hinges = [joint for joint in joints if joint.kind == "hinge"]
        if wheel is not None and wheel.kind in BODY_KINDS:
            own = [j for j in hinges if self.names[wheel.id] in (j.a, j.b)]
            own = [j for j in own if geo.distance(j.at, wheel.centre) < wheel.radius + self.reach]
            return own[0] if own else None
        if wheel is not None:
            centre = wheel.centre
        near = [j for j in hinges if geo.distance(j.at, centre) <= 2 * self.reach]
        return min(near, key=lambda j: geo.distance(j.at, centre)) if near else None

    # Loads and labels without an arrow.

    def _load(self, load: Figure) -> None:
        said = self.labels.all(load.id, "force") or self.labels.all(load.id, "stiffness")
        if not said:
            self.warn(
                "LOAD_WITHOUT_VALUE",
                "Nothing is written at the load, so it was left out.",
                load,
                'Write it in newtons per metre beside the arrows, as "20 N/m".',
            )
            return
        corners = load.outline
        left, right = min(p[0] for p in corners), max(p[0] for p in corners)
        foot = min(p[1] for p in corners)
        beams = [f for f in self.figures if f.kind in BODY_KINDS and not f.fixed]
        if not beams:
            return
        beam = min(beams, key=lambda f: f.distance_to(((left + right) / 2, foot)))
        spans = [p[0] for p in beam.outline] or [beam.centre[0]]
        left, right = max(left, min(spans)), min(right, max(spans))
        if right - left > 0.94 * (max(spans) - min(spans)):
            left, right = min(spans), max(spans)
        if right <= left:
            return
        top = max((p[1] for p in beam.outline), default=beam.centre[1])
        down = (0.0, -abs(said[0].value))
        name = self.names[load.id]
        self.acts.loads.append(Load(name, self.names[beam.id], (left, top), (right, top), down))

    def _own_labels(self, figure: Figure, joints: Sequence[Joint]) -> None:
        if figure.kind not in BODY_KINDS or figure.fixed:
            return
        speed = self.labels.value(figure.id, "velocity")
        if speed and figure.id not in self.acts.velocities:
            way = self._towards_others(figure)
            where = "right" if way > 0 else "left"
            self.warn(
                "DIRECTION_ASSUMED",
                f"The body has a velocity of {speed:g} m/s and no arrow: it starts to the {where}.",
                figure,
                "Draw an arrow from the body in the direction that it moves.",
            )
            self.acts.velocities[figure.id] = (way * speed, 0.0)
        spin = self.labels.value(figure.id, "angular velocity")
        turned = any(f.kind == "arc_arrow" for f in self.figures)
        if spin and not turned:
            self.warn(
                "DIRECTION_ASSUMED",
                "The wheel has a speed and no curved arrow: it turns clockwise.",
                figure,
                "Draw a curved arrow round the wheel.",
            )
            name = f"{self.names[figure.id]}_motor"
            self._turn(name, figure, figure, figure.centre, joints, spin, None, -1.0)

    def _towards_others(self, figure: Figure) -> float:
        """-1 where all that a body could run into on its level is to the left of it, else 1."""
        level = [
            other
            for other in self.figures
            if other is not figure
            and other.kind in BODY_KINDS - {"pulley"}
            and abs(other.centre[1] - figure.centre[1]) < (other.size + figure.size) / 2
        ]
        tied = {
            end.holder.id
            for tie in self.joins.ties_at(figure)
            for end in tie.ends
            if end.holder is not None
        }
        ahead = [other.centre[0] - figure.centre[0] for other in level if other.id not in tied]
        return -1.0 if ahead and max(ahead) < 0 else 1.0


def rolling(
    figure: Figure, velocity: Vec, joins: Joins, friction: Callable[[Figure, Figure], float]
) -> float:
    """The spin with which a round body that lies on something fixed rolls at its velocity."""
    for a, b in joins.contacts:
        if figure not in (a, b):
            continue
        other = b if a is figure else a
        if not other.fixed or other.is_round or friction(figure, other) < _GRIPPING:
            continue
        lean = other.angle
        normal = geo.left_of(geo.direction(lean))
        if geo.dot(normal, geo.sub(figure.centre, other.middle)) < 0:
            normal = geo.scale(normal, -1.0)
        # On a floor that is under it, moving right turns it clockwise.
        if abs(geo.dot(velocity, normal)) < 0.1 * math.hypot(*velocity):
            return geo.cross(velocity, normal) / -figure.radius
    return 0.0


def _sweep(path: Sequence[Vec]) -> tuple[Vec, float]:
    """The centre that a curved arrow goes round, and +1 if it goes counter-clockwise."""
    first, middle, last = path[0], path[len(path) // 2], path[-1]
    ab, ac = geo.sub(middle, first), geo.sub(last, first)
    twice = 2 * geo.cross(ab, ac)
    if abs(twice) < 1e-12:
        return middle, 1.0
    ab2, ac2 = geo.dot(ab, ab), geo.dot(ac, ac)
    x = (ac[1] * ab2 - ab[1] * ac2) / twice
    z = (ab[0] * ac2 - ac[0] * ab2) / twice
    return geo.add(first, (x, z)), math.copysign(1.0, twice)
