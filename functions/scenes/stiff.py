"""Springs too stiff for their motion to be followed, and as which ones they are simulated.

A spring of 1e9 N/m under a kilogram swings five thousand times a second, by a ten-millionth of a
millimetre: nobody sees it, and the steps that it takes would last longer than anyone waits.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from .scene import Body, Scene, Spring

FASTEST_RAD_S = 2000.0
"""The fastest swing that is followed, some 320 a second: the step that it takes lets ten seconds of
motion be computed in about two. What is as stiff sags by a four-hundredth of a millimetre."""

KNOT_PART = 1e-3
KNOT_STEP_S = 1 / 600
KNOT_MOST = 1e-2
"""A knot weighs the first part of the lightest body, and enough that its springs' own vibration is
slow against that step; but never more than the last part, which leaves a period right to half a
per cent."""


@dataclass(frozen=True, slots=True)
class TooStiff:
    """A spring that is too stiff to follow, and the stiffness that it is simulated with, N/m."""

    spring: Spring
    stiffness_n_m: float

    @property
    def message(self) -> str:
        """What was made of it, for the person who drew or said it."""
        return (
            f"At {self.spring.stiffness_n_m:g} N/m the spring {self.spring.name} swings too fast to"
            f" be followed; it is simulated with {self.stiffness_n_m:.2g} N/m, which holds as"
            " stiffly to the eye."
        )


SUGGESTION = "Write a smaller stiffness or a larger mass, or join the two with a rod instead."


def too_stiff(scene: Scene) -> list[TooStiff]:
    """The springs of a scene that are too stiff for what they move."""
    bodies = {body.name: body for body in scene.bodies}
    found = []
    for spring in scene.springs:
        ease = sum(_ease(bodies, name) for name in (spring.a.body, spring.b.body))
        if ease > 0 and spring.stiffness_n_m * ease > FASTEST_RAD_S**2:
            found.append(TooStiff(spring, FASTEST_RAD_S**2 / ease))
    return found


def soften(scene: Scene) -> Scene:
    """The scene with those springs as soft as can be followed, and as damped for it as before."""
    softer = {
        each.spring.name: replace(
            each.spring,
            stiffness_n_m=each.stiffness_n_m,
            damping_ns_m=each.spring.damping_ns_m
            * (each.stiffness_n_m / each.spring.stiffness_n_m) ** 0.5,
        )
        for each in too_stiff(scene)
    }
    if not softer:
        return scene
    return replace(
        scene, springs=tuple(softer.get(spring.name, spring) for spring in scene.springs)
    )


def knot_mass(lightest_kg: float, stiffness_n_m: Iterable[float]) -> float:
    """What a point where springs of these stiffnesses meet weighs, in kg."""
    wanted = max(KNOT_PART * lightest_kg, sum(stiffness_n_m) * KNOT_STEP_S**2)
    return min(wanted, KNOT_MOST * lightest_kg)


def _ease(bodies: dict[str, Body], name: str | None) -> float:
    """How easily an end is moved, 1/kg; what weighs nothing moves with what it is joined to."""
    body = bodies.get(name) if name is not None else None
    if body is None or body.fixed or body.mass_kg <= 0:
        return 0.0
    # A knot is the end of what hangs on it.
    return KNOT_MOST / body.mass_kg if body.kind == "knot" else 1 / body.mass_kg
