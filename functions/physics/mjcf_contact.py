"""Contacts that bounce, slide and rest as the textbook says.

MuJoCo's contact is a damped spring along the normal, `a = -b v - k r`, in units of acceleration, so
that neither masses nor speeds enter and a restitution fixes the damping alone. It is written in its
direct form (`solref="-k -b"`), on explicit pairs. Three laws:

- plastic: one step of overdamping takes the whole approach speed away;
- bouncing: an underdamped linear spring;
- bouncing balls: a spring whose push grows with the cube of the depth. Balls that touch in a row
  then hand the blow on one by one, as Newton's cradle does; linear springs would share it out.

Friction has a law of its own, `a = -grip v` up to Coulomb's bound. MuJoCo solves for normal and
friction together as one convex problem (Todorov 2014, "Convex and analytically-invertible dynamics
with contacts and constraints"), whose price is that what slides at v is also pushed off its ground,
in a step by `friction * grip * v`: with the grip of the normal's damping, a box that is set off at
4 m/s on a rough floor hops 13 cm high. Less grip, on the other hand, lets go below a slip of
`friction * g / grip`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from scenes.touch import Touch

from .mjcf_approach import UNKNOWN, Approach

_PHASE_PER_STEP = 0.05
"""Angular frequency of a bouncing contact times the step: a collision lasts pi/0.05 = 63 steps.
Where in a step the bodies meet then changes the restitution by no more than 0.006 from 0.5 up."""

_CREEP_PER_S = 1.0
"""How fast a plastic contact pushes an overlap out: by 1 - 1/e in a second. Faster is
livelier: the speed at which two bodies part again is this rate times how deep they went."""

_HARD = (0.999, 0.9999, 0.001)
"""MuJoCo's impedance (at touch, at depth, depth) near 1: what it asks for is what happens."""

_BOUNCY = (0.99, 0.99, 0.001)

_GRIP_PER_STEP = 1 / 6
"""Grip times the step where little slides at first: 200 a second where nothing bounces. A block
that slides from rest down a slope of 30° is then ahead of Coulomb's by 2 mm/s (friction 0.3)."""

_BOUNCY_GRIP_PER_S = (100.0, 200.0)
"""Least and most where something bounces, whose contacts last for many steps. What slides and
bounces nearly without loss (above 0.9) at a friction of 0.5 and more still rocks on its corners: it
hops up to a fortieth of its height."""

_BOUNCY_PUSH_M_S2 = 200.0
"""How hard what bounces may be pushed off its ground for sliding: friction times slip times grip.
A box that is set off at 4 m/s with a friction of 0.5 then hops two millimetres."""

_LEAST_GRIP_PER_S = 40.0
"""Coulomb's bound holds down to a slip of 0.15 m/s at a friction of 0.6."""

_HOP_M_S = 0.1
"""How fast what slides at first may be pushed off its ground: it then hops half a millimetre."""

_BALL_DEPTH_M = 0.003
"""How deep two equal balls go at most that meet at 1 m/s; the depth grows with the root of the
speed."""

_BALL_DEPTH_PART = 0.1
"""The same as a part of the smaller one's radius: small balls are as hard for their size."""

_BALL_DENT_PART = 0.02
"""How deep balls go at the speed that they are set off with, as a part of the radius, where the
step allows it. The deeper, the farther the line between their centres turns in a glancing blow."""

_BALL_GAP_PART = 0.3
"""How deep balls are in each other before they touch, as a part of the depth of those that meet at
1 m/s: a millimetre that nobody sees, across which balls in a row hand on one blow after another,
also where two or three swing in together."""

_BALL_STEPS = 10
"""Steps that a collision of balls has to last."""

_BALL_TIME = 2.6
"""How long it lasts, times the depth over the speed: 2 Γ(1/4) Γ(1/2) / (4 Γ(3/4)), of which the
integral of 1/√(1 - u⁴) from 0 to 1 is half."""

_RAMP_DEPTHS = 17.0
"""Depth over which a ball's impedance grows, linearly, as a multiple of the depth of those that
meet at 1 m/s: no collision goes as deep below 280 m/s, and none is so shallow that the impedance at
touch tells."""

_SOFT = (0.0001, 0.01)
"""Impedance far below 1: neighbouring contacts then do not feel each other within a step. The first
is the least that MuJoCo takes."""

