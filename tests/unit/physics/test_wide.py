"""The textbook at its edges: small, fast, stiff, strongly damped, drawn up to the wheel."""

import math
from dataclasses import replace

import numpy as np
import pytest

from physics.mjcf import write_mjcf
from physics.mjcf_step import CALM_STEP_S, LIVELY_STEP_S
from physics.model import load_model
from physics.simulate import Recording, record
from scenes.scene import (
    Anchor,
    Body,
    Damper,
    Disc,
    Guide,
    HalfPlane,
    Joint,
    Material,
    Motor,
    Over,
    Rect,
    Rope,
    Scene,
    Spring,
)

G = 9.81
TOP = Body("top", "support", Rect(20, 0.1), (0, 0.05), fixed=True)
ELASTIC = Material(friction=0.0, restitution=1.0)
FLOOR = Body("floor", "ground", HalfPlane(), (0, 0), fixed=True)


def hub(name: str, at: tuple[float, float], *, fixed: bool = True) -> Body:
    return Body(name, "pulley", Disc(0.1), at, fixed=fixed, touches=False)


def box(name: str, at: tuple[float, float], size: float, mass: float) -> Body:
    return Body(name, "box", Rect(size, size), at, mass_kg=mass)


def rod(name: str, a: tuple[float, float], b: tuple[float, float]) -> Body:
    middle = ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)
    angle = math.atan2(b[1] - a[1], b[0] - a[0])
    return Body(name, "rod", Rect(math.dist(a, b), 0.01), middle, angle, touches=False)


def places(scene: Scene, seconds: float) -> tuple[dict[str, np.ndarray], Recording]:
    """Where each body is, (frames, 2) by name, at 60 frames a second."""
    recording = record(write_mjcf(scene), duration_s=seconds)
    names = [name for name, _ in recording.summary.bodies]
    position = recording.frames.position
    return {name: position[:, i][:, [0, 2]] for i, name in enumerate(names)}, recording


def assert_no_energy_is_made(recording: Recording) -> None:
    energy = recording.summary.energy
    assert energy.total.max() - energy.total[0] < 0.01 * energy.kinetic.max()


# Ropes whose ends come to a wheel.


def movable(load: float, weight: float) -> Scene:
    """A load under a pulley that hangs in a rope from the ceiling to a weight over a fixed one."""
    bodies = (
        *(Body("top", "support", Rect(2, 0.1), (0, 0.25), fixed=True), hub("hub", (0.2, 0))),
        *(hub("hung", (0, -1.5), fixed=False), box("load", (0, -1.9), 0.2, load)),
        box("weight", (0.3, -1.6), 0.2, weight),
    )
    over = (Over("hung", (0, -1)), Over("hub", (0, 1)))
    rope = Rope("rope", Anchor("top", (-0.1, 0.2)), Anchor("weight", (0.3, -1.5)), over)
    hook = Rope("hook", Anchor("hung", (0, -1.5)), Anchor("load", (0, -1.8)))
    return Scene(bodies, ropes=(rope, hook))


@pytest.mark.parametrize(("load", "weight"), [(1.0, 3.0), (2.0, 1.4), (0.05, 20.0)])
def test_a_movable_pulley_that_is_drawn_up_stops_below_the_next(load: float, weight: float):
    at, recording = places(movable(load, weight), 6)
    assert at["hung"][:, 1].max() < 0
    assert np.abs(at["hung"][:, 0]).max() < 0.01
    assert np.abs(at["load"][:, 0]).max() < 0.1
    assert np.ptp(at["weight"][300:], axis=0).max() < 0.01
    assert_no_energy_is_made(recording)


def test_a_load_on_a_rod_under_a_movable_pulley_comes_to_rest_below_the_next():
    scene = movable(1.0, 3.0)
    link = Body("link", "rod", Rect(0.3, 0.02), (0, -1.65), math.pi / 2, touches=False)
    joints = (
        Joint("low", "weld", "load", "link", (0, -1.8)),
        Joint("high", "hinge", "link", "hung", (0, -1.5)),
    )
    scene = replace(scene, bodies=(*scene.bodies, link), joints=joints, ropes=scene.ropes[:1])
    at, recording = places(scene, 6)
    assert np.ptp(at["load"][300:], axis=0).max() < 0.01
    assert np.abs(at["hung"][:, 0]).max() < 0.01
    assert_no_energy_is_made(recording)


