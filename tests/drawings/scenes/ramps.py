"""Things on slopes."""

from __future__ import annotations

import numpy as np

from .. import marks, textbook
from ..hand import Points
from ..plan import Mark, Plan
from ..wording import say

ANGLES_DEG = (15, 20, 22, 25, 28, 30, 33, 35, 37, 40)
MASSES_KG = (0.5, 1, 1.5, 2, 3, 4, 5, 8, 10)


class Slope:
    """A ramp on the ground with its angle written on it; `angle` is the stated one, in radians.

    `at(share)` is a point of the slope, 0 at its toe; `out` points away from it and `down` along
    it. The drawn slope may be a few degrees off the stated one: labels win.
    """

    def __init__(self, plan: Plan, *, line: bool = False, stated_deg: float | None = None) -> None:
        rng = plan.rng
        self.plan = plan
        degrees = float(rng.choice(ANGLES_DEG)) if stated_deg is None else stated_deg
        self.angle = float(np.radians(degrees))
        self.drawn = self.angle
        if rng.random() < 0.3:
            self.drawn += float(np.radians(rng.uniform(-4, 4)))
        self.to = int(rng.choice([-1, 1]))
        self.run = rng.uniform(6.0, 9.0)
        self.toe = np.zeros(2)
        self.up = np.array([self.to * np.cos(self.drawn), np.sin(self.drawn)])
        self.out = np.array([-self.to * np.sin(self.drawn), np.cos(self.drawn)])
        self.length = self.run / np.cos(self.drawn)
        beyond = rng.uniform(0.4, 2.0, 2)
        ends = [
            np.array([-self.to * beyond[0], 0]),
            np.array([self.to * (self.run + beyond[1]), 0]),
        ]
        if rng.random() < 0.5:
            ends.reverse()
        self.floor = marks.surface(plan, ends[0], ends[1], hatched=bool(rng.random() < 0.8))
        if line:
            self.ramp = marks.ramp_line(plan, self.toe, self.run, self.drawn, to=self.to)
        else:
            base = bool(rng.random() < 0.6)
            self.ramp = marks.ramp_triangle(
                plan, self.toe, self.run, self.drawn, to=self.to, base=base
            )
        plan.join("contact", self.floor, self.ramp)
        self._label_angle()

    def _label_angle(self) -> None:
        rng = self.plan.rng
        start, end = (0.0, self.drawn) if self.to == 1 else (np.pi, np.pi - self.drawn)
        written = say(rng, "angle", self.angle)
        radius = rng.uniform(1.3, 2.2)
        bisector = (start + end) / 2
        beside = [
            (radius + 0.5 + k) * np.array([np.cos(bisector), np.sin(bisector)])
            for k in (0.0, 0.4, 0.8, 1.2)
        ]
        if rng.random() < 0.65:
            arc = marks.angle_arc(self.plan, self.toe, radius, start, end)
            self.plan.label(arc, written, "angle", self.angle, "rad", near=[*arc.outline, *beside])
        else:
            self.plan.label(self.ramp, written, "angle", self.angle, "rad", near=beside)

    @property
    def down_deg(self) -> float:
        """The direction down the slope, in degrees counter-clockwise from +x, as stated."""
        degrees = float(np.degrees(self.angle))
        return -degrees if self.to == -1 else 180 + degrees

    def at(self, share: float) -> Points:
        """A point of the slope, 0 at its toe and 1 at its top."""
        return np.asarray(self.toe + self.up * self.length * share)

    def box(self, share: float, width: float, height: float, *, name: str = "block") -> Mark:
        """A box that stands on the slope."""
        centre = self.at(share) + self.out * height / 2
        mark = marks.box(self.plan, centre, width, height, self.to * self.drawn, name=name)
        self.plan.join("contact", self.ramp, mark)
        return mark

    def ball(self, share: float, radius: float, *, name: str = "ball") -> Mark:
        """A ball that lies on the slope."""
        centre = self.at(share) + self.out * radius
        mark = marks.ball(self.plan, centre, radius, name=name)
        self.plan.join("contact", self.ramp, mark)
        return mark

    def label_friction(self, friction: float, block: Mark) -> None:
        """Write a coefficient of friction: on the ramp, below the slope, or by the block."""
        rng, plan = self.plan.rng, self.plan
        text = say(rng, "friction", friction)
        if self.ramp.closed and rng.random() < 0.6:
            inner = self.ramp.outline.mean(0)
            plan.label(self.ramp, text, "friction", friction, "", near=[inner])
        else:
            near = [self.at(s) + self.out * 0.2 for s in (0.2, 0.3, 0.85, 0.95)]
            plan.label(self.ramp, text, "friction", friction, "", near=near)

    def label_mass(self, body: Mark) -> float:
        """Write a mass in or beside a body; returns it."""
        rng = self.plan.rng
        mass = float(rng.choice(MASSES_KG))
        inside = body.kind == "box" and rng.random() < 0.2
        self.plan.label(body, say(rng, "mass", mass), "mass", mass, "kg", inside=bool(inside))
        return mass

    def expect_acceleration(self, body: Mark, share: float, size: float, value: float) -> None:
        """Hold the body to an acceleration down the slope, for as long as it stays on it."""
        room = self.length * share - size

        def window(metres_per_unit: float) -> list[float]:
            lasts = 0.8 * float(np.sqrt(2 * room * metres_per_unit / value))
            return [0.05, min(0.4, lasts)]

        self.plan.expect("accel", body, value=value, tol=0.03, dir=self.down_deg, t=window)


