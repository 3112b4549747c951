"""How large and how heavy each thing is: as said, or by the rules for what is left unsaid."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from scenes import geometry as geo
from scenes.geometry import Vec

from .description import MOVING_KINDS, Description, Thing, ThingKind

HEAVIEST_KG = 1.0
"""What the largest body weighs where no mass is said; the rest have its density."""

_RADIUS_M: dict[ThingKind, float] = {"ball": 0.15, "wheel": 0.2, "pulley": 0.15}
_SIZE_M: dict[ThingKind, tuple[float, float]] = {
    "box": (0.4, 0.4),
    "cart": (0.8, 0.25),
    "plank": (3.0, 0.1),
    "rod": (1.0, 0.03),
    "table": (2.0, 1.0),
    "wall": (0.1, 1.2),
    "ceiling": (1.0, 0.1),
    "fulcrum": (0.4, 0.5),
    "pin": (0.3, 0.3),
    "roller": (0.3, 0.3),
}
RAMP_LENGTH_M = 3.0
RAMP_ANGLE = math.radians(30)
WHEEL_PART = 0.1
"""Radius of a cart's wheel, as a part of the cart's length."""


@dataclass(slots=True)
class Spot:
    """A thing with its size in metres, its mass in kg, and once it is placed, its centre and angle.

    A ramp's `position` is its upright side's foot; it falls off to the right by `angle`.
    """

    thing: Thing
    radius: float = 0.0
    width: float = 0.0
    height: float = 0.0
    mass: float = 0.0
    position: Vec | None = None
    angle: float = 0.0

    @property
    def id(self) -> str:
        """The thing's id."""
        return self.thing.id

    @property
    def at(self) -> Vec:
        """Where it was placed."""
        if self.position is None:
            raise AssertionError(f"{self.id} has no place yet")
        return self.position

    @property
    def half_width(self) -> float:
        """From its centre to its side; of what lies on a slope, along the slope."""
        return self.radius or self.width / 2

    @property
    def half_height(self) -> float:
        """From its centre to what it rests on."""
        return self.radius or self.height / 2

    @property
    def area(self) -> float:
        """What it covers of the page, m²."""
        return math.pi * self.radius**2 if self.radius else self.width * self.height

    @property
    def clearance(self) -> float:
        """How far under a cart's box its wheels reach; 0 of anything else."""
        return 1.5 * self.wheel_radius

    @property
    def wheel_radius(self) -> float:
        """The radius of a cart's wheels."""
        if self.thing.kind != "cart":
            return 0.0
        return self.thing.radius_m or WHEEL_PART * self.width

    @property
    def up(self) -> Vec:
        """Away from what it rests on."""
        return geo.direction(self.angle + math.pi / 2)

    def place(self, along: float, above: float) -> Vec:
        """A point fixed to it, from its centre."""
        return geo.add(self.at, geo.turn((along, above), self.angle))


def size_up(description: Description) -> dict[str, Spot]:
    """Every thing with its size and mass."""
    spots = {thing.id: _sized(thing) for thing in description.things}
    _weigh([spot for spot in spots.values() if spot.thing.kind in MOVING_KINDS])
    for spot in spots.values():
        if spot.thing.kind == "pulley":
            spot.mass = spot.thing.mass_kg or 0.0
    return spots


def _sized(thing: Thing) -> Spot:
    if thing.kind in _RADIUS_M:
        radius = thing.radius_m or (thing.width_m or thing.height_m or 0.0) / 2
        return Spot(thing, radius=radius or _RADIUS_M[thing.kind])
    if thing.kind == "ramp":
        return _sized_ramp(thing)
    width, height = _SIZE_M.get(thing.kind, (0.0, 0.0))
    if thing.kind == "box" and (thing.width_m is None) != (thing.height_m is None):
        width = height = thing.width_m or thing.height_m or width
    if thing.kind == "cart" and thing.radius_m:
        # A cart is as long as suits its wheels.
        width, height = thing.radius_m / WHEEL_PART, height / width * thing.radius_m / WHEEL_PART
    spot = Spot(thing, width=thing.width_m or width, height=thing.height_m or height)
    if thing.kind == "plank":
        spot.height = thing.height_m or spot.width / 30
    return spot


def _sized_ramp(thing: Thing) -> Spot:
    """Two of slope, length along the slope and height make the third."""
    angle = math.radians(thing.angle_deg) if thing.angle_deg is not None else None
    length, height = thing.width_m, thing.height_m
    if angle is None and length and height and height < length:
        angle = math.asin(height / length)
    angle = RAMP_ANGLE if angle is None else min(max(abs(angle), 0.01), 1.5)
    if length is None:
        length = height / math.sin(angle) if height else RAMP_LENGTH_M
    return Spot(thing, width=length * math.cos(angle), height=length * math.sin(angle), angle=angle)


def _weigh(spots: Iterable[Spot]) -> None:
    spots = list(spots)
    said = [spot for spot in spots if spot.thing.mass_kg is not None]
    largest = max(said or spots, key=lambda spot: spot.area, default=None)
    if largest is None:
        return
    density = (largest.thing.mass_kg or HEAVIEST_KG) / largest.area
    for spot in spots:
        spot.mass = spot.thing.mass_kg or density * spot.area
