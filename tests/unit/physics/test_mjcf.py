import math
import xml.etree.ElementTree as ET

import mujoco
import numpy as np
import pytest

from physics.mjcf import write_mjcf
from physics.mjcf_contact import contact_class
from physics.mjcf_rope import taut_length
from physics.mjcf_step import CALM_STEP_S, LIVELY_STEP_S
from physics.mjcf_tree import grow
from scenes.scene import (
    Anchor,
    Body,
    Disc,
    Force,
    HalfPlane,
    Joint,
    Material,
    Motor,
    Over,
    Pieces,
    Rect,
    Rope,
    Scene,
    Spring,
    Torque,
)
from scenes.touch import Touch

G = 9.81
FLOOR = Body("floor", "ground", HalfPlane(), (0, 0), fixed=True)
TOP = Body("top", "support", Rect(2, 0.1), (0, 0.05), fixed=True)
WEIGHTLESS = (0.0, 0.0)


def started(scene: Scene) -> tuple[mujoco.MjModel, mujoco.MjData]:
    model = mujoco.MjModel.from_xml_string(write_mjcf(scene))
    data = mujoco.MjData(model)
    mujoco.mj_resetDataKeyframe(model, data, 0)
    mujoco.mj_forward(model, data)
    return model, data


def run(scene: Scene, seconds: float) -> tuple[mujoco.MjModel, mujoco.MjData]:
    model, data = started(scene)
    mujoco.mj_step(model, data, round(seconds / model.opt.timestep))
    # After a step, poses are still those of before it.
    mujoco.mj_forward(model, data)
    return model, data


def ball(name: str, at: tuple[float, float], **more: object) -> Body:
    return Body(name, "ball", Disc(0.1), at, mass_kg=1.0, **more)  # type: ignore[arg-type]


def rod(name: str, a: tuple[float, float], b: tuple[float, float]) -> Body:
    middle = ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)
    angle = math.atan2(b[1] - a[1], b[0] - a[0])
    return Body(name, "rod", Rect(math.dist(a, b), 0.01), middle, angle, touches=False)


# What it says.


def test_bodies_geoms_and_joints_carry_the_scenes_names():
    scene = Scene(
        bodies=(TOP, rod("rod_1", (0, 0), (0, -1)), ball("ball_1", (0, -1))),
        joints=(
            Joint("hinge_1", "hinge", "top", "rod_1", (0, 0)),
            Joint("hinge_2", "hinge", "rod_1", "ball_1", (0, -1)),
        ),
    )
    model, _ = started(scene)
    assert [model.body(i).name for i in range(1, model.nbody)] == ["rod_1", "ball_1"]
    assert {model.geom(i).name for i in range(model.ngeom)} == {"top", "rod_1", "ball_1"}
    assert [model.joint(i).name for i in range(model.njnt)] == ["hinge_1", "hinge_2"]
    assert model.camera("front").id == 0


def test_the_model_needs_no_file():
    pieces = Pieces((((-1, -1), (1, -1), (0, 2)),))
    text = write_mjcf(Scene(bodies=(FLOOR, Body("p", "polygon", pieces, (0, 2), mass_kg=1))))
    assert not any("file" in element.attrib for element in ET.fromstring(text).iter())


@pytest.mark.parametrize("angle", [0.0, 0.3, -0.7])
def test_keyframe_0_holds_the_pose_and_the_velocity_counter_clockwise_from_the_front(angle: float):
    body = Body("box", "box", Rect(1, 0.5), (2, 3), angle, mass_kg=1, velocity=(1.0, 2.0))
    spun = Body("ball", "ball", Disc(0.2), (0, 3), mass_kg=1, angular_velocity=4.0)
    scene = Scene(bodies=(body, spun), gravity=WEIGHTLESS)
    _, data = started(scene)
    box = data.body("box")
    assert box.xpos == pytest.approx([2, 0, 3])
    # The box's own x axis, from the front.
    assert box.xmat.reshape(3, 3)[:, 0] == pytest.approx([math.cos(angle), 0, math.sin(angle)])
    # cvel is angular first; a planar turn is about -y.
    assert data.body("ball").cvel[1] == pytest.approx(-4)
    _, data = run(scene, 0.5)
    assert data.body("box").xpos - [2, 0, 3] == pytest.approx(np.array([1, 0, 2]) * data.time)


def test_masses_and_moments_do_not_depend_on_the_depth_drawn_for_the_eye():
    scene = Scene(bodies=(Body("box", "box", Rect(3, 4), (0, 0), mass_kg=12),))
    model, _ = started(scene)
    assert model.body("box").mass[0] == 12
    assert model.body("box").inertia == pytest.approx([25, 25, 25])


