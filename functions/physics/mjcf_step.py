"""How long a step may be, and how it is integrated.

The step is as long as what is calm allows, and shorter only where the scene says that something in
it is quicker. It is a whole part of the calm step, so that it fits the same frames.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import chain

from scenes import geometry as geo
from scenes.scene import Body, Damper, Disc, HalfPlane, Pieces, Rect, Scene, Spring, Vec
from scenes.touch import Touch

from .mjcf_approach import approach, is_hit
from .mjcf_contact import ball_step

CALM_STEP_S = 1 / 1200
"""Where nothing bounces. A whole number of steps fits in a frame at 24, 25, 30, 50, 60 and 120 a
second."""

LIVELY_STEP_S = 1 / 12000
"""Where something bounces; it fits the same frames."""

_LEAST_STEP_S = 1 / 48000
"""Ten seconds of one body are then computed in about two."""

_SPRING_PHASE = 0.15
"""Angular frequency of a spring times the step: its period is then right to a hundredth of a per
cent by RK4, and to two tenths by the semi-implicit step; the fastest that is followed
(`scenes.stiff`) loses 2 % of its energy in ten seconds."""

_KNOT_PHASE = 0.5
"""The same where springs and ropes meet: nobody sees how a knot trembles."""

_ROPE_STEP_S = 0.015
"""Of a rope of one metre that pulls at 1 m/s². A rope gives in proportion to a dt² under a pull of
a; what its damping takes as the pull comes and goes is, of a swing's energy and in a given time, a
part that grows with a² dt³/L²: with this one less than 1 % in ten seconds."""

_SWING_PHASE = 0.006
"""Step over the time in which something falls half a rod's length: short links whirl."""

CATCH_RATE_PER_S = 1200.0
"""How fast a body that is hit takes on the other's speed where nothing bounces: in one calm step.
A friction contact pushes what it must let slide off its ground, by friction times the speed that it
takes on in a step: what is hit would hop if it were all of it."""

_HIT_STEPS = 20
"""Where a body is set off at another one on a rough floor: steps a calm one, over the number of
bodies that move; ten at most."""

_FLIGHT_PART = 0.01
"""Step over the time in which what is thrown up comes to its highest point: the semi-implicit step
throws it half a step's fall too slow."""

_LEAST_FLIGHT_STEP_S = LIVELY_STEP_S
"""Of what is thrown up very slowly; nobody sees it."""

_WAY_PARTS = (0.5, 0.05)
"""How far two bodies go into each other in a step at most, as a part of what is in the way. A
bounce lasts for many steps, and at its deepest is one over the phase of a step (`mjcf_contact`)
away."""

_BALL_PARTS = (0.1, 0.01)
"""The same for balls, which meet at a glance: what they are in each other turns the line between
their centres."""

_DAMPED_PHASE = 0.5
"""Rate at which a damper takes a speed away, times the step, above which RK4 is not to be trusted;
at 2.8 it blows up."""

_Touches = Sequence[tuple[Body, Body, Touch]]


def time_step(scene: Scene, touches: _Touches) -> float:
    """The step in seconds."""
    lively = any(touch.restitution > 0 for _, _, touch in touches)
    longest = LIVELY_STEP_S if lively else CALM_STEP_S
    quick = (_spring_steps(scene), _rope_steps(scene), _swing_steps(scene), _flight_steps(scene))
    touching = (_way_steps(touches), _ball_steps(scene, touches), _hit_steps(scene, touches))
    wanted = min((longest, *chain(*quick, *touching)))
    wanted = max(wanted, _LEAST_STEP_S)
    return longest / math.ceil(longest / wanted - 1e-9)


def integrator(scene: Scene, touches: _Touches, step_s: float) -> str:
    """RK4 keeps a swing's energy to nine digits; contacts alone do as well at a quarter of the
    cost, and the bouncing law is fitted to the semi-implicit step. That one also takes a motor's
    hold on its speed and strong damping, which RK4 does not."""
    swings = bool(scene.joints or scene.ropes or scene.springs)
    lively = any(touch.restitution > 0 for _, _, touch in touches)
    held = any(motor.speed_rad_s is not None for motor in scene.motors)
    damped = any(rate * step_s > _DAMPED_PHASE for rate in _damping_rates(scene))
    return "RK4" if swings and not (lively or held or damped) else "implicitfast"


def _spring_steps(scene: Scene) -> Iterator[float]:
    """The least step is enough for any: what is stiffer is made softer (`scenes.stiff`)."""
    bodies = {body.name: body for body in scene.bodies}
    stiffness: dict[str, float] = {}
    for spring in scene.springs:
        for end in (spring.a.body, spring.b.body):
            if end is not None:
                stiffness[end] = stiffness.get(end, 0.0) + spring.stiffness_n_m
    for name, total in stiffness.items():
        body = bodies[name]
        if not body.fixed and body.mass_kg > 0:
            phase = _KNOT_PHASE if body.kind == "knot" else _SPRING_PHASE
            yield phase / math.sqrt(total / body.mass_kg)