def test_a_movable_pulley_rises_half_as_fast_as_its_weight_sinks_past_the_middle_of_its_rope():
    # Slow enough that most of the way is gone after a second.
    at, _ = places(movable(3.0, 2.0), 1.0)
    wanted = G * (2 * 2 - 3) / (4 * 2 + 3) / 2
    assert at["hung"][-1, 1] - at["hung"][0, 1] == pytest.approx(wanted, rel=0.01)
    assert at["weight"][-1, 1] - at["weight"][0, 1] == pytest.approx(-2 * wanted, rel=0.01)
    assert at["hung"][-1, 1] > -1.1


@pytest.mark.parametrize("heavy", [1.5, 30.0, 1000.0])
def test_what_a_weight_draws_along_a_table_stops_at_the_pulley(heavy: float):
    table = Body("table", "ground", Rect(4, 0.1), (-2, -0.05), fixed=True)
    block, weight = box("block", (-1.5, 0.1), 0.2, 1.0), box("weight", (0.3, -0.6), 0.2, heavy)
    rope = Rope(
        "rope", Anchor("block", (-1.4, 0.1)), Anchor("weight", (0.3, -0.5)), (Over("hub", (1, 1)),)
    )
    scene = Scene((table, hub("hub", (0.2, 0)), block, weight), ropes=(rope,))
    at, recording = places(scene, 5)
    assert -0.2 < at["block"][-1, 0] < 0.1
    assert at["block"][:, 1] == pytest.approx(0.1, abs=0.03)
    assert np.ptp(at["weight"][240:], axis=0).max() < 0.01
    assert_no_energy_is_made(recording)


# Small, stiff, damped, fast.


def chain(lengths: tuple[float, float], leans: tuple[float, float]) -> Scene:
    """Two bobs on ropes, one under the other; the lower one weighs four times the upper."""
    at, bodies, ropes, held = (0.0, 0.0), [TOP], [], "top"
    for index, (length, lean, mass) in enumerate(zip(lengths, leans, (1.0, 4.0), strict=True)):
        end = (at[0] + length * math.sin(lean), at[1] - length * math.cos(lean))
        bodies.append(Body(f"bob_{index}", "ball", Disc(0.01), end, mass_kg=mass))
        ropes.append(Rope(f"rope_{index}", Anchor(held, at), Anchor(f"bob_{index}", end)))
        at, held = end, f"bob_{index}"
    return Scene(tuple(bodies), ropes=tuple(ropes))


@pytest.mark.parametrize("leans", [(0.54, -0.5), (0.2, -0.8)])
@pytest.mark.parametrize("lengths", [(0.15, 0.12), (0.6, 0.9)])
def test_a_chain_of_bobs_whose_ropes_stay_taut_keeps_its_energy(lengths, leans):
    assert places(chain(lengths, leans), 10)[1].summary.energy.drift < 0.02


def test_a_bob_that_is_whirled_on_a_short_rope_keeps_its_energy():
    bob = Body("bob", "ball", Disc(0.005), (0, -0.04), mass_kg=1, velocity=(1.9, 0.0))
    rope = Rope("rope", Anchor("top", (0, 0)), Anchor("bob", (0, -0.04)))
    assert places(Scene((TOP, bob), ropes=(rope,)), 10)[1].summary.energy.drift < 0.02


def test_a_double_pendulum_of_a_centimetre_keeps_its_energy():
    elbow, hand = (0.009, -0.005), (0.021, -0.002)
    bodies = (
        *(TOP, rod("upper", (0, 0), elbow), rod("lower", elbow, hand)),
        Body("elbow", "ball", Disc(0.002), elbow, mass_kg=1),
        Body("hand", "ball", Disc(0.002), hand, mass_kg=0.1),
    )
    joints = (
        Joint("top_hinge", "hinge", "top", "upper", (0, 0)),
        Joint("upper_elbow", "hinge", "upper", "elbow", elbow),
        Joint("elbow_lower", "hinge", "elbow", "lower", elbow),
        Joint("lower_hand", "hinge", "lower", "hand", hand),
    )
    assert places(Scene(bodies, joints), 10)[1].summary.energy.drift < 0.02


