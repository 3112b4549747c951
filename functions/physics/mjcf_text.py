"""How numbers, points and angles of a planar scene are written in MJCF."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from scenes.geometry import Vec

_NOISE = 1e-14
"""What is smaller is a rounding error of what should be zero."""


def number(value: float) -> str:
    """Short enough to read, and exact to a tenth of a micrometre over a kilometre."""
    return f"{value:.10g}" if abs(value) > _NOISE else "0"


def point(at: Vec) -> str:
    """x and z in space; y is 0."""
    return f"{number(at[0])} 0 {number(at[1])}"


def set_angle(element: ET.Element, angle: float) -> None:
    """Turn an element counter-clockwise as seen from the front, which is about -y."""
    if abs(angle) > _NOISE:
        element.set("euler", f"0 {number(-angle)} 0")
