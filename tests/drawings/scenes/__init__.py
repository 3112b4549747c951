"""The scenes: each is a function that fills a plan, its choices drawn from the plan's own seed."""

from __future__ import annotations

from collections.abc import Callable

from ..plan import Plan
from . import (
    collisions,
    falls,
    flights,
    machines,
    pendulums,
    pulleys,
    ramps,
    ropes,
    springs,
    stacks,
    wheels,
)

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
    "heavy_pulley": pulleys.heavy_pulley,
    "table_and_weight": pulleys.table_and_weight,
    "ramp_and_weight": pulleys.ramp_and_weight,
    "movable_pulley": pulleys.movable_pulley,
    "pulled_over_pulley": pulleys.pulled_over_pulley,
    "block_roped_on_ramp": pulleys.block_roped_on_ramp,
    "box_on_two_ropes": pulleys.box_on_two_ropes,
    "ball_on_slack_rope": pulleys.ball_on_slack_rope,
    "cart_down_ramp": wheels.cart_down_ramp,
    "pushed_cart": wheels.pushed_cart,
    "rolling_cart": wheels.rolling_cart,
    "motor_wheel": wheels.motor_wheel,
    "torque_wheel": wheels.torque_wheel,
    "driven_cart": wheels.driven_cart,
    "plastic_collision": collisions.plastic_collision,
    "elastic_collision_of_blocks": collisions.elastic_collision_of_blocks,
    "bouncing_ball": collisions.bouncing_ball,
    "ball_against_wall": collisions.ball_against_wall,
    "pendulum_hits_block": collisions.pendulum_hits_block,
}
"""All scenes, those of the first version of the reader first."""

FIRST: tuple[str, ...] = tuple(SCENES)[:16]
"""The scenes of the first version: ball, box, ramp, ground, support, rod, spring, pivot."""