def test_what_is_thrown_up_slowly_rises_as_high_as_it_must():
    ball = Body("ball", "ball", Disc(0.01), (0, 0.01), mass_kg=1, velocity=(0.0, 0.15))
    at, _ = places(Scene((FLOOR, ball)), 0.05)
    top = at["ball"][0, 1] + 0.15 * 0.0166667 - G * 0.0166667**2 / 2
    assert at["ball"][1, 1] == pytest.approx(top, abs=2e-5)


def test_a_pendulum_of_two_centimetres_on_a_rope_keeps_its_energy():
    tip = (0.02 * math.sin(0.8), -0.02 * math.cos(0.8))
    bob = Body("bob", "ball", Disc(0.001), tip, mass_kg=0.005)
    scene = Scene((TOP, bob), ropes=(Rope("rope", Anchor("top", (0, 0)), Anchor("bob", tip)),))
    assert places(scene, 10)[1].summary.energy.drift < 0.02


@pytest.mark.parametrize("stiffness", [1e3, 1e5, 1e6])
def test_a_stiff_spring_swings_as_wide_as_it_was_stretched(stiffness: float):
    spring = Spring("spring", Anchor("top", (0, 0)), Anchor("box", (0, -1)), stiffness, rest_m=0.9)
    scene = Scene((TOP, box("box", (0, -1.1), 0.2, 1.0)), springs=(spring,), gravity=(0.0, 0.0))
    at, _ = places(scene, 2)
    assert np.ptp(at["box"][:, 1]) == pytest.approx(0.2, rel=0.01)


@pytest.mark.parametrize(("stiffness", "mass"), [(1e9, 1.0), (1e12, 0.001)])
def test_a_spring_that_is_too_stiff_to_follow_holds_like_a_rod(stiffness: float, mass: float):
    spring = Spring("spring", Anchor("top", (0, 0)), Anchor("box", (0, -1)), stiffness)
    at, recording = places(Scene((TOP, box("box", (0, -1.1), 0.2, mass)), springs=(spring,)), 1)
    assert np.ptp(at["box"], axis=0).max() < 1e-4
    assert recording.summary.duration_s == 1


@pytest.mark.parametrize("damping", [1e2, 1e4, 1e6])
def test_a_strong_damper_lets_its_spring_creep(damping: float):
    spring = Spring("spring", Anchor("top", (0, 0)), Anchor("box", (0, -1)), 50.0, rest_m=0.8)
    damper = Damper("damper", Anchor("top", (0, 0)), Anchor("box", (0, -1)), damping)
    scene = Scene(
        (TOP, box("box", (0, -1.1), 0.2, 1.0)), springs=(spring,), dampers=(damper,),
        guides=(Guide("box", math.pi / 2),), gravity=(0.0, 0.0),
    )  # fmt: skip
    at, _ = places(scene, 2)
    left = 0.2 * math.exp(-50 / damping * 2)
    assert at["box"][-1, 1] + 0.9 == pytest.approx(-left, abs=0.002)


@pytest.mark.parametrize("speed", [0.1, 5.0])
def test_a_motor_keeps_its_speed_against_a_short_heavy_arm(speed: float):
    arm = rod("arm", (0, 0), (0.02, 0))
    ball = Body("ball", "ball", Disc(0.002), (0.02, 0), mass_kg=50)
    joints = (
        Joint("hinge", "hinge", None, "arm", (0, 0)),
        Joint("tip", "hinge", "arm", "ball", (0.02, 0)),
    )
    motors = (Motor("motor", "hinge", speed_rad_s=speed),)
    at, _ = places(Scene((arm, ball), joints, motors=motors), 3)
    turned = np.unwrap(np.arctan2(at["ball"][:, 1], at["ball"][:, 0]))
    assert turned[-1] == pytest.approx(3 * speed, rel=0.01)


