"""Does a model move as the textbook says? Stock MuJoCo runs it, as anyone who downloads it would.

Nothing here knows how the model was made: it is loaded from its text, started from keyframe 0, and
measured. That keeps the judge apart from the code it judges.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import mujoco
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

SAMPLE_S = 1 / 120
"""Time between samples."""


class NotMeasurable(Exception):
    """The motion does not have what was to be measured, such as a second swing."""


@dataclass(frozen=True, eq=False)
class Motion:
    """What a model did: times (n,) s, centres of mass (n, bodies, 2) m as x and z, turns (n,
    bodies) rad counter-clockwise, energy (n, 2) J as potential and kinetic, contacts (n,)."""

    names: tuple[str, ...]
    time: Floats
    centre: Floats
    turn: Floats
    energy: Floats
    contacts: npt.NDArray[np.int64]

    def of(self, body: str) -> tuple[Floats, Floats]:
        """Centre (n, 2) and turn (n,) of a body.

        Raises:
            NotMeasurable: no such body.
        """
        if body not in self.names:
            raise NotMeasurable(f"the model has no body {body}")
        index = self.names.index(body)
        return self.centre[:, index], self.turn[:, index]


def run_model(xml: str, seconds: float) -> Motion:
    """Load and run a model.

    Raises:
        ValueError: MuJoCo refuses it.
    """
    model = mujoco.MjModel.from_xml_string(xml)
    model.opt.enableflags |= int(mujoco.mjtEnableBit.mjENBL_ENERGY)
    data = mujoco.MjData(model)
    if model.nkey:
        mujoco.mj_resetDataKeyframe(model, data, 0)
    names = tuple(model.body(i).name for i in range(1, model.nbody))
    every = max(1, round(SAMPLE_S / model.opt.timestep))
    count = int(seconds / (every * model.opt.timestep)) + 1
    time, energy = np.empty(count), np.empty((count, 2))
    centre = np.empty((count, len(names), 2))
    turn = np.empty((count, len(names)))
    contacts = np.empty(count, np.int64)
    mujoco.mj_forward(model, data)
    for i in range(count):
        time[i] = data.time
        centre[i] = data.xipos[1:, [0, 2]]
        # The plane is x and z: a turn from x towards z is about -y.
        turn[i] = np.arctan2(data.xmat[1:, 6], data.xmat[1:, 0])
        energy[i] = data.energy
        contacts[i] = data.ncon
        mujoco.mj_step(model, data, nstep=every)
    return Motion(names, time, centre, np.unwrap(turn, axis=0), energy, contacts)


def measure(motion: Motion, expectation: Mapping[str, Any], body_of: Mapping[str, str]) -> float:
    """The measured value of one expectation; of several bodies, the worst.

    Args:
        body_of: the model's body for each mark named in `on`.

    Raises:
        NotMeasurable: a body is missing, or does not move as the measure needs.
    """
    start, end = expectation["t"]
    window = (motion.time >= start - 1e-9) & (motion.time <= end + 1e-9)
    if expectation["measure"] == "energy":
        return _energy_drift(motion, window)
    on = expectation["on"]
    marks: Sequence[str] = [on] if isinstance(on, str) else on
    values = []
    for mark in marks:
        if mark not in body_of:
            raise NotMeasurable(f"{mark} was not read as a body")
        centre, turn = motion.of(body_of[mark])
        angle = np.radians(expectation.get("dir", 0.0))
        along = centre @ np.array([np.cos(angle), np.sin(angle)])
        values.append(_MEASURES[expectation["measure"]](motion.time, centre, along, turn, window))
    return max(values, key=abs)


def holds(expectation: Mapping[str, Any], value: float) -> bool:
    """Whether a measured value is what was expected."""
    if "value" in expectation:
        wanted = float(expectation["value"])
        return abs(value - wanted) <= float(expectation["tol"]) * abs(wanted)
    return float(expectation["lo"]) <= value <= float(expectation["hi"])


def _energy_drift(motion: Motion, window: npt.NDArray[np.bool_]) -> float:
    """How much the energy changes outside contact, as a share of the most that was kinetic."""
    free = window & (motion.contacts == 0)
    if free.sum() < 2:
        raise NotMeasurable("something touches all the time")
    total = motion.energy[free].sum(axis=1)
    most = motion.energy[free, 1].max()
    if most < 1e-9:
        raise NotMeasurable("nothing moves")
    return float(np.abs(total - total[0]).max() / most)


def _accel(time: Floats, centre: Floats, along: Floats, turn: Floats, window: Any) -> float:
    return float(2 * np.polyfit(time[window], along[window], 2)[0])


def _speed(time: Floats, centre: Floats, along: Floats, turn: Floats, window: Any) -> float:
    return float(np.polyfit(time[window], along[window], 1)[0])


def _shift(time: Floats, centre: Floats, along: Floats, turn: Floats, window: Any) -> float:
    return float(along[window][-1] - along[window][0])


def _spin(time: Floats, centre: Floats, along: Floats, turn: Floats, window: Any) -> float:
    return float(np.polyfit(time[window], turn[window], 1)[0])


def _wander(time: Floats, centre: Floats, along: Floats, turn: Floats, window: Any) -> float:
    part = centre[window]
    return float(np.hypot(*(part - part[0]).T).max())


def _tilt(time: Floats, centre: Floats, along: Floats, turn: Floats, window: Any) -> float:
    part = turn[window]
    return float(np.degrees(np.abs(part - part[0]).max()))


def _period(time: Floats, centre: Floats, along: Floats, turn: Floats, window: Any) -> float:
    """Between the lowest places of successive swings: those of what is damped keep their distance,
    while its middle drifts."""
    t, x = time[window], along[window]
    x = x - (x.max() + x.min()) / 2
    if np.ptp(x) < 1e-3:
        raise NotMeasurable("it does not swing")
    swings = np.split(np.arange(len(x)), np.flatnonzero((x[:-1] >= 0) & (x[1:] < 0)) + 1)
    lowest = [swing[np.argmin(x[swing])] for swing in swings]
    inner = [at for at in lowest if 0 < at < len(x) - 1 and x[at] < 0]
    if len(inner) < 2:
        raise NotMeasurable("it does not swing twice")
    return float((t[inner[-1]] - t[inner[0]]) / (len(inner) - 1))


_MEASURES = {
    "accel": _accel,
    "speed": _speed,
    "shift": _shift,
    "spin": _spin,
    "wander": _wander,
    "tilt": _tilt,
    "period": _period,
}
