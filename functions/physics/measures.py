"""Measuring a motion as a textbook would: periods, accelerations, what stays, what turns.

Motion is planar here: x to the right, z up, angles in radians counter-clockwise as seen from the
front (turns about -y). Everything is measured on centres of mass.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt

from shared.frames import Frames

from .energy import Energy

if TYPE_CHECKING:
    from .simulate import Recording

_Floats = npt.NDArray[np.float64]

_HYSTERESIS = 0.1
"""Share of the amplitude that a signal must pass on the far side before a crossing counts: noise
and the codec's rounding cross zero often, a swing does so once."""

_STILL_M = 1e-3
"""What moves less than this does not swing."""

_ROUNDING = 1e-9
"""Slack for times at a window's ends and values at a range's ends."""


class NotMeasurable(ValueError):
    """The motion does not have what was to be measured, such as a second swing."""

    code: ClassVar[str] = "NOT_MEASURABLE"


@dataclass(frozen=True, slots=True, eq=False)
class Motion:
    """What bodies did: `centre` (frames, bodies, 2) in metres, `angle` (frames, bodies), unwrapped.

    `mass_kg` is (bodies,). `energy` is that of the whole, if it was recorded.
    """

    names: tuple[str, ...]
    times_s: _Floats
    centre: _Floats
    angle: _Floats
    mass_kg: _Floats
    energy: Energy | None = None

    @classmethod
    def of_frames(
        cls, frames: Frames, bodies: Sequence[Mapping[str, Any]], energy: Energy | None = None
    ) -> Motion:
        """The motion in frames whose bodies are those of a play header (`name`, `mass`, `com`)."""
        q = frames.quaternion.astype(np.float64)
        rotation = _matrices(q)
        local = np.array([body.get("com", (0.0, 0.0, 0.0)) for body in bodies]).reshape(-1, 3)
        centre = frames.position + np.einsum("fbij,bj->fbi", rotation, local)
        return cls(
            names=tuple(body["name"] for body in bodies),
            times_s=frames.times_s,
            centre=centre[..., [0, 2]],
            angle=np.unwrap(planar_angle(q), axis=0),
            mass_kg=np.array([body.get("mass", 0.0) for body in bodies], np.float64),
            energy=energy,
        )

    @classmethod
    def of_recording(cls, recording: Recording, bodies: Sequence[Mapping[str, Any]]) -> Motion:
        """The motion of a recording whose play header lists these bodies."""
        return cls.of_frames(recording.frames, bodies, recording.summary.energy)

    def index(self, body: str) -> int:
        """The place of a body.

        Raises:
            NotMeasurable: there is none of that name.
        """
        try:
            return self.names.index(body)
        except ValueError:
            raise NotMeasurable(f"nothing that moves is called {body}") from None

    def along(self, body: str, direction_deg: float) -> _Floats:
        """How far along a direction (degrees counter-clockwise from +x) the body is, (frames,)."""
        radians = math.radians(direction_deg)
        toward = np.array([math.cos(radians), math.sin(radians)])
        return np.asarray(self.centre[:, self.index(body)] @ toward)

    def window(self, start_s: float, end_s: float) -> Motion:
        """The part between two times, both included.

        Raises:
            NotMeasurable: it holds fewer than two frames.
        """
        inside = (self.times_s >= start_s - _ROUNDING) & (self.times_s <= end_s + _ROUNDING)
        if np.count_nonzero(inside) < 2:
            raise NotMeasurable(f"there are no two frames between {start_s:g} and {end_s:g} s")
        energy = self.energy
        return Motion(
            self.names,
            self.times_s[inside],
            self.centre[inside],
            self.angle[inside],
            self.mass_kg,
            energy
            and Energy(energy.kinetic[inside], energy.potential[inside], energy.contact[inside]),
        )


def planar_angle(quaternion: npt.NDArray[np.floating[Any]]) -> _Floats:
    """Angles (...) in radians of unit quaternions (..., 4): where the body's x axis points.

    A turn from x towards z is counter-clockwise as seen from the front, and about -y.
    """
    w, x, y, z = np.moveaxis(quaternion.astype(np.float64), -1, 0)
    return np.asarray(np.arctan2(2 * (x * z - w * y), 1 - 2 * (y * y + z * z)))