def crank(length: float) -> Scene:
    tip, end = (length, 0.0), (4 * length, 0.0)
    bodies = (rod("crank", (0, 0), tip), rod("link", tip, end), box("piston", end, length / 3, 2.0))
    joints = (
        Joint("axle", "hinge", None, "crank", (0, 0)),
        Joint("elbow", "hinge", "crank", "link", tip),
        Joint("wrist", "hinge", "link", "piston", end),
        Joint("slot", "roller", None, "piston", end),
    )
    return Scene(bodies, joints, motors=(Motor("motor", "axle", speed_rad_s=9.0),))


def test_a_crank_drives_its_piston():
    at, recording = places(crank(0.5), 2)
    turned = 9 * recording.frames.times_s
    wanted = 0.5 * np.cos(turned) + np.sqrt(1.5**2 - (0.5 * np.sin(turned)) ** 2)
    assert at["piston"][:, 0] == pytest.approx(wanted, abs=0.005)


@pytest.mark.parametrize("restitution", [0.0, 0.5])
@pytest.mark.parametrize("kind", ["ball", "box"])
def test_a_bullet_does_not_pass_through_a_thin_wall(kind: str, restitution: float):
    wall = Body("wall", "ground", Rect(0.04, 2), (3, 0), fixed=True)
    outline = Disc(0.03) if kind == "ball" else Rect(0.06, 0.06)
    bullet = Body(
        "bullet", kind, outline, (0, 0), mass_kg=0.01, velocity=(120.0, 0.0),  # type: ignore[arg-type]
        material=Material(restitution=restitution),
    )  # fmt: skip
    at, _ = places(Scene((wall, bullet), gravity=(0.0, 0.0)), 0.2)
    assert at["bullet"][:, 0].max() < 3


def test_what_is_neither_small_nor_fast_takes_the_long_step():
    def step(*bodies: Body) -> float:
        return float(load_model(write_mjcf(Scene((FLOOR, *bodies)))).opt.timestep)

    thrown = Body("a", "ball", Disc(0.1), (0, 1), mass_kg=1, velocity=(8.0, 0.0))
    bouncing = replace(thrown, material=Material(restitution=0.8))
    sliding = replace(box("b", (0, 0.1), 0.2, 1.0), velocity=(20.0, 0.0), material=ELASTIC)
    slab = Body("slab", "ground", Rect(40, 0.02), (0, -0.01), fixed=True)
    assert step(slab, sliding) == pytest.approx(LIVELY_STEP_S)
    assert step(thrown) == pytest.approx(CALM_STEP_S)
    assert step(bouncing) == pytest.approx(LIVELY_STEP_S)


# Contacts.


def cradle(lifted: int, balls: int = 5) -> Scene:
    bodies, joints = [TOP], []
    for index in range(balls):
        x, lean = 0.16 * index, -0.4 if index < lifted else 0.0
        tip = (x + math.sin(lean), -math.cos(lean))
        bodies.append(rod(f"rod_{index}", (x, 0), tip))
        bodies.append(Body(f"b{index}", "ball", Disc(0.08), tip, mass_kg=1, material=ELASTIC))
        joints.append(Joint(f"h{index}", "hinge", "top", f"rod_{index}", (x, 0)))
        joints.append(Joint(f"t{index}", "hinge", f"rod_{index}", f"b{index}", tip))
    return Scene(tuple(bodies), tuple(joints))


@pytest.mark.parametrize("lifted", [1, 2, 3])
def test_as_many_balls_swing_out_of_a_cradle_as_came_in(lifted: int):
    at, _ = places(cradle(lifted), 1.3)
    quarter = math.tau / 4 * math.sqrt(1 / G) * (1 + 0.4**2 / 16)
    then = round(2 * quarter * 60)
    leans = [math.asin(at[f"b{index}"][then, 0] - 0.16 * index) for index in range(5)]
    assert leans[5 - lifted :] == pytest.approx([0.4] * lifted, rel=0.03)
    assert leans[: 5 - lifted] == pytest.approx([0.0] * (5 - lifted), abs=0.02)


