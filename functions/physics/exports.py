"""A trajectory as text, for spreadsheets and scripts: CSV and JSON, in pieces as chunks are read.

SI units. Each body has its place and angle in the plane first (x to the right, z up, the angle
counter-clockwise in radians, going on past a full turn), then the rest of its pose.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from shared.frames import Frames

from .energy import Energy
from .measures import planar_angle

COLUMNS = ("x_m", "z_m", "angle_rad", "y_m", "qw", "qx", "qy", "qz")
"""What is told of each body; the quaternion is unit, scalar first."""

ENERGY_COLUMNS = ("kinetic_j", "potential_j", "total_j")

_DECIMALS = 5
"""A hundredth of a millimetre, and of what the frames hold; times have one more."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_csv(
    parts: Iterable[Frames], bodies: Sequence[str], energy: Energy | None = None
) -> Iterator[str]:
    """A line of names, then a line a frame: `time_s`, `ball.x_m`, ..., and the energies.

    Args:
        parts: consecutive frames, such as decoded chunks.
        bodies: the names of the frames' bodies.
    """
    line = io.StringIO()
    names = [f"{_safe(body)}.{column}" for body in bodies for column in COLUMNS]
    energies = ENERGY_COLUMNS if energy is not None else ()
    csv.writer(line).writerow(["time_s", *names, *energies])
    yield line.getvalue()
    numbers = len(names)
    row = "%.6f" + f",%.{_DECIMALS}f" * numbers + ",%.6g" * len(energies) + "\r\n"
    for first, frames, table in _tables(parts):
        flat = table.reshape(len(frames), numbers)
        columns = [frames.times_s[:, None], flat]
        if energy is not None:
            rows = slice(first, first + len(frames))
            columns.append(
                np.stack([energy.kinetic[rows], energy.potential[rows], energy.total[rows]], axis=1)
            )
        yield "".join(row % tuple(values) for values in np.hstack(columns).tolist())


def write_json(
    parts: Iterable[Frames], bodies: Sequence[str], energy: Energy | None = None
) -> Iterator[str]:
    """An object: `bodies` and `columns` (names), `frames` (`t` and, for each body, its columns'
    values), `energy` (`kinetic_j`, `potential_j`, and `contact`, a value a frame).

    Args:
        parts: consecutive frames, such as decoded chunks.
        bodies: the names of the frames' bodies.
    """
    head: dict[str, Any] = {"bodies": list(bodies), "columns": COLUMNS}
    if energy is not None:
        told = energy.to_json()
        head["energy"] = {
            "kinetic_j": told["kinetic"],
            "potential_j": told["potential"],
            "contact": told["contact"],
        }
    yield json.dumps(head)[:-1] + ', "frames": ['
    separator = "\n"
    for _, frames, table in _tables(parts):
        times = np.round(frames.times_s, 6).tolist()
        poses = np.round(table, _DECIMALS).tolist()
        rows = (json.dumps({"t": t, "poses": pose}) for t, pose in zip(times, poses, strict=True))
        yield separator + ",\n".join(rows)
        separator = ",\n"
    yield "\n]}\n"


def _tables(
    parts: Iterable[Frames],
) -> Iterator[tuple[int, Frames, npt.NDArray[np.float64]]]:
    """Each part with the place of its first frame and its values, (frames, bodies, columns)."""
    first = 0
    turned: npt.NDArray[np.float64] | None = None
    for frames in parts:
        angle = planar_angle(frames.quaternion)
        # Angles go on from part to part.
        if turned is not None:
            angle = np.unwrap(np.concatenate([turned[None], angle]), axis=0)[1:]
        else:
            angle = np.unwrap(angle, axis=0)
        turned = angle[-1]
        x, y, z = np.moveaxis(frames.position.astype(np.float64), -1, 0)
        table = np.concatenate(
            [np.stack([x, z, angle, y], axis=-1), frames.quaternion.astype(np.float64)], axis=-1
        )
        # Minus zero is nobody's place.
        yield first, frames, np.where(np.abs(table) < 10**-_DECIMALS / 2, 0.0, table)
        first += len(frames)


def _safe(name: str) -> str:
    """A name no spreadsheet takes for a formula."""
    return f"'{name}" if name.startswith(_FORMULA) else name