_DAMPED_PART = 1.0
"""The most of a speed that damping may take in one step: more would turn it round."""

_LONGEST_STEPS = 2000
"""A body that has not left its contact by then lies in it."""


@dataclass(frozen=True, slots=True)
class ContactClass:
    """MuJoCo's numbers for one kind of touch. `impedance` is at touch, at depth, and that depth;
    `grip`, 1/s, is of friction, and `None` where it is as damped as the normal. `gap_m` is how deep
    two outlines are in each other when they touch."""

    name: str
    friction: float
    stiffness: float
    damping: float
    impedance: tuple[float, float, float]
    grip: float | None = None
    gap_m: float = 0.0

    def attributes(self) -> dict[str, str]:
        """The attributes of `<pair>`."""
        # MuJoCo wants a friction above zero even where condim leaves it out.
        friction = max(self.friction, 1e-5)
        # Of the direct form, only the damping has a meaning for friction; neither may be zero.
        grip = {"solreffriction": f"-1 {-self.grip:.6g}"} if self.grip is not None else {}
        gap = {"margin": f"{-self.gap_m:.6g}"} if self.gap_m > 0 else {}
        return {
            "condim": "3" if self.friction > 0 else "1",
            "friction": f"{friction:g} {friction:g} 0 0 0",
            "solref": f"{-self.stiffness:.6g} {-self.damping:.6g}",
            "solimp": " ".join(f"{value:g}" for value in (*self.impedance, 0.5, 1)),
            **grip,
            **gap,
        }


def ball_step(radius_m: float, speed_m_s: float) -> float:
    """The longest step in which balls that meet at a speed still bounce, in seconds."""
    most = min(_BALL_DEPTH_M, _BALL_DEPTH_PART * radius_m)
    return _BALL_TIME * most / (_BALL_STEPS * math.sqrt(speed_m_s))


def ball_depth(radius_m: float, speed_m_s: float, step_s: float) -> float:
    """How deep balls may go into each other that meet at 1 m/s, in metres.

    `radius_m` is the smaller one's, `speed_m_s` the one at which they are set off.
    """
    most = min(_BALL_DEPTH_M, _BALL_DEPTH_PART * radius_m)
    if speed_m_s <= 0:
        return most
    root = math.sqrt(speed_m_s)
    wanted = _BALL_DENT_PART * radius_m / root
    shortest = _BALL_STEPS * step_s * root / _BALL_TIME
    return float(f"{min(most, max(wanted, shortest)):.2g}")


def contact_class(
    touch: Touch,
    step_s: float,
    ease: float,
    slip_m_s: float,
    depth_m: float = _BALL_DEPTH_M,
    meeting: Approach = UNKNOWN,
    catch_per_s: float | None = None,
) -> ContactClass:
    """The numbers for a touch at a step.

    `ease` is how easily MuJoCo takes the pair to be moved, over how easily it is moved: where the
    impedance is low it weakens stiffness and damping, so it has to be made up for. `slip_m_s` is
    how fast one goes past the other at the start, `depth_m` the depth of balls that meet at 1 m/s,
    `meeting` how they meet for the first time, `catch_per_s` how fast what does not bounce takes on
    the other's speed, where that is not at once.
    """
    name = f"mu_{touch.friction:g}_e_{touch.restitution:g}".replace(".", "p")
    if touch.restitution <= 0:
        damping = 1 / step_s if catch_per_s is None else min(catch_per_s, 1 / step_s)
        name = name if catch_per_s is None else f"{name}_hit"
        stiffness, grip = damping * _CREEP_PER_S, _grip(touch.friction, step_s, slip_m_s)
        name = f"{name}_grip_{grip:g}" if touch.friction > 0 else name
        return ContactClass(name, touch.friction, stiffness, damping, _HARD, grip)
    if meeting != UNKNOWN:
        name = f"{name}_v_{meeting.speed_m_s:g}_{meeting.pull_m_s2:g}".replace(".", "p")
    if touch.balls:
        damping = _damping(touch.restitution, step_s, depth_m, meeting)
        name = f"balls_{name}_{1000 * ease:.0f}_{1e6 * depth_m:.0f}"
        stiffness = ease * _ball_stiffness(depth_m)
        impedance, gap = (*_SOFT, _RAMP_DEPTHS * depth_m), _BALL_GAP_PART * depth_m
        return ContactClass(name, touch.friction, stiffness, ease * damping, impedance, gap_m=gap)
    damping = _damping(touch.restitution, step_s, None, meeting)
    stiffness = _stiffness(step_s)
    grip = _bouncy_grip(touch.friction * slip_m_s)
    name = f"{name}_grip_{grip:g}" if touch.friction > 0 else name
    return ContactClass(name, touch.friction, stiffness, damping, _BOUNCY, grip)


