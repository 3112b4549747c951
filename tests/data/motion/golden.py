"""Writes the golden chunks of the page's decoder: `python -m tests.data.motion.golden`.

Each case is a stream (`.sgfs`) and what `shared.frames` decodes from it: positions, then
quaternions, chunk after chunk, as raw little-endian float32 (`.f32`). Each run in `runs` is a model
(`.xml`) and its motion as the service records it (`.sgfs`): the four examples, and a double
pendulum let go from above the horizontal, which is chaotic.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from shared.frames import Frames, decode, encode, read_stream, write_stream

FOLDER = Path(__file__).parent
RUNS = FOLDER / "runs"
_EXAMPLES = FOLDER.parent / "examples"
_SEED = 20

_CHAOS_S = 40.0
"""Long enough for the last bits, which compilers round differently, to grow to what can be seen."""

_DOUBLE_PENDULUM = """<mujoco model="double pendulum">
  <option integrator="RK4" timestep="0.00083333333333333"/>
  <default><geom contype="0" conaffinity="0"/></default>
  <worldbody>
    <body name="upper" pos="0 0 0">
      <joint name="top" type="hinge" axis="0 -1 0"/>
      <geom name="upper" type="capsule" fromto="0 0 0 0 0 -1" size="0.03"/>
      <body name="lower" pos="0 0 -1">
        <joint name="middle" type="hinge" axis="0 -1 0"/>
        <geom name="lower" type="capsule" fromto="0 0 0 0 0 -1" size="0.03"/>
      </body>
    </body>
  </worldbody>
  <keyframe><key name="start" qpos="2.4 0.6"/></keyframe>
</mujoco>
"""

_Floats = npt.NDArray[np.float64]


def cases() -> Mapping[str, Frames]:
    """Motion that uses each part of the format."""
    rng = np.random.default_rng(_SEED)
    time = np.arange(70)[:, None] / 60
    phase = rng.uniform(0, 6, 5)
    planar = np.stack([np.sin(3 * time + phase), 0 * (time + phase), np.cos(2 * time + phase)], -1)
    turning = _about_y(phase + 9 * time)
    spatial = np.cumsum(rng.normal(0, 0.01, (40, 3, 3)), axis=0)
    tumbling = rng.normal(0, 0.03, (40, 3, 4)).cumsum(axis=0) + rng.normal(0, 1, (3, 4))
    tumbling /= np.linalg.norm(tumbling, axis=-1, keepdims=True)
    thrown = np.zeros((33, 2, 3))
    thrown[:, 0, 0] = 1e4 * np.arange(33) ** 2
    thrown[:, 1, 2] = rng.normal(0, 300, 33)
    return {
        "planar": Frames(planar, turning),
        "spatial": Frames(spatial, tumbling, t0_s=1.5, dt_s=1 / 30, first=90),
        "far": Frames(thrown, _about_y(np.zeros((33, 2)))),
        "still": Frames(np.zeros((3, 4, 3)), _about_y(np.zeros((3, 4)))),
        "single": Frames(planar[:1], turning[:1], first=7),
        "nobody": Frames(np.zeros((2, 0, 3)), np.zeros((2, 0, 4))),
    }


def _about_y(angle: _Floats) -> _Floats:
    quaternion = np.zeros((*angle.shape, 4))
    quaternion[..., 0], quaternion[..., 2] = np.cos(angle / 2), np.sin(angle / 2)
    return quaternion


def decoded(stream: bytes) -> bytes:
    """What is expected of a stream."""
    _, chunks = read_stream(stream)
    parts = [decode(chunk) for chunk in chunks]
    return b"".join(
        array.astype("<f4").tobytes()
        for part in parts
        for array in (part.position, part.quaternion)
    )


def models() -> dict[str, str]:
    """The models of the runs, MJCF by name."""
    from physics.mjcf import write_mjcf
    from scenes.from_analysis import build_scene
    from vision.analysis import Analysis

    found = {"double_pendulum": _DOUBLE_PENDULUM}
    for file in sorted(_EXAMPLES.glob("*.json")):
        truth = json.loads(file.read_text("utf-8"))
        scene, _ = build_scene(Analysis.from_json(truth["analysis"]))
        found[file.stem] = write_mjcf(scene)
    return found


def write() -> None:
    """All cases and runs, anew."""
    from physics.header import describe_model
    from physics.model import load_model
    from physics.simulate import record
    from scenes.scene import DEFAULT_DURATION_S

    RUNS.mkdir(exist_ok=True)
    for name, model_xml in models().items():
        model = load_model(model_xml)
        duration_s = _CHAOS_S if model_xml is _DOUBLE_PENDULUM else DEFAULT_DURATION_S
        header = describe_model(model, duration_s=duration_s, fps=60)
        frames = record(model, duration_s=duration_s).frames
        (RUNS / f"{name}.xml").write_text(model_xml, "utf-8")
        (RUNS / f"{name}.sgfs").write_bytes(b"".join(write_stream(header, encode(frames))))
    for name, frames in cases().items():
        stream = b"".join(write_stream({"name": name}, encode(frames)))
        (FOLDER / f"{name}.sgfs").write_bytes(stream)
        (FOLDER / f"{name}.f32").write_bytes(decoded(stream))


if __name__ == "__main__":
    write()
