import json

import mujoco
import numpy as np
import pytest

from physics.header import describe_model
from physics.model import load_model

from .models import pile, spring_and_mass

ROPE = """<mujoco model="lift">
  <asset><material name="wood" rgba="0.6 0.4 0.2 1"/>
    <mesh name="wedge" vertex="0 0 0  1 0 0  0 1 0  0 0 1"/></asset>
  <worldbody>
    <geom name="floor" type="plane" size="2 2 1"/>
    <geom name="ledge" type="plane" size="1 1 1" pos="0 0 3"/>
    <body name="post" pos="1 0 0" euler="0 90 0">
      <geom name="pulley" type="cylinder" size="0.2 0.05" euler="90 0 0"/>
      <site name="side" pos="0.5 0 0"/>
    </body>
    <body name="load" pos="0 0 -1">
      <joint name="lift" type="slide" axis="0 0 1" pos="0 0 0.1"/>
      <geom name="crate" type="box" size="0.1 0.2 0.3" material="wood"/>
      <geom type="mesh" mesh="wedge"/>
      <geom type="sphere" size="0.1" group="3"/>
      <site name="a" pos="0 0 0.3"/>
    </body>
    <site name="b" pos="2 0 -1"/>
  </worldbody>
  <tendon><spatial name="rope" range="0 5" limited="true">
    <site site="a"/><geom geom="pulley" sidesite="side"/><site site="b"/></spatial></tendon>
</mujoco>"""


@pytest.fixture(scope="module")
def header() -> dict[str, object]:
    return describe_model(load_model(ROPE), duration_s=2, fps=30)


def named(header, kind: str, name: str):
    return next(item for item in header[kind] if item.get("name") == name)


def test_it_is_json_and_small(header):
    assert len(json.dumps(header, allow_nan=False)) < 4000
    assert (header["model"], header["frames"], header["fps"]) == ("lift", 61, 30)
    assert header["gravity"] == [0, 0, -9.81]


def test_only_what_moves_is_a_body_and_the_rest_stands_in_the_world(header):
    assert [body["name"] for body in header["bodies"]] == ["load"]
    crate, pulley = named(header, "geoms", "crate"), named(header, "geoms", "pulley")
    assert crate["body"] == 0 and crate["pos"] == [0, 0, 0]
    assert pulley["body"] == -1 and pulley["pos"] == pytest.approx([1, 0, 0])


def test_poses_of_fixed_geoms_are_those_mujoco_computes():
    model = load_model(ROPE)
    data = mujoco.MjData(model)
    mujoco.mj_kinematics(model, data)
    pulley = named(describe_model(model, duration_s=1, fps=60), "geoms", "pulley")
    rotation = np.empty(9)
    mujoco.mju_quat2Mat(rotation, np.array(pulley["quat"]))
    assert rotation == pytest.approx(data.geom("pulley").xmat, abs=1e-5)


def test_geoms_say_what_they_look_like(header):
    crate = named(header, "geoms", "crate")
    assert crate["size"] == [0.1, 0.2, 0.3]
    assert crate["rgba"] == [0.6, 0.4, 0.2, 1] and crate["material"] == "wood"
    assert named(header, "geoms", "floor")["size"] == [2, 2]
    (mesh,) = header["meshes"]
    assert len(mesh["vertices"]) == 12 and len(mesh["faces"]) == 12
    assert len(header["geoms"]) == 5, "what only collides is left out"


def test_the_ground_is_the_lowest_plane_that_faces_up(header):
    assert header["geoms"][header["ground"]]["name"] == "floor"
    assert describe_model(load_model("<mujoco/>"), duration_s=1, fps=60)["ground"] is None


def test_a_rope_lists_its_points_and_what_it_wraps(header):
    (rope,) = header["tendons"]
    assert rope["kind"] == "rope"
    a, over, b = rope["path"]
    assert a == {"body": 0, "pos": [0, 0, 0.3]}
    assert header["geoms"][over["geom"]]["name"] == "pulley"
    assert over["side"] == {"body": -1, "pos": pytest.approx([1, 0, -0.5])}
    assert b == {"body": -1, "pos": [2, 0, -1]}


def test_a_spring_says_how_stiff_and_how_long_it_is():
    header = describe_model(load_model(spring_and_mass(100, 2)), duration_s=1, fps=60)
    (spring,) = header["tendons"]
    assert (spring["kind"], spring["stiffness"], spring["rest"]) == ("spring", 100, [0.9, 0.9])


def test_constant_forces_say_where_they_act_and_along_the_worlds_axes():
    model = load_model(
        """<mujoco><worldbody>
          <site name="world" euler="0 90 0"/>
          <body name="box" pos="0 0 1"><freejoint/><geom type="box" size=".1 .1 .1"/>
            <site name="corner" pos=".1 0 .1"/></body>
        </worldbody>
        <actuator>
          <general name="push" site="corner" refsite="world" gear="1 0 0 0 0 0"/>
          <general name="turn" site="corner" refsite="world" gear="0 0 0 0 -1 0"/>
          <general name="own" site="corner" gear="1 0 0 0 0 0"/>
        </actuator>
        <keyframe><key ctrl="5 3 2"/></keyframe></mujoco>"""
    )
    (push,) = describe_model(model, duration_s=1, fps=60)["forces"]
    assert (push["name"], push["body"], push["pos"]) == ("push", 0, [0.1, 0.0, 0.1])
    assert push["force"] == pytest.approx([0, 0, -5])


def test_joints_are_in_their_bodys_frame(header):
    (lift,) = header["joints"]
    assert lift == {
        "name": "lift", "type": "slide", "body": 0, "pos": [0, 0, 0.1], "axis": [0, 0, 1],
    }  # fmt: skip


def test_a_hundred_bodies_are_a_few_kilobytes():
    header = describe_model(load_model(pile(100)), duration_s=10, fps=60)
    assert len(json.dumps(header)) < 40_000