def _grip(friction: float, step_s: float, slip_m_s: float) -> float:
    """Of a contact that does not bounce, 1/s; to two digits, so that few classes are needed."""
    most = _GRIP_PER_STEP / step_s
    push_m = friction * slip_m_s * step_s
    wanted = _HOP_M_S / push_m if push_m > 0 else most
    return float(f"{min(most, max(_LEAST_GRIP_PER_S, wanted)):.2g}")


def _bouncy_grip(push_m_s: float) -> float:
    """Of a contact that bounces, 1/s; to two digits."""
    least, most = _BOUNCY_GRIP_PER_S
    wanted = _BOUNCY_PUSH_M_S2 / push_m_s if push_m_s > 0 else most
    return float(f"{min(most, max(least, wanted)):.2g}")


IMPEDANCE_RATIO = 10.0
"""Of friction to normal force: what rests on a slope creeps this much less."""


def _stiffness(step_s: float) -> float:
    return (_PHASE_PER_STEP / step_s) ** 2


def _ball_stiffness(depth_m: float) -> float:
    """Of the law `a = -k r³/ramp²`: the energy k r⁴/(4 ramp²) at the chosen depth is 1/2 m²/s²."""
    return 2 * (_RAMP_DEPTHS * depth_m) ** 2 / depth_m**4


@cache
def _damping(
    restitution: float, step_s: float, ball_depth_m: float | None, meeting: Approach
) -> float:
    """The damping with which the contact rebounds at this restitution, found by bisection on the
    recurrence that MuJoCo's semi-implicit step runs through."""
    if restitution >= 1:
        return 0.0
    if ball_depth_m is None:
        stiffness, impedance, deepest = _stiffness(step_s), _BOUNCY, 0.0
    else:
        stiffness = _ball_stiffness(ball_depth_m)
        impedance = (*_SOFT, _RAMP_DEPTHS * ball_depth_m)
        deepest = ball_depth_m * math.sqrt(meeting.speed_m_s)
    most = _DAMPED_PART / (step_s * _part(deepest, impedance))
    low, high = 0.0, min(4 * math.sqrt(stiffness), most)
    for _ in range(40):
        damping = (low + high) / 2
        if _rebound(_law(stiffness, damping, impedance), step_s, meeting) > restitution:
            low = damping
        else:
            high = damping
    return (low + high) / 2


def _part(depth: float, impedance: tuple[float, float, float]) -> float:
    """The impedance at a depth, as a part of that at full depth."""
    least, most, ramp = impedance
    return min(1.0, least / most + (1 - least / most) * depth / ramp)


def _law(
    stiffness: float, damping: float, impedance: tuple[float, float, float]
) -> Callable[[float, float], float]:
    """Acceleration of a contact at a depth and a speed of approach.

    MuJoCo scales the damping by the impedance and the stiffness by its square, both relative to
    the impedance at full depth.
    """

    def push(depth: float, approach: float) -> float:
        part = _part(depth, impedance)
        return max(0.0, part * damping * approach + part**2 * stiffness * depth)

    return push


def _rebound(push: Callable[[float, float], float], step_s: float, meeting: Approach) -> float:
    """Speed after a collision, as a part of that before; mean over where in a step the bodies
    meet."""
    phases = (0.125, 0.375, 0.625, 0.875)
    total = 0.0
    for phase in phases:
        approach = meeting.speed_m_s
        depth = phase * step_s * approach
        for _ in range(_LONGEST_STEPS):
            approach -= step_s * (push(depth, approach) - meeting.pull_m_s2)
            depth += step_s * approach
            if approach < 0 and (depth <= 0 or push(depth, approach) == 0.0):
                # What it has still to climb to the surface takes of its speed.
                total += math.sqrt(max(0.0, approach**2 - 2 * meeting.pull_m_s2 * max(depth, 0.0)))
                break
    return total / len(phases) / meeting.speed_m_s