def test_a_concave_polygon_falls_as_one_body():
    pieces = Pieces((((0, 0), (2, 0), (2, 1), (0, 1)), ((0, 1), (1, 1), (1, 3), (0, 3))))
    scene = Scene(bodies=(FLOOR, Body("bracket", "polygon", pieces, (0, 5), mass_kg=1)))
    _, data = run(scene, 0.5)
    assert data.body("bracket").xpos[2] == pytest.approx(5 - G * 0.125, rel=1e-3)


# How it moves.


def test_only_joints_that_close_a_loop_become_constraints():
    """A four-bar linkage has one loop."""
    corners = [(0.0, 0.0), (0.0, 1.0), (2.0, 1.0), (2.0, 0.0)]
    bars = [rod(f"bar_{i}", corners[i], corners[i + 1]) for i in range(3)]
    bars[1] = Body("bar_1", "box", Rect(2, 0.1), (1, 1), mass_kg=1, touches=False)
    joints = (
        Joint("a", "hinge", None, "bar_0", corners[0]),
        Joint("b", "hinge", "bar_0", "bar_1", corners[1]),
        Joint("c", "hinge", "bar_1", "bar_2", corners[2]),
        Joint("d", "hinge", None, "bar_2", corners[3]),
    )
    scene = Scene(bodies=tuple(bars), joints=joints)
    assert len(grow(scene).closures) == 1
    _, data = run(scene, 0.3)
    # A parallelogram's coupler stays level while it swings.
    assert abs(data.body("bar_1").xmat[2]) < 1e-3


def test_a_motor_turns_a_joint_of_the_tree_even_where_another_joint_comes_first():
    scene = Scene(
        bodies=(Body("arm", "rod", Rect(1, 0.1), (0.5, 0), mass_kg=1, touches=False),),
        joints=(
            Joint("first", "roller", None, "arm", (1, 0)),
            Joint("turned", "hinge", None, "arm", (0, 0)),
        ),
        motors=(Motor("motor", "turned", torque_n_m=1.0),),
    )
    model, _ = started(scene)
    assert model.joint("turned").type[0] == mujoco.mjtJoint.mjJNT_HINGE


def test_a_motor_keeps_its_speed_from_the_start_and_against_gravity():
    arm = Body("arm", "rod", Rect(1, 0.02), (0.5, 0), mass_kg=1, touches=False)
    hinge = Joint("hinge", "hinge", None, "arm", (0, 0))
    scene = Scene((arm,), (hinge,), motors=(Motor("motor", "hinge", speed_rad_s=-2.0),))
    _, data = started(scene)
    assert data.qvel[0] == -2
    _, data = run(scene, 3)
    assert data.qpos[0] == pytest.approx(-6, rel=0.01)


def test_a_force_keeps_its_direction_while_its_body_turns():
    body = Body("box", "box", Rect(1, 1), (0, 0), mass_kg=2, angular_velocity=3.0)
    scene = Scene((body,), forces=(Force("f", "box", (0, 0), (3.0, 4.0)),), gravity=WEIGHTLESS)
    _, data = run(scene, 1)
    assert data.body("box").xpos == pytest.approx([0.75, 0, 1.0], rel=2e-3)


def test_a_torque_turns_counter_clockwise():
    body = Body("wheel", "wheel", Disc(0.5), (0, 0), mass_kg=4)
    scene = Scene((body,), torques=(Torque("t", "wheel", 1.0),), gravity=WEIGHTLESS)
    _, data = run(scene, 1)
    assert data.joint("wheel_turn").qvel[0] == pytest.approx(1.0 / 0.5, rel=2e-3)


def test_a_rope_pulls_and_never_pushes():
    rope = Rope("rope", Anchor("top", (0, 0)), Anchor("ball", (0, -1)))
    thrown = Scene((TOP, ball("ball", (0, -1), velocity=(0.0, 2.0))), ropes=(rope,))
    _, data = run(thrown, 0.2)
    assert data.body("ball").xpos[2] == pytest.approx(-1 + 0.4 - G * 0.02, abs=1e-3)
    _, data = run(thrown, 3)
    assert data.body("ball").xpos[2] == pytest.approx(-1, abs=1e-3)


def test_a_slack_rope_lets_its_ball_fall_as_far_as_it_is_long():
    rope = Rope("rope", Anchor("top", (0, 0)), Anchor("ball", (0, -1)), slack_m=0.5)
    _, data = run(Scene((TOP, ball("ball", (0, -1))), ropes=(rope,)), 4)
    assert data.body("ball").xpos[2] == pytest.approx(-1.5, abs=1e-3)


