import math

import numpy as np
import pytest

from physics.header import describe_model
from physics.measures import (
    Motion,
    NotMeasurable,
    check_expectations,
    crossing_period,
    energy_drift,
    momentum,
    period,
    spin,
)
from physics.model import load_model
from physics.simulate import record, simulate
from shared.frames import decode, join

from .models import G, falling_ball, pendulum, spring_and_mass


def motion_of(xml: str, duration_s: float = 8.0) -> Motion:
    bodies = describe_model(load_model(xml), duration_s=duration_s, fps=60)["bodies"]
    return Motion.of_recording(record(xml, duration_s=duration_s), bodies)


@pytest.mark.parametrize("angle", [0.02, 0.1, 0.25])
def test_the_period_of_a_pendulum_is_the_textbooks(angle: float):
    # With the first two terms of the series for its amplitude.
    series = 1 + angle**2 / 16 + 11 * angle**4 / 3072
    expected = 2 * math.pi * math.sqrt(1 / G) * series
    assert period(motion_of(pendulum(1.0, angle)), "bob") == pytest.approx(expected, rel=2e-4)


def test_a_decoded_trajectory_measures_the_same_as_the_recorded_one():
    xml = pendulum(0.4, 0.2)
    header = describe_model(load_model(xml), duration_s=8, fps=60)
    chunks: list[bytes] = []
    simulate(xml, duration_s=8, on_chunk=lambda chunk: chunks.append(chunk.data))
    decoded = Motion.of_frames(join(map(decode, chunks)), header["bodies"])
    assert period(decoded, "bob") == pytest.approx(period(motion_of(xml), "bob"), rel=2e-4)


def test_a_mass_on_a_spring_swings_up_and_down_only():
    motion = motion_of(spring_and_mass(100, 2))
    assert period(motion, "weight", 90) == pytest.approx(2 * math.pi * math.sqrt(0.02), rel=2e-4)
    with pytest.raises(NotMeasurable):
        period(motion, "weight", 0)


@pytest.mark.parametrize("per_period", [2.3, 4.1, 30.7, 1000.0])
@pytest.mark.parametrize("noise", [0.0, 0.02])
def test_a_period_is_found_to_a_part_of_the_sampling_time_through_noise(
    per_period: float, noise: float
):
    rng = np.random.default_rng(7)
    times = np.arange(400 if per_period < 100 else 4000) / 60
    true = per_period / 60
    signal = 1.5 + np.cos(2 * np.pi * times / true + 0.4) + rng.normal(0, noise, len(times))
    if per_period < 4:
        # Hardly more than two samples a swing: right on average, if not to the sample.
        assert crossing_period(times, signal) == pytest.approx(true, rel=0.05)
    else:
        assert crossing_period(times, signal) == pytest.approx(true, rel=2e-3)


def test_a_damped_swing_has_the_period_of_its_crossings():
    times = np.arange(600) / 60
    signal = np.exp(-0.4 * times) * np.cos(2 * np.pi * times / 1.3)
    assert crossing_period(times, signal) == pytest.approx(1.3, rel=0.02)


@pytest.mark.parametrize("signal", [np.zeros(100), np.linspace(0, 5, 100), 1e-5 * np.arange(100)])
def test_what_does_not_swing_has_no_period(signal: np.ndarray):
    with pytest.raises(NotMeasurable):
        crossing_period(np.arange(100) / 60, signal)


