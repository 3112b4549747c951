"""Bytes and time of the chunk codec against JSON and float32, for 100 bodies."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import orjson

from physics.simulate import record
from shared.frames import Frames, decode, encode, join

from .bench_simulate import FLOOR, chain
from .harness import Ratio, fastest, table

DURATION_S = 10.0


def bouncing() -> str:
    """100 balls in the plane that bounce without loss between walls: nothing ever rests."""
    bounce = 'solref="-5000 -1"'
    walls = "".join(
        f'<geom type="plane" size="9 9 1" {place} {bounce}/>'
        for place in (
            'pos="0 0 0"',
            'pos="-3 0 0" zaxis="1 0 0"',
            'pos="3 0 0" zaxis="-1 0 0"',
            'pos="0 0 6" zaxis="0 0 -1"',
        )
    )
    bodies = "".join(
        f'<body pos="{0.5 * (i % 10) - 2.3} 0 {0.4 + 0.5 * (i // 10)}">'
        '<joint type="slide" axis="1 0 0"/><joint type="slide" axis="0 0 1"/>'
        f'<joint type="hinge" axis="0 -1 0"/><geom size="0.1" {bounce}/></body>'
        for i in range(100)
    )
    velocity = " ".join(f"{v:.3f}" for v in np.random.default_rng(2).normal(0, 2, 300))
    return (
        '<mujoco><option timestep="0.00052083333333333" integrator="implicitfast"/>'
        f"<worldbody>{walls}{bodies}</worldbody>"
        f'<keyframe><key qvel="{velocity}"/></keyframe></mujoco>'
    )


def swinging() -> str:
    """20 five-link pendulums: chaos without contact."""
    one = chain(5).split("<worldbody>")[1].split("</worldbody>")[0]
    many = "".join(f'<frame pos="{i} 0 0">{one}</frame>' for i in range(20))
    angles = " ".join(f"{a:.3f}" for a in np.random.default_rng(2).normal(0, 1, 100))
    return (
        '<mujoco><option timestep="0.0020833333333333" integrator="RK4"/>'
        f"<worldbody>{many}</worldbody>"
        f'<keyframe><key qpos="{angles}"/></keyframe></mujoco>'
    )


def settling() -> str:
    """100 boxes in space that fall crookedly on a heap and come to rest."""
    rng = np.random.default_rng(3)
    bodies = ""
    for i in range(100):
        dx, dy = rng.uniform(-0.03, 0.03, 2)
        x, y = 0.3 * (i % 5) - 0.6 + dx, 0.3 * (i // 5 % 5) - 0.6 + dy
        a, b = rng.uniform(-20, 20, 2)
        bodies += (
            f'<body pos="{x:.3f} {y:.3f} {0.2 + 0.35 * (i // 25)}" euler="{a:.1f} {b:.1f} 0">'
            '<freejoint/><geom type="box" size="0.1 0.1 0.1"/></body>'
        )
    return (
        '<mujoco><option timestep="0.0020833333333333"/>'
        f"<worldbody>{FLOOR}{bodies}</worldbody></mujoco>"
    )


def as_dicts(frames: Frames) -> list[bytes]:
    """Each frame as JSON, the way an API would send it: a dict a body."""
    return [
        orjson.dumps({"t": t, "bodies": [
            {"position": p, "quaternion": q} for p, q in zip(position, quaternion, strict=True)
        ]})
        for t, position, quaternion in zip(
            frames.times_s.tolist(), frames.position.tolist(), frames.quaternion.tolist(),
            strict=True,
        )
    ]  # fmt: skip


def errors(frames: Frames, chunks: list[bytes]) -> tuple[float, float]:
    """The largest distance in mm and angle in degrees between decoded and recorded poses."""
    back = join(map(decode, chunks))
    distance = np.linalg.norm(back.position.astype(float) - frames.position, axis=-1).max()
    p, q = back.quaternion.astype(float), frames.quaternion
    p = p / np.linalg.norm(p, axis=-1, keepdims=True)
    chord = np.minimum(np.linalg.norm(p - q, axis=-1), np.linalg.norm(p + q, axis=-1))
    return 1e3 * float(distance), math.degrees(4 * float(np.arcsin(chord.max() / 2)))


def compare(
    name: str, model: Callable[[], str], of_json: float, of_float32: float, far_m: float = 0.0
) -> list[Ratio]:
    """Sizes against both, encoding time against orjson, and what the decoded bytes are off."""
    frames = record(model(), duration_s=DURATION_S).frames
    if far_m:
        frames = Frames(frames.position + np.array([far_m, 0.0, 0.0]), frames.quaternion)
    chunks = encode(frames)
    size = sum(map(len, chunks)) / len(frames)
    json_size = sum(map(len, as_dicts(frames))) / len(frames)
    raw_size = 4.0 * 7 * frames.bodies
    distance_mm, angle_deg = errors(frames, chunks)
    timed: list[Callable[[], Any]] = [lambda: encode(frames), lambda: as_dicts(frames)]
    ours, theirs = (1e6 * seconds / len(frames) for seconds in fastest(*timed, rounds=7))
    return [
        Ratio(f"{name}: of JSON", size, json_size, "B/frame", json_size / size, f">= {of_json}"),
        Ratio(f"{name}: of float32", size, raw_size, "B/frame", raw_size / size,
              f">= {of_float32}"),
        Ratio(f"{name}: encoding, of orjson of dicts", ours, theirs, "µs/frame", ours / theirs,
              "<= 0.5"),
        Ratio(f"{name}: distance off", distance_mm, 0.1, "mm", distance_mm / 0.1, "<= 1"),
        Ratio(f"{name}: angle off", angle_deg, 0.1, "degrees", angle_deg / 0.1, "<= 1"),
    ]  # fmt: skip


def rows() -> list[Ratio]:
    """All comparisons."""
    return [
        *compare("bouncing", bouncing, 40, 10),
        *compare("swinging, 80 m away", swinging, 40, 10, far_m=80.0),
        *compare("settling", settling, 190, 34),
    ]


def main() -> str:
    """The table."""
    return table("Frames of 100 bodies: how many times smaller, and the time it takes", rows())