def test_a_rope_that_is_pulled_taut_does_not_spring_back():
    rope = Rope("rope", Anchor("top", (0, 0)), Anchor("ball", (0, -1)), slack_m=0.5)
    model, data = started(Scene((TOP, ball("ball", (0, -1))), ropes=(rope,)))
    fastest_up = 0.0
    while data.time < 2:
        mujoco.mj_step(model, data)
        fastest_up = max(fastest_up, data.qvel[1])
    # It came with 3.1 m/s.
    assert fastest_up < 0.15


@pytest.mark.parametrize("side", [(0.0, 1.0), (-0.6, 0.8)])
def test_a_ropes_computed_length_is_the_one_that_mujoco_measures(side: tuple[float, float]):
    hub = Body("hub", "pulley", Disc(0.3), (0, 3), fixed=True, touches=False)
    second = Body("hub_2", "pulley", Disc(0.2), (1.5, 3.4), fixed=True, touches=False)
    over = (Over("hub", side), Over("hub_2", (0.0, 1.0)))
    rope = Rope("rope", Anchor("a", (-0.5, 1)), Anchor("b", (2, 0.5)), over)
    scene = Scene((hub, second, ball("a", (-0.5, 1)), ball("b", (2, 0.5))), ropes=(rope,))
    _, data = started(scene)
    assert data.ten_length[0] == pytest.approx(taut_length(scene, rope), rel=1e-6)


def test_what_a_rope_draws_up_stops_where_it_meets_the_wheel():
    hub = Body("hub", "pulley", Disc(0.2), (0, 2), fixed=True, touches=False)
    rope = Rope("rope", Anchor("a", (-0.2, 1)), Anchor("b", (0.2, 1)), (Over("hub", (0, 1)),))
    heavy = Body("a", "box", Rect(0.3, 0.3), (-0.2, 0.85), mass_kg=5)
    light = Body("b", "box", Rect(0.3, 0.3), (0.2, 0.85), mass_kg=1)
    _, data = run(Scene((hub, heavy, light), ropes=(rope,)), 5)
    # Its inner corner, 5 cm from the wheel's middle line, is at the rim.
    meets = 2 - math.sqrt(0.2**2 - 0.05**2) - 0.15
    assert data.body("b").xpos[[0, 2]] == pytest.approx([0.2, meets], abs=0.02)
    assert abs(data.qvel).max() < 0.01


def test_a_body_that_falls_fast_does_not_pass_through_a_thin_slab():
    slab = Body("slab", "ground", Rect(2, 0.05), (0, -0.025), fixed=True)
    _, data = run(Scene((slab, ball("ball", (0, 0.5), velocity=(0.0, -20.0)))), 1)
    assert data.body("ball").xpos[2] == pytest.approx(0.1, abs=0.03)


def test_bodies_that_are_kept_apart_pass_through_each_other():
    pair = (ball("a", (0, 0), velocity=(1.0, 0.0)), ball("b", (0.5, 0)))
    _, data = run(Scene(pair, apart=(("a", "b"),), gravity=WEIGHTLESS), 1)
    assert data.body("a").xpos[0] == pytest.approx(1)
    assert data.body("b").xpos[0] == pytest.approx(0.5)


@pytest.mark.parametrize("kind", ["ball", "box"])
@pytest.mark.parametrize("restitution", [0.0, 0.2, 0.5, 0.8, 1.0])
@pytest.mark.parametrize("speed", [0.5, 4.0])
def test_a_collision_rebounds_with_its_restitution(kind: str, restitution: float, speed: float):
    outline = Disc(0.1) if kind == "ball" else Rect(0.2, 0.2)
    material = Material(restitution=restitution)
    first = Body("a", kind, outline, (0, 0), mass_kg=3, velocity=(speed, 0.0), material=material)  # type: ignore[arg-type]
    second = Body("b", kind, outline, (0.337, 0), mass_kg=1)  # type: ignore[arg-type]
    model, data = run(Scene((first, second), gravity=WEIGHTLESS), 0.1 + 0.2 / speed)
    a, b = data.qvel[model.joint("a_x").dofadr[0]], data.qvel[model.joint("b_x").dofadr[0]]
    assert (b - a) / speed == pytest.approx(restitution, abs=0.03)
    assert 3 * a + b == pytest.approx(3 * speed)


