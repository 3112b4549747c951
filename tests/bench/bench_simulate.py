"""Simulating and recording at 60 fps against C: one `mj_step(nstep=)` over the same time."""

from __future__ import annotations

from itertools import repeat

import mujoco

from physics.model import load_model
from physics.simulate import record, simulate

from .harness import Ratio, fastest, table

DURATION_S = 10.0
STEP = 'timestep="0.0020833333333333333"'
"""1/480 s: eight steps a frame."""

FLOOR = '<geom type="plane" size="9 9 1"/>'


def balls(count: int) -> str:
    """Balls that fall on a floor and on one another."""
    bodies = "".join(
        f'<body pos="{0.15 * (i % 3)} {0.15 * (i // 3 % 3)} {0.3 + 0.15 * i}">'
        '<freejoint/><geom size="0.1"/></body>'
        for i in range(count)
    )
    return f"<mujoco><option {STEP}/><worldbody>{FLOOR}{bodies}</worldbody></mujoco>"


def boxes(count: int) -> str:
    """Boxes that fall into loose stacks."""
    bodies = "".join(
        f'<body pos="{0.3 * (i % 5)} {0.3 * (i // 5 % 5)} {0.15 + 0.25 * (i // 25)}">'
        '<freejoint/><geom type="box" size="0.1 0.1 0.1"/></body>'
        for i in range(count)
    )
    return f"<mujoco><option {STEP}/><worldbody>{FLOOR}{bodies}</worldbody></mujoco>"


def chain(links: int, option: str = STEP) -> str:
    """A pendulum of links, let go to one side."""
    start = "".join(
        f'<body pos="0 0 {-0.5 if i else 3}"><joint axis="0 1 0"/><geom type="capsule" size="0.03" '
        'fromto="0 0 0 0 0 -0.5" contype="0" conaffinity="0"/>'
        for i in range(links)
    )
    key = " ".join(["1", *repeat("0", links - 1)])
    return (
        f"<mujoco><option {option}/><worldbody>{start}{'</body>' * links}</worldbody>"
        f'<keyframe><key qpos="{key}"/></keyframe></mujoco>'
    )


def compare(name: str, xml: str, goal: str, duration_s: float, rounds: int) -> list[Ratio]:
    """Recording alone, and with the chunk codec."""
    model = load_model(xml)
    steps = round(duration_s / model.opt.timestep)

    def in_c() -> None:
        data = mujoco.MjData(model)
        if model.nkey:
            mujoco.mj_resetDataKeyframe(model, data, 0)
        mujoco.mj_step(model, data, nstep=steps)

    theirs, ours, encoded = fastest(
        in_c,
        lambda: record(model, duration_s=duration_s),
        lambda: simulate(model, duration_s=duration_s, on_chunk=lambda _: None),
        rounds=rounds,
    )
    frames = duration_s * 60
    return [
        Ratio(f"{name}, recorded", ours / frames * 1e6, theirs / frames * 1e6, "µs/frame",
              theirs / ours, goal),
        Ratio(f"{name}, recorded and encoded", encoded / frames * 1e6, theirs / frames * 1e6,
              "µs/frame", theirs / encoded, ">= 0"),
    ]  # fmt: skip


def rows() -> list[Ratio]:
    """All comparisons."""
    return [
        *compare("10 balls", balls(10), ">= 0.85", DURATION_S, 15),
        *compare("5-link pendulum", chain(5), ">= 0.85", DURATION_S, 25),
        *compare("5-link pendulum, RK4", chain(5, f'{STEP} integrator="RK4"'), ">= 0.85",
                 DURATION_S, 15),
        *compare("5-link pendulum, 2 ms (interpolated)", chain(5, 'timestep="0.002"'), ">= 0",
                 DURATION_S, 15),
        *compare("100 boxes", boxes(100), ">= 0.95", 2.0, 7),
    ]  # fmt: skip


def main() -> str:
    """The table."""
    return table("Simulate at 60 fps: C's time over ours", rows())