def period(motion: Motion, body: str, direction_deg: float = 0.0) -> float:
    """The period of a swing along a direction, seconds.

    The slope of a straight line through the times at which the signal crosses its middle: rising
    and falling crossings each give one, and what a shifted middle adds to one it takes from the
    other.

    Raises:
        NotMeasurable: it does not swing once there and back within the motion.
    """
    return crossing_period(motion.times_s, motion.along(body, direction_deg))


def crossing_period(times_s: _Floats, signal: _Floats) -> float:
    """The period of a signal, (n,) each, to a small part of the sampling time.

    Raises:
        NotMeasurable: the signal stays within a millimetre, or does not come back.
    """
    signal = signal - (signal.max() + signal.min()) / 2
    reach = float(np.abs(signal).max())
    if reach < _STILL_M / 2:
        raise NotMeasurable("it does not swing")
    # The signal's side, decided only where it is well away from the middle.
    decided = np.flatnonzero(np.abs(signal) > _HYSTERESIS * reach)
    flips = np.flatnonzero(np.diff(np.sign(signal[decided])))
    slopes = []
    for rising in (True, False):
        crossings = [
            _crossing(times_s, signal, int(decided[i]), int(decided[i + 1]))
            for i in flips
            if (signal[decided[i]] < 0) == rising
        ]
        if len(crossings) > 1:
            slopes.append(
                (float(np.polyfit(range(len(crossings)), crossings, 1)[0]), len(crossings))
            )
    if not slopes:
        raise NotMeasurable("it does not swing there and back")
    return sum(slope * count for slope, count in slopes) / sum(count for _, count in slopes)


def acceleration(motion: Motion, body: str, direction_deg: float) -> float:
    """Along a direction, m/s²: that of the parabola that fits best.

    Raises:
        NotMeasurable: fewer than three frames.
    """
    if len(motion.times_s) < 3:
        raise NotMeasurable("an acceleration needs three frames")
    return float(2 * np.polyfit(_centred(motion.times_s), motion.along(body, direction_deg), 2)[0])


def speed(motion: Motion, body: str, direction_deg: float) -> float:
    """Along a direction, m/s: that of the straight line that fits best."""
    return float(np.polyfit(_centred(motion.times_s), motion.along(body, direction_deg), 1)[0])


def shift(motion: Motion, body: str, direction_deg: float) -> float:
    """How far it gets along a direction from the first frame to the last, m."""
    along = motion.along(body, direction_deg)
    return float(along[-1] - along[0])


def spin(motion: Motion, body: str) -> float:
    """Angular velocity, rad/s counter-clockwise: that of the straight line that fits best."""
    angle = motion.angle[:, motion.index(body)]
    return float(np.polyfit(_centred(motion.times_s), angle, 1)[0])


def wander(motion: Motion, body: str) -> float:
    """The farthest it gets from where it was in the first frame, m."""
    centre = motion.centre[:, motion.index(body)]
    return float(np.linalg.norm(centre - centre[0], axis=-1).max())


def tilt(motion: Motion, body: str) -> float:
    """The most it turns from how it stood in the first frame, degrees."""
    angle = motion.angle[:, motion.index(body)]
    return float(np.degrees(np.abs(angle - angle[0]).max()))


def momentum(motion: Motion, bodies: Sequence[str], direction_deg: float) -> float:
    """The bodies' mean momentum together along a direction, kg m/s."""
    return sum(
        float(motion.mass_kg[motion.index(body)]) * speed(motion, body, direction_deg)
        for body in bodies
    )


