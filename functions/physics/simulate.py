"""Running a model and recording how it moves.

Poses are sampled at exact multiples of the frame time. MuJoCo's own time step is never changed:
where steps do not fall on frames, the steps before and after are both sampled and the pose between
them is interpolated. At 2 ms the error of that is a dt²/8 = 0.005 mm under gravity, and there is no
drift. MuJoCo computes poses, energies and contacts when a step begins and moves on when it ends, so
after a step they are those of the state before it, all of the same instant: a sample is read one
step late, and nothing is computed twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import mujoco
import numpy as np
import numpy.typing as npt

from shared.frames import CHUNK_FRAMES, Chunk, Frames, describe, encode, join

from .energy import Energy
from .errors import OutOfMemory, SimulationDiverged, SimulationTooSlow
from .model import body_name, load_model, moving_bodies

DEFAULT_FPS = 60
DEFAULT_BUDGET_S = 60.0

_SNAP = 1e-3
"""A frame this close to a step, as a part of the step, is that step: time steps are written as
decimals, and 1/480 is not one. At 10 m/s and 2 ms this moves nothing by more than 0.02 mm."""

_DIVERGED = (
    mujoco.mjtWarning.mjWARN_BADQPOS,
    mujoco.mjtWarning.mjWARN_BADQVEL,
    mujoco.mjtWarning.mjWARN_BADQACC,
)
_NOTED = {
    mujoco.mjtWarning.mjWARN_INERTIA: "A mass or moment of inertia is too small to compute with.",
    mujoco.mjtWarning.mjWARN_CONTACTFULL: "There were more contacts than fit; some were ignored.",
    mujoco.mjtWarning.mjWARN_CNSTRFULL: "There were more constraints than fit; some were ignored.",
    mujoco.mjtWarning.mjWARN_BADCTRL: "A control signal was not a number and was set to zero.",
}

_Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run was, beside its frames."""

    bodies: tuple[tuple[str, float], ...]
    """Name and mass (kg) of each body, in the order of the frames."""
    duration_s: float
    fps: float
    frames: int
    energy: Energy
    warnings: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """JSON-ready: all but the energy of every single frame, of which it has the summary."""
        total = self.energy.total
        return {
            "bodies": [{"name": name, "mass_kg": mass} for name, mass in self.bodies],
            "duration_s": self.duration_s,
            "fps": self.fps,
            "frames": self.frames,
            "energy": {
                "start_j": float(total[0]),
                "end_j": float(total[-1]),
                "kinetic_max_j": float(self.energy.kinetic.max()),
                "drift": self.energy.drift,
                "contact_share": float(self.energy.contact.mean()),
            },
            "warnings": list(self.warnings),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any], energy: Energy) -> Summary:
        """The summary that `to_json` wrote, and the energies that it only summed up."""
        return cls(
            bodies=tuple((body["name"], body["mass_kg"]) for body in data["bodies"]),
            duration_s=data["duration_s"],
            fps=data["fps"],
            frames=data["frames"],
            energy=energy,
            warnings=tuple(data["warnings"]),
        )


@dataclass(frozen=True, slots=True)
class Recording:
    """A run in memory: the frames as computed, before any codec."""

    frames: Frames
    summary: Summary


def simulate(
    model: mujoco.MjModel | str,
    *,
    duration_s: float,
    fps: float = DEFAULT_FPS,
    on_chunk: Callable[[Chunk], None],
    budget_s: float = DEFAULT_BUDGET_S,
    clock: Callable[[], float] = time.monotonic,
) -> Summary:
    """Run a model and hand out its motion in chunks as it comes.

    The model is MJCF, or compiled; it starts from keyframe 0 if it has one. There are
    `round(duration_s * fps) + 1` frames, the first at time 0, of the bodies that can
    move. `budget_s` is of wall-clock time; it is looked at between frames.

    Raises:
        MjcfRefused: MuJoCo does not take the model.
        SimulationDiverged: a body's motion became infinite. Chunks before that were handed out.
        SimulationTooSlow: the budget ran out. Chunks before that were handed out.
        OutOfMemory: the contacts or constraints outgrew the model's memory.
    """
    run = _Run(_loaded(model), duration_s=duration_s, fps=fps)
    index = 0
    for frames in run.computed(budget_s, clock):
        for data in encode(frames):
            head = describe(data)
            on_chunk(Chunk(index, head.first, head.frames, head.t0_s, head.dt_s, data))
            index += 1
    return run.summary()