@pytest.mark.parametrize("restitution", [0.1, 0.3, 0.5, 0.9])
@pytest.mark.parametrize("height", [0.1, 0.5, 3.0])
@pytest.mark.parametrize("kind", ["ball", "box"])
def test_what_is_dropped_rebounds_at_its_restitution(kind: str, height: float, restitution: float):
    outline = Disc(0.1) if kind == "ball" else Rect(0.2, 0.2)
    body = Body(
        "body", kind, outline, (0, 0.1 + height), mass_kg=1,  # type: ignore[arg-type]
        material=Material(restitution=restitution),
    )  # fmt: skip
    falls = math.sqrt(2 * height / G)
    recording = record(
        write_mjcf(Scene((FLOOR, body))), duration_s=falls * (1 + 1.5 * restitution), fps=2000
    )
    up = recording.frames.position[:, 0, 2]
    rebound = up[int(falls * (1 + restitution / 2) * 2000) :].max() - 0.1
    assert math.sqrt(max(rebound, 0) / height) == pytest.approx(restitution, abs=0.0095)


@pytest.mark.parametrize("restitution", [0.3, 0.8])
@pytest.mark.parametrize("speed", [0.1, 0.5, 2.0, 20.0])
@pytest.mark.parametrize("radius", [0.003, 0.01, 0.2])
def test_balls_part_at_their_restitution_whatever_their_size_and_speed(
    radius: float, speed: float, restitution: float
):
    surface = Material(friction=0.0, restitution=restitution)
    first = Body("a", "ball", Disc(radius), (0, 0), mass_kg=1, velocity=(speed, 0.0))
    second = Body("b", "ball", Disc(radius), (3 * radius, 0), mass_kg=2)
    pair = tuple(replace(ball, material=surface) for ball in (first, second))
    meet = radius / speed
    frames = record(
        write_mjcf(Scene(pair, gravity=(0.0, 0.0))), duration_s=10 * meet, fps=10 / meet
    ).frames
    apart = np.abs(frames.position[:, 1, 0] - frames.position[:, 0, 0])
    parting = (apart[-1] - apart[-21]) / (2 * meet)
    assert parting / speed == pytest.approx(restitution, abs=0.035)


@pytest.mark.parametrize("friction", [0.2, 0.4])
@pytest.mark.parametrize("speed", [1.0, 9.0])
def test_what_is_hit_on_a_rough_floor_does_not_hop(speed: float, friction: float):
    floor = replace(FLOOR, material=Material(friction=friction))
    first = replace(box("a", (0, 0.5), 1.0, 1.0), velocity=(speed, 0.0))
    second = box("b", (1.2, 0.5), 1.0, 1.0)
    guides = (Guide("a", None), Guide("b", None))
    at, _ = places(Scene((floor, first, second), guides=guides), 1)
    assert at["b"][:, 1].max() - 0.5 < 0.005


def test_small_balls_glance_off_each_other_as_large_ones_do():
    radius, off, speed = 0.03, 0.6, 10.0
    first = Body(
        "a", "ball", Disc(radius), (-0.2, 0), mass_kg=1, velocity=(speed, 0.0), material=ELASTIC
    )
    second = Body("b", "ball", Disc(radius), (0, -2 * radius * off), mass_kg=1)
    at, _ = places(Scene((first, second), gravity=(0.0, 0.0)), 0.2)
    velocity = (at["b"][-1] - at["b"][4]) / ((len(at["b"]) - 5) / 60)
    along = speed * math.sqrt(1 - off**2)
    normal = (math.sqrt(1 - off**2), -off)
    assert velocity == pytest.approx([along * n for n in normal], abs=0.03 * speed)


def test_a_tower_stands_whose_top_weighs_four_hundred_times_its_foot():
    masses = [0.05, 0.3, 1.7, 2.7, 7.3, 9.1, 22.0]
    tower = [box(f"b{i}", (0, 0.02 * i + 0.01), 0.02, mass) for i, mass in enumerate(masses)]
    at, _ = places(Scene((FLOOR, *tower)), 10)
    for name in at:
        assert at[name] == pytest.approx(np.broadcast_to(at[name][0], at[name].shape), abs=0.003)
