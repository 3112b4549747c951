"""How two bodies touch: the sketch language's rules for what is stated and what is left unsaid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .scene import Body, Material, Scene

DEFAULT_FRICTION = 0.6
DEFAULT_RESTITUTION = 0.0


@dataclass(frozen=True, slots=True)
class Touch:
    """Coulomb friction and restitution of one pair; `balls` if both are."""

    friction: float
    restitution: float
    balls: bool = False


def touching_pairs(scene: Scene) -> Iterator[tuple[Body, Body, Touch]]:
    """Every pair of bodies that may collide, with how they do.

    Two fixed bodies never do, nor what is joined, nor what the scene keeps apart.
    """
    joined = {frozenset((joint.a, joint.b)) for joint in scene.joints}
    apart = {frozenset(pair) for pair in scene.apart}
    hung = hung_balls(scene)
    solid = [body for body in scene.bodies if body.touches]
    for index, first in enumerate(solid):
        for second in solid[index + 1 :]:
            pair = frozenset((first.name, second.name))
            if (first.fixed and second.fixed) or pair in joined or pair in apart:
                continue
            yield first, second, touch(first, second, hung)


def touch(first: Body, second: Body, hung: frozenset[str] = frozenset()) -> Touch:
    """What a mark states beats what its partner leaves unsaid; of two stated the smaller holds."""
    friction = friction_between(first.material, second.material)
    restitution = _smaller(
        first.material.restitution, second.material.restitution, DEFAULT_RESTITUTION
    )
    both_balls = first.kind == second.kind == "ball"
    if both_balls and (first.name in hung or second.name in hung):
        friction = 0.0
    return Touch(friction, restitution, both_balls)


def friction_between(first: Material, second: Material) -> float:
    """Coulomb's coefficient for two surfaces."""
    return _smaller(first.friction, second.friction, DEFAULT_FRICTION)


def hung_balls(scene: Scene) -> frozenset[str]:
    """The balls that a rod or a rope holds: they touch one another without friction."""
    rods = {body.name for body in scene.bodies if body.kind == "rod"}
    held = {joint.b for joint in scene.joints if joint.a in rods}
    held |= {joint.a for joint in scene.joints if joint.b in rods and joint.a is not None}
    held |= {end.body for rope in scene.ropes for end in (rope.a, rope.b) if end.body is not None}
    return frozenset(
        body.name for body in scene.bodies if body.kind == "ball" and body.name in held
    )


def _smaller(first: float | None, second: float | None, unsaid: float) -> float:
    stated = [value for value in (first, second) if value is not None]
    return min(stated, default=unsaid)