def test_a_thrown_ball_falls_with_g_and_keeps_its_speed():
    results = check_expectations(
        [
            {"measure": "accel", "on": "ball", "dir": -90, "value": G, "tol": 1e-3, "t": [0, 0.9]},
            {"measure": "accel", "on": "ball", "dir": 0, "lo": -1e-6, "hi": 1e-6, "t": [0, 0.9]},
            {"measure": "speed", "on": "ball", "dir": 0, "value": 3, "tol": 1e-4, "t": [0, 0.9]},
            {"measure": "shift", "on": "ball", "dir": 180, "value": -1.5, "tol": 1e-4,
             "t": [0.2, 0.7]},
            {"measure": "momentum", "on": ["ball"], "dir": 0, "value": 3, "tol": 1e-3,
             "t": [0, 0.9]},
            {"measure": "wander", "on": ["ball"], "lo": 4.7, "hi": 4.9, "t": [0, 0.9]},
            {"measure": "energy", "on": None, "lo": 0, "hi": 0.01, "t": [0, 0.9]},
        ],
        motion_of(falling_ball(20, 3, 'timestep="0.0005"'), 1),
    )  # fmt: skip
    assert all(result.holds for result in results), "\n".join(map(str, results))


def test_a_wrong_motion_fails_each_expectation():
    wrong = motion_of(falling_ball(20, 3, 'gravity="0 0 -9"'), 1)
    results = check_expectations(
        [
            {"measure": "accel", "on": "ball", "dir": -90, "value": G, "tol": 0.03, "t": [0, 0.9]},
            {"measure": "wander", "on": ["ball"], "lo": 0, "hi": 0.05, "t": [0, 0.9]},
            {"measure": "period", "on": "ball", "dir": 0, "value": 1, "tol": 0.02, "t": [0, 0.9]},
            {"measure": "tilt", "on": "nobody", "lo": 0, "hi": 3, "t": [0, 0.9]},
        ],
        wrong,
    )
    assert not any(result.holds for result in results)
    assert results[0].measured == pytest.approx(9, rel=1e-3)
    assert results[2].measured is None and results[2].reason
    assert "nobody" in str(results[3])


def test_of_several_bodies_the_worst_counts_and_marks_may_have_other_names():
    motion = motion_of(falling_ball(20, 3), 0.5)
    terms = {"measure": "speed", "on": ["s1", "s2"], "dir": 0, "value": 3, "tol": 0.01}
    (result,) = check_expectations([terms], motion, {"s1": "ball", "s2": "ball"})
    assert result.holds
    (missing,) = check_expectations([terms], motion, {"s1": "ball"})
    assert not missing.holds and "s2" in missing.reason


def test_spin_and_tilt_are_counter_clockwise_as_seen_from_the_front():
    xml = falling_ball(20).replace('qvel="0.0 0 0"', 'qvel="0 0 2"')
    motion = motion_of(xml, 1)
    assert spin(motion, "ball") == pytest.approx(2, rel=1e-6)
    (tilted,) = check_expectations(
        [{"measure": "tilt", "on": "ball", "value": math.degrees(2), "tol": 1e-3}], motion
    )
    assert tilted.holds


def test_the_centre_of_mass_is_measured_not_the_bodys_frame():
    motion = motion_of(pendulum(1.0, 0.3), 0.1)
    assert motion.centre[0, 0] == pytest.approx([math.sin(0.3), -math.cos(0.3)], abs=1e-6)


def test_momentum_is_that_of_all_bodies_together():
    ball = falling_ball(20, 3)
    motion = motion_of(ball, 0.5)
    twice = Motion(
        ("a", "b"),
        motion.times_s,
        np.concatenate([motion.centre, -motion.centre], axis=1),
        np.concatenate([motion.angle, motion.angle], axis=1),
        np.array([1.0, 2.0]),
    )
    assert momentum(twice, ["a", "b"], 0) == pytest.approx(3 - 2 * 3)


def test_energy_that_was_not_recorded_is_not_measured():
    motion = motion_of(falling_ball(20), 0.5)
    bare = Motion(motion.names, motion.times_s, motion.centre, motion.angle, motion.mass_kg)
    with pytest.raises(NotMeasurable):
        energy_drift(bare)


def test_a_window_outside_the_motion_is_not_measurable():
    with pytest.raises(NotMeasurable):
        motion_of(falling_ball(20), 0.5).window(5, 6)
