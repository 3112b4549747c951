"""Contacts that bounce, slide and rest as the textbook says.

MuJoCo's contact is a damped spring, `a = -b v - k r` along the normal, in units of acceleration,
so that neither masses nor impulses enter and a restitution fixes the damping ratio alone. It is
written in its direct form (`solref="-k -b"`), on explicit pairs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from scenes.touch import Touch

CALM_STEP_S = 1 / 1200
"""Where nothing bounces. A whole number of steps fits in a frame at 24, 25, 30, 50, 60 and 120 a
second."""

LIVELY_STEP_S = 1 / 4800
"""Where something bounces: about twenty steps in a collision."""

_PHASE_PER_STEP = 0.15
"""Angular frequency of a bouncing contact times the step: a collision lasts pi/0.15 = 21 steps,
over which the integrator loses or gains at most 0.15²/4 = 0.6 % of the energy."""

_CREEP_PER_S = 8.0
"""How fast a plastic contact pushes an overlap out: by 1 - 1/e in 1/8 s. Faster is livelier: the
speed at which two bodies part again is this rate times how deep they went."""


@dataclass(frozen=True, slots=True)
class ContactClass:
    """MuJoCo's numbers for one kind of touch."""

    name: str
    friction: float
    stiffness: float
    damping: float
    impedance: tuple[float, float, float]

    def attributes(self) -> dict[str, str]:
        """The attributes of `<pair>`."""
        return {
            "condim": "3" if self.friction > 0 else "1",
            "friction": f"{max(self.friction, 1e-5):g} {max(self.friction, 1e-5):g} 0 0 0",
            "solref": f"{-self.stiffness:.6g} {-self.damping:.6g}",
            "solimp": " ".join(f"{value:g}" for value in self.impedance),
        }


def contact_class(touch: Touch, step_s: float) -> ContactClass:
    """The numbers for a touch at a step."""
    name = f"mu_{touch.friction:g}_e_{touch.restitution:g}".replace(".", "p")
    if touch.restitution <= 0:
        # One step of 1/b takes the whole approach speed away.
        damping = 1 / step_s
        return ContactClass(
            name, touch.friction, damping * _CREEP_PER_S, damping, (0.995, 0.999, 0.001)
        )
    omega = _PHASE_PER_STEP / step_s
    ratio = damping_ratio(touch.restitution)
    impedance = (0.99, 0.99, 0.001)
    return ContactClass(name, touch.friction, omega**2, 2 * ratio * omega, impedance)


def damping_ratio(restitution: float) -> float:
    """The damping ratio of a spring and damper that only push and rebound with `restitution`.

    The contact ends when the force does, before the spring is back at its length: Schwager and
    Poeschel, "Coefficient of restitution and linear-dashpot model revisited", Granular Matter 9
    (2007), eq. 21; inverted by bisection.
    """
    low, high = 0.0, 0.999
    for _ in range(60):
        ratio = (low + high) / 2
        if _rebound(ratio) > restitution:
            low = ratio
        else:
            high = ratio
    return low


def _rebound(ratio: float) -> float:
    omega = math.sqrt(1 - ratio**2)
    # The angle by which the oscillator has turned when its force is back at zero, in (0, pi].
    phase = math.atan2(2 * ratio * omega, 2 * ratio**2 - 1)
    return math.exp(-ratio / omega * phase)