def record(
    model: mujoco.MjModel | str,
    *,
    duration_s: float,
    fps: float = DEFAULT_FPS,
    budget_s: float = DEFAULT_BUDGET_S,
    clock: Callable[[], float] = time.monotonic,
) -> Recording:
    """As `simulate`, but keeps the frames as they were computed instead of encoding them."""
    run = _Run(_loaded(model), duration_s=duration_s, fps=fps)
    frames = join(run.computed(budget_s, clock))
    return Recording(frames, run.summary())


def _loaded(model: mujoco.MjModel | str) -> mujoco.MjModel:
    return load_model(model) if isinstance(model, str) else model


class _Run:
    """One run: samples at the steps that frames need, frames made of samples."""

    def __init__(self, model: mujoco.MjModel, *, duration_s: float, fps: float) -> None:
        if not (duration_s > 0 and fps > 0):
            raise ValueError(f"a duration of {duration_s} s at {fps} frames a second")
        self.model = model
        self.data = mujoco.MjData(model)
        if model.nkey:
            mujoco.mj_resetDataKeyframe(model, self.data, 0)
        # Without this a blow-up would be recorded as a pile of NaN instead of being told.
        model.opt.disableflags &= ~int(mujoco.mjtDisableBit.mjDSBL_AUTORESET)
        self.start_s = float(self.data.time)
        self.bodies = moving_bodies(model)
        self.duration_s, self.fps = duration_s, fps
        self.count = round(duration_s * fps) + 1

        exact = np.arange(self.count) / (fps * model.opt.timestep)
        before = np.floor(exact + _SNAP).astype(np.int64)
        part = np.maximum(exact - before, 0.0)
        self.part: _Floats = np.where(part < _SNAP, 0.0, part)
        self.steps = np.union1d(before, before[self.part > 0] + 1)
        self.before = np.searchsorted(self.steps, before)
        self.after = np.searchsorted(self.steps, before + (self.part > 0))
        self.exact = len(self.steps) == self.count and not self.part.any()

        # RK4 leaves the poses of its last trial behind: there they are computed anew for a sample.
        self.late = model.opt.integrator != mujoco.mjtIntegrator.mjINT_RK4
        model.opt.enableflags |= int(mujoco.mjtEnableBit.mjENBL_ENERGY)
        self.gaps: list[int] = np.diff(self.steps, prepend=-int(self.late)).tolist()
        # When a number blows up the engine warns and starts anew from time 0: it falls behind.
        due = self.start_s + (self.steps + self.late - 0.5) * model.opt.timestep
        self.due_s: list[float] = due.tolist()

        # A view of consecutive rows copies several times faster than a choice of rows does, so all
        # from the first moving body to the last are sampled, and frames take those that move.
        self.rows = slice(
            int(self.bodies.min(initial=model.nbody)), int(self.bodies.max(initial=-1)) + 1
        )
        self.columns = self.bodies - self.rows.start
        # Poses are held for one chunk's worth of samples, those from `base` on; a long run of many
        # bodies would not fit in memory whole.
        self.base = 0
        self.position = np.empty((0, max(0, self.rows.stop - self.rows.start), 3))
        self.quaternion = np.empty((*self.position.shape[:2], 4))
        # Two numbers as bytes: a third of the time that writing them into an array takes.
        self.energy: list[bytes] = []
        self.contact = np.zeros(len(self.steps), bool)

    def computed(self, budget_s: float, clock: Callable[[], float]) -> Iterator[Frames]:
        """Compute the motion and hand out its frames, a chunk's worth at a time."""
        deadline = clock() + budget_s
        sampled = 0
        handler = mujoco.get_mju_user_warning()
        # Warnings are counted in the data; MuJoCo would also print them, and write a file.
        mujoco.set_mju_user_warning(_ignore)
        try:
            for start in range(0, self.count, CHUNK_FRAMES):
                frames = slice(start, min(start + CHUNK_FRAMES, self.count))
                until = int(self.after[frames.stop - 1]) + 1
                self._make_room(int(self.before[start]), sampled, until)
                if not self._sample(range(sampled, until), deadline, clock):
                    raise SimulationTooSlow(
                        self.data.time - self.start_s, self.duration_s, budget_s
                    )
                sampled = until
                yield self._frames(frames)
        except mujoco.FatalError as error:
            raise OutOfMemory(
                "The model's contacts and constraints outgrew its memory.",
                "Use fewer bodies in contact, or raise <size memory>.",
            ) from error
        finally:
            mujoco.set_mju_user_warning(handler)

    def _make_room(self, base: int, sampled: int, until: int) -> None:
        """Forget samples before `base`, keep those up to `sampled`, make room up to `until`."""
        kept = slice(base - self.base, sampled - self.base)
        position, quaternion = self.position[kept], self.quaternion[kept]
        bodies = position.shape[1]
        self.position = np.empty((until - base, bodies, 3))
        self.quaternion = np.empty((until - base, bodies, 4))
        self.position[: len(position)] = position
        self.quaternion[: len(quaternion)] = quaternion
        self.base = base

    def _sample(self, samples: range, deadline: float, clock: Callable[[], float]) -> bool:
        """Step up to these samples and fill them; false if the deadline passed."""
        model, data = self.model, self.data
        # Bound once: these are views of the engine's own memory, and attribute look-ups on
        # MjData cost as much as a step of a small model.
        step, step1, late = mujoco.mj_step, mujoco.mj_step1, self.late
        position, quaternion = data.xpos[self.rows], data.xquat[self.rows]
        energy, note_energy = data.energy, self.energy.append
        positions, quaternions = self.position, self.quaternion
        gaps, due_s, base = self.gaps, self.due_s, self.base
        for sample in samples:
            if gap := gaps[sample]:
                step(model, data, gap)
            if not late:
                step1(model, data)
            if data.time < due_s[sample]:
                raise self._diverged(sample)
            positions[sample - base] = position
            quaternions[sample - base] = quaternion
            note_energy(energy.tobytes())
            # The engine keeps the largest number of contacts: set back here, it is that of the
            # steps since the last sample. Those of this very instant count for both.
            if data.maxuse_con:
                self.contact[sample] = True
                data.maxuse_con = data.ncon
            if clock() > deadline:
                return False
        return True

    def _diverged(self, sample: int) -> SimulationDiverged:
        """What happened, by the engine's own account, on the way to this sample."""
        model = self.model
        good_s = float(self.steps[max(sample - 1, 0)]) * model.opt.timestep
        for kind in _DIVERGED:
            warning = self.data.warning[kind]
            if warning.number == 0:
                continue
            # It names a coordinate: of the state, or of its velocity.
            if kind == mujoco.mjtWarning.mjWARN_BADQPOS:
                joint = int(np.searchsorted(model.jnt_qposadr, warning.lastinfo, "right")) - 1
                return SimulationDiverged(body_name(model, int(model.jnt_bodyid[joint])), good_s)
            body = int(model.dof_bodyid[warning.lastinfo])
            return SimulationDiverged(body_name(model, body), good_s)
        return SimulationDiverged("the model", good_s)

    def _frames(self, frames: slice) -> Frames:
        if self.exact:
            # A sample a frame, and the room is made anew for each chunk: nothing to copy.
            position, quaternion = self.position, self.quaternion
        else:
            before, after = self.before[frames] - self.base, self.after[frames] - self.base
            part = self.part[frames, None, None]
            position, quaternion = self.position[before], self.quaternion[before]
            position += part * (self.position[after] - position)
            later = self.quaternion[after]
            same_side = np.einsum("fbc,fbc->fb", quaternion, later)[..., None] >= 0
            quaternion += part * (np.where(same_side, later, -later) - quaternion)
            quaternion /= np.linalg.norm(quaternion, axis=-1, keepdims=True)
        if len(self.columns) < position.shape[1]:
            position, quaternion = position[:, self.columns], quaternion[:, self.columns]
        return Frames(
            position,
            quaternion,
            t0_s=frames.start / self.fps,
            dt_s=1 / self.fps,
            first=frames.start,
        )

    def summary(self) -> Summary:
        """What the run was; all of its frames have been computed."""
        model = self.model
        energy = np.frombuffer(b"".join(self.energy)).reshape(-1, 2)
        before, after = energy[self.before], energy[self.after]
        potential, kinetic = (before + self.part[:, None] * (after - before)).T
        touched = np.concatenate([[0], np.cumsum(self.contact)])
        since = np.concatenate([[0], self.after[:-1] + 1])
        return Summary(
            bodies=tuple((body_name(model, b), float(model.body_mass[b])) for b in self.bodies),
            duration_s=self.duration_s,
            fps=self.fps,
            frames=self.count,
            energy=Energy(kinetic, potential, touched[self.after + 1] > touched[since]),
            warnings=tuple(text for kind, text in _NOTED.items() if self.data.warning[kind].number),
        )


def _ignore(_text: str) -> None:
    """A handler for warnings that are counted elsewhere."""