def block_on_ramp(plan: Plan, *, line: bool = False) -> None:
    """A block that slides down a ramp."""
    rng = plan.rng
    slope = Slope(plan, line=line)
    share = rng.uniform(0.5, 0.72)
    height = rng.uniform(0.9, 1.6)
    width = height * rng.uniform(1.0, 1.7)
    block = slope.box(share, width, height)
    if rng.random() < 0.1:
        friction = textbook.ICE_FRICTION
        plan.label(slope.ramp, "ice", "word", None, "", near=[slope.at(0.3) + slope.out * 0.3])
    else:
        highest = np.tan(slope.angle) - 0.1
        friction = float(
            rng.choice([f for f in (0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3) if f < highest])
        )
        slope.label_friction(friction, block)
    if rng.random() < 0.7:
        slope.label_mass(block)
    acceleration = textbook.slide_acceleration(slope.angle, friction)
    slope.expect_acceleration(block, share, width / 2, acceleration)


def block_on_sloping_line(plan: Plan) -> None:
    """A block on a ramp that is one line from the ground."""
    block_on_ramp(plan, line=True)


def block_held_on_ramp(plan: Plan) -> None:
    """A block that friction holds: as stated, or the 0.6 of a drawing that says nothing."""
    rng = plan.rng
    slope = Slope(
        plan, line=bool(rng.random() < 0.3), stated_deg=float(rng.choice([10, 15, 20, 25]))
    )
    height = rng.uniform(0.9, 1.4)
    block = slope.box(rng.uniform(0.4, 0.7), height * rng.uniform(1.2, 1.8), height)
    if rng.random() < 0.5:
        slope.label_friction(float(rng.choice([0.6, 0.7, 0.8])), block)
    if rng.random() < 0.6:
        slope.label_mass(block)
    plan.expect("wander", [block], lo=0, hi=0.05, t=[0, 10])
    plan.expect("tilt", [block], lo=0, hi=3, t=[0, 10])


def ball_on_ramp(plan: Plan) -> None:
    """A ball that rolls down a ramp."""
    rng = plan.rng
    slope = Slope(plan, line=bool(rng.random() < 0.35))
    share, radius = rng.uniform(0.55, 0.85), rng.uniform(0.4, 0.8)
    ball = slope.ball(share, radius)
    if rng.random() < 0.6:
        slope.label_mass(ball)
    acceleration = textbook.roll_acceleration(slope.angle)
    slope.expect_acceleration(ball, share, radius, acceleration)


def block_on_ramp_with_spring(plan: Plan) -> None:
    """A block on a smooth ramp, held by a spring to a stop at the top."""
    rng = plan.rng
    slope = Slope(plan)
    height = rng.uniform(1.0, 1.4)
    width = height * rng.uniform(1.1, 1.5)
    share = rng.uniform(0.38, 0.48)
    block = slope.box(share, width, height)
    middle = slope.out * height * 0.5
    stop_foot = slope.at(0.96)
    stop = marks.surface(
        plan, stop_foot, stop_foot + slope.out * height * 1.3, slope.up, kind="support", name="stop"
    )
    spring = marks.spring(
        plan, stop_foot + middle, slope.at(share) + slope.up * width / 2 + middle, width=0.45
    )
    plan.join("spring", stop, block, spring)
    mass = float(rng.choice([0.5, 1, 2, 3]))
    stiffness = float(rng.choice([40, 50, 60, 80, 100])) * mass
    plan.label(block, say(rng, "mass", mass, unit="kg"), "mass", mass, "kg")
    plan.label(spring, say(rng, "stiffness", stiffness), "stiffness", stiffness, "N/m")
    slope.label_friction(0.0, block)
    period = textbook.spring_period(mass, stiffness)
    plan.expect("period", block, value=period, tol=0.02, dir=slope.down_deg, t=[0, 8])