def _damping_rates(scene: Scene) -> Iterator[float]:
    bodies = {body.name: body for body in scene.bodies}
    damping: dict[str, float] = {}
    lines: list[Damper | Spring] = [*scene.dampers, *scene.springs]
    for line in lines:
        for end in (line.a.body, line.b.body):
            if end is not None:
                damping[end] = damping.get(end, 0.0) + line.damping_ns_m
    for name, total in damping.items():
        body = bodies[name]
        if not body.fixed and total > 0:
            yield total / body.mass_kg if body.mass_kg > 0 else math.inf


def _rope_steps(scene: Scene) -> Iterator[float]:
    gravity = math.hypot(*scene.gravity)
    bodies = {body.name: body for body in scene.bodies}
    for rope in scene.ropes:
        if rope.pull_n is None and not rope.over and gravity > 0:
            length = max(math.dist(rope.a.at, rope.b.at) + rope.slack_m, 1e-6)
            ends = [bodies[end.body] for end in (rope.a, rope.b) if end.body is not None]
            speed = max((math.hypot(*end.velocity) for end in ends), default=0.0)
            # It pulls hardest where what swings on it is lowest.
            drop = length - abs(rope.a.at[1] - rope.b.at[1])
            pull = gravity + (speed**2 + 2 * gravity * max(drop, 0.0)) / length
            yield _ROPE_STEP_S * (length / pull) ** (2 / 3)


def _swing_steps(scene: Scene) -> Iterator[float]:
    gravity = math.hypot(*scene.gravity)
    for body in scene.bodies:
        if body.kind == "rod" and not body.fixed and isinstance(body.outline, Rect):
            length = max(body.outline.width_m, 1e-6)
            pull = gravity + body.angular_velocity**2 * length
            if pull > 0:
                yield _SWING_PHASE * math.sqrt(length / pull)


def _flight_steps(scene: Scene) -> Iterator[float]:
    gravity = -scene.gravity[1]
    joined = {name for joint in scene.joints for name in (joint.a, joint.b)}
    for body in scene.bodies:
        if gravity > 0 and body.velocity[1] > 0 and body.name not in joined:
            yield max(_FLIGHT_PART * body.velocity[1] / gravity, _LEAST_FLIGHT_STEP_S)


def _ball_steps(scene: Scene, touches: _Touches) -> Iterator[float]:
    """The smaller balls are, the shorter is their bounce."""
    for first, second, touch in touches:
        if touch.balls and touch.restitution > 0:
            radii = [o.radius_m for o in (first.outline, second.outline) if isinstance(o, Disc)]
            yield ball_step(min(radii), approach(first, second, scene.gravity).speed_m_s)


def _hit_steps(scene: Scene, touches: _Touches) -> Iterator[float]:
    rough = any((a.fixed or b.fixed) and touch.friction > 0 for a, b, touch in touches)
    moving = sum(not body.fixed and body.touches for body in scene.bodies)
    parts = min(_HIT_STEPS // max(moving, 1), 10)
    for first, second, touch in touches:
        if rough and parts > 1 and touch.restitution <= 0 and is_hit(first, second):
            yield CALM_STEP_S / parts


def _way_steps(touches: _Touches) -> Iterator[float]:
    """What is set off fast must not be past another body's middle before it is seen to touch it."""
    for first, second, touch in touches:
        velocity = geo.sub(first.velocity, second.velocity)
        speed = math.hypot(*velocity)
        if speed > 0:
            part = (_BALL_PARTS if touch.balls else _WAY_PARTS)[touch.restitution > 0]
            along = geo.unit(velocity)
            yield part * (_half_depth(first, along) + _half_depth(second, along)) / speed


def _half_depth(body: Body, along: Vec) -> float:
    """From a body's middle to where a straight way leaves it: what slides along a thin slab is far
    from passing through it, and a floor without an end is as deep as need be."""
    match body.outline:
        case Disc(radius_m=radius):
            return radius
        case Rect(width_m=width, height_m=height):
            extents = (width, height)
        case Pieces(polygons=polygons):
            points = [point for polygon in polygons for point in polygon]
            width, height = (max(p[i] for p in points) - min(p[i] for p in points) for i in (0, 1))
            extents = (width, height)
        case HalfPlane():
            return math.inf
    ways = zip(extents, geo.turn(along, -body.angle), strict=True)
    return min(extent / 2 / max(abs(way), 1e-9) for extent, way in ways)