def energy_drift(motion: Motion) -> float:
    """The most the energy changes between contacts, as a share of the largest kinetic energy.

    Raises:
        NotMeasurable: no energy was recorded, nothing moves, or something touches all the time.
    """
    energy = motion.energy
    if energy is None:
        raise NotMeasurable("no energy was recorded")
    if energy.kinetic.max() <= 0:
        raise NotMeasurable("nothing moves")
    if energy.contact[1:].all():
        raise NotMeasurable("something touches all the time")
    return energy.drift


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one expectation: the measured value, or why there is none."""

    expectation: Mapping[str, Any]
    measured: float | None
    holds: bool
    reason: str = field(default="")

    def __str__(self) -> str:
        terms = self.expectation
        on = terms.get("on")
        subject = f" of {on if isinstance(on, str) else ', '.join(on)}" if on else ""
        wanted = (
            f"{terms['value']:.4g} within {terms['tol']:.0%}"
            if "value" in terms
            else f"{terms['lo']:g} to {terms['hi']:g}"
        )
        found = self.reason if self.measured is None else f"{self.measured:.4g}"
        return f"{terms['measure']}{subject}: {found}, expected {wanted}"


def check_expectations(
    expect: Sequence[Mapping[str, Any]],
    motion: Motion,
    body_of: Mapping[str, str] | None = None,
) -> list[Result]:
    """Hold a motion against what must come of it.

    An expectation has `measure` (a key of `MEASURES`), `on` (a mark, several, or null for the
    whole), `dir` (degrees counter-clockwise from +x, for measures along a direction), `t` (start
    and end, seconds), and either `value` and `tol` (a share of the value) or `lo` and `hi`. Of
    several marks the one that measures most counts. `body_of` gives the body of each mark; without
    it a mark's body has its name.
    """
    return [_check(terms, motion, body_of) for terms in expect]


def _check(terms: Mapping[str, Any], motion: Motion, body_of: Mapping[str, str] | None) -> Result:
    on = terms.get("on")
    marks = [on] if isinstance(on, str) else list(on or ())
    try:
        if body_of is not None and (unread := [mark for mark in marks if mark not in body_of]):
            raise NotMeasurable(f"{', '.join(unread)} was not read as a body")
        bodies = [mark if body_of is None else body_of[mark] for mark in marks]
        part = motion.window(*terms["t"]) if terms.get("t") else motion
        measured = MEASURES[terms["measure"]](part, bodies, float(terms.get("dir") or 0.0))
    except NotMeasurable as error:
        return Result(terms, None, False, str(error))
    if "value" in terms:
        off = abs(measured - terms["value"])
        holds = off <= terms["tol"] * abs(terms["value"]) + _ROUNDING
    else:
        holds = terms["lo"] - _ROUNDING <= measured <= terms["hi"] + _ROUNDING
    return Result(terms, measured, holds)


_Measure = Callable[[Motion, Sequence[str], float], float]


def _worst(of_body: Callable[[Motion, str, float], float]) -> _Measure:
    """A measure of several bodies: that of the body where it is largest."""

    def measure(motion: Motion, bodies: Sequence[str], direction_deg: float) -> float:
        if not bodies:
            raise NotMeasurable("no body is named")
        return max((of_body(motion, body, direction_deg) for body in bodies), key=abs)

    return measure


MEASURES: Mapping[str, _Measure] = {
    "period": _worst(period),
    "accel": _worst(acceleration),
    "speed": _worst(speed),
    "shift": _worst(shift),
    "spin": _worst(lambda motion, body, _: spin(motion, body)),
    "wander": _worst(lambda motion, body, _: wander(motion, body)),
    "tilt": _worst(lambda motion, body, _: tilt(motion, body)),
    "momentum": momentum,
    "energy": lambda motion, _bodies, _direction: energy_drift(motion),
}


def _crossing(times_s: _Floats, signal: _Floats, start: int, end: int) -> float:
    """Where the signal crosses zero between two samples of opposite sign: a straight line's zero.

    The line is fitted to the samples between, so noise there averages out; two samples are joined.
    """
    part = slice(start, end + 1)
    slope, level = np.polyfit(times_s[part] - times_s[start], signal[part], 1)
    return float(times_s[start] - level / slope)


def _centred(times_s: _Floats) -> _Floats:
    return np.asarray(times_s - times_s.mean())


def _matrices(quaternion: _Floats) -> _Floats:
    """Rotation matrices (..., 3, 3) of quaternions (..., 4), scalar first."""
    w, x, y, z = np.moveaxis(quaternion / np.linalg.norm(quaternion, axis=-1, keepdims=True), -1, 0)
    rows = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
        [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
        [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    ]
    return np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)