@pytest.mark.parametrize(
    ("friction", "speed", "restitution"),
    [
        *((0.1, 3.0, 0.0), (0.3, 2.0, 0.0), (0.5, 4.0, 0.0), (0.6, 8.0, 0.0)),
        *((0.1, 3.0, 0.3), (0.3, 2.0, 0.6), (0.5, 4.0, 0.3), (0.3, 2.0, 1.0)),
    ],
)
def test_what_slides_stops_where_coulomb_says_and_stays_on_its_floor(
    friction: float, speed: float, restitution: float
):
    material = Material(friction=friction, restitution=restitution)
    box = Body(
        "box", "box", Rect(0.4, 0.4), (0, 0.2), mass_kg=3, velocity=(speed, 0.0), material=material
    )
    model, data = started(Scene((FLOOR, box)))
    highest = 0.0
    while data.time < 1.3 * speed / (friction * G):
        mujoco.mj_step(model, data)
        highest = max(highest, data.body("box").xpos[2] - 0.2)
    assert data.body("box").xpos[0] == pytest.approx(speed**2 / (2 * friction * G), rel=0.01)
    assert highest < 0.002


@pytest.mark.parametrize(("friction", "degrees"), [(0.1, 20), (0.3, 30), (0.5, 40)])
def test_what_starts_from_rest_slides_down_a_slope_as_coulomb_says(friction: float, degrees: float):
    angle = math.radians(degrees)
    up = (-math.sin(angle), math.cos(angle))
    slope = Body("slope", "ground", HalfPlane(), (0, 0), angle, fixed=True)
    box = Body(
        "box", "box", Rect(0.2, 0.2), (0.1 * up[0], 0.1 * up[1]), angle, mass_kg=1,
        material=Material(friction=friction),
    )  # fmt: skip
    _, data = run(Scene((slope, box)), 0.7)
    way = math.hypot(data.body("box").xpos[0] - 0.1 * up[0], data.body("box").xpos[2] - 0.1 * up[1])
    wanted = G * (math.sin(angle) - friction * math.cos(angle)) * 0.7**2 / 2
    assert way == pytest.approx(wanted, rel=0.01)


@pytest.mark.parametrize("e", [0.92, 0.96, 1.0])
def test_what_slides_and_bounces_without_loss_hops_by_little(e: float):
    box = Body(
        "box", "box", Rect(0.4, 0.4), (0, 0.2), mass_kg=3, velocity=(1.5, 0.0),
        material=Material(friction=0.6, restitution=e),
    )  # fmt: skip
    model, data = started(Scene((FLOOR, box)))
    highest = 0.0
    while data.time < 1.3 * 1.5 / (0.6 * G):
        mujoco.mj_step(model, data)
        highest = max(highest, data.body("box").xpos[2] - 0.2)
    assert data.body("box").xpos[0] == pytest.approx(1.5**2 / (2 * 0.6 * G), rel=0.1)
    assert highest < 0.4 / 40


def test_the_step_is_small_only_where_something_bounces():
    calm = Scene((FLOOR, ball("ball", (0, 1))))
    lively = Scene((FLOOR, ball("ball", (0, 1), material=Material(restitution=0.5))))
    assert started(calm)[0].opt.timestep == pytest.approx(CALM_STEP_S)
    assert started(lively)[0].opt.timestep == pytest.approx(LIVELY_STEP_S)


@pytest.mark.parametrize("step_s", [CALM_STEP_S, LIVELY_STEP_S])
@pytest.mark.parametrize("fps", [24, 25, 30, 50, 60])
def test_a_whole_number_of_steps_fits_in_a_frame(step_s: float, fps: int):
    steps = 1 / fps / step_s
    assert steps == pytest.approx(round(steps))


def test_a_livelier_contact_is_damped_less():
    damping = [
        contact_class(Touch(0.5, e), LIVELY_STEP_S, 1.0, 0.0).damping for e in (0.1, 0.4, 0.7, 1.0)
    ]
    assert damping == sorted(damping, reverse=True)
    assert damping[-1] == 0


def test_a_spring_at_its_drawn_length_pulls_with_nothing():
    spring = Spring("spring", Anchor("top", (0, 0)), Anchor("ball", (0, -1)), 100.0)
    _, data = run(Scene((TOP, ball("ball", (0, -1))), springs=(spring,), gravity=WEIGHTLESS), 0.5)
    assert data.body("ball").xpos == pytest.approx([0, 0, -1], abs=1e-12)


def test_the_smallest_things_load():
    speck = Body("speck", "ball", Disc(1e-6), (0, 0), mass_kg=1e-9)
    hair = Body("hair", "rod", Rect(1e-5, 1e-7), (5e-6, 0), touches=False)
    joints = (
        Joint("h", "hinge", None, "hair", (1e-5, 0)),
        Joint("g", "hinge", "hair", "speck", (0, 0)),
    )
    started(Scene((speck, hair), joints))
