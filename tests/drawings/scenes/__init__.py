"""The scenes: each is a function that fills a plan, its choices drawn from the plan's own seed."""

from __future__ import annotations

from collections.abc import Callable

from ..plan import Plan
from . import falls, flights, machines, pendulums, ramps, ropes, springs, stacks

Scene = Callable[[Plan], None]

SCENES: dict[str, Scene] = {
    "pendulum": pendulums.pendulum,
    "pendulum_with_pivot": pendulums.pendulum_with_pivot,
    "two_pendulums": pendulums.two_pendulums,
    "double_pendulum": pendulums.double_pendulum,
    "block_on_ramp": ramps.block_on_ramp,
    "block_on_sloping_line": ramps.block_on_sloping_line,
    "block_held_on_ramp": ramps.block_held_on_ramp,
    "ball_on_ramp": ramps.ball_on_ramp,
    "block_on_ramp_with_spring": ramps.block_on_ramp_with_spring,
    "mass_on_spring": springs.mass_on_spring,
    "box_on_spring_by_wall": springs.box_on_spring_by_wall,
    "box_on_ground": stacks.box_on_ground,
    "stack": stacks.stack,
    "ball_and_boxes": stacks.ball_and_boxes,
    "dropped_ball": falls.dropped_ball,
    "dropped_box": falls.dropped_box,
    "thrown_ball": flights.thrown_ball,
    "pushed_block": flights.pushed_block,
    "elastic_collision": flights.elastic_collision,
    "dominoes": flights.dominoes,
    "polygon_on_ground": flights.polygon_on_ground,
    "atwood": ropes.atwood,
    "ball_on_string": ropes.ball_on_string,
    "newtons_cradle": ropes.newtons_cradle,
    "springs_side_by_side": machines.springs_side_by_side,
    "springs_in_a_row": machines.springs_in_a_row,
    "damped_spring": machines.damped_spring,
    "cart_at_rest": machines.cart_at_rest,
    "motor_arm": machines.motor_arm,
    "seesaw": machines.seesaw,
    "beam_on_pin_and_roller": machines.beam_on_pin_and_roller,
}
"""All scenes, those of the first version of the reader first."""

FIRST: tuple[str, ...] = tuple(SCENES)[:16]
"""The scenes of the first version: ball, box, ramp, ground, support, rod, spring, pivot."""
