import re
import time
import tracemalloc

import mujoco
import pytest

from physics.allowed import allowed_elements
from physics.errors import MjcfRefused
from physics.untrusted import MAX_BYTES, check_mjcf
from scenes.scene import Body, Disc, Scene

from .models import exploding, falling_ball, pendulum, pile, spring_and_mass

LEFT_OUT = {"plugin", "config", "extension", "attach"}


def world(inside: str, before: str = "") -> str:
    return f"<mujoco>\n{before}<worldbody>\n{inside}</worldbody>\n</mujoco>"


def refusal(text: str) -> MjcfRefused:
    with pytest.raises(MjcfRefused) as caught:
        check_mjcf(text)
    assert caught.value.reason
    return caught.value


def mujoco_schema() -> dict[str, frozenset[str]]:
    """The installed engine's own schema, by path."""
    table: dict[str, list[str]] = {}
    stack: list[str] = []
    for line in mujoco.mj_printSchema(False, False).splitlines():
        if found := re.match(r"^( *)(\(world\)body|\w+) \([!*?R]\)\s*(.*)$", line):
            depth = len(found[1]) // 3
            name = "body" if found[2] == "(world)body" else found[2]
            stack = [*stack[:depth], name]
            table["/".join(stack[1:])] = found[3].split()
        elif line.strip():
            table["/".join(stack[1:])] += line.split()
    return {path: frozenset(names) for path, names in table.items()}


def test_the_list_is_the_engines_schema_without_plugins_and_other_models():
    expected = {
        path: names - {"plugin", "instance"}
        for path, names in mujoco_schema().items()
        if not LEFT_OUT & set(path.split("/")) and path != "asset/model"
    }
    ours = {
        path: names
        for path, names in allowed_elements().items()
        if path not in {"body/frame", "body/replicate"}
    }
    assert ours == expected


@pytest.mark.parametrize(
    "model", [pendulum(), falling_ball(), spring_and_mass(), exploding(), pile(50)]
)
def test_ordinary_models_pass(model: str):
    check_mjcf(model)


def test_what_we_write_ourselves_passes():
    from physics.mjcf import write_mjcf

    ball = Body("ball", "ball", Disc(0.1), (0.0, 1.0), mass_kg=1.0)
    check_mjcf(write_mjcf(Scene(bodies=(ball,))))


def test_every_part_of_the_language_in_ordinary_use_passes():
    check_mjcf("""<?xml version="1.0" encoding="utf-8"?>
<!-- a comment -->
<mujoco model="Größe: nan &amp; inf">
  <compiler angle="radian" meshdir="meshes" autolimits="true">
    <lengthrange timestep="0.01"/></compiler>
  <option timestep="0.002" gravity="0 0 -9.81" iterations="50"><flag contact="enable"/></option>
  <size memory="10M" nuserdata="5"/>
  <visual><global offwidth="1280" offheight="960"/><quality shadowsize="4096"/></visual>
  <default><geom density="1000"/><default class="a"><joint damping="1"/></default></default>
  <asset>
    <mesh name="m" vertex="0 0 0  1 0 0  0 1 0  0 0 1"/>
    <texture name="t" builtin="checker" width="512" height="512" rgb1="1 1 1" rgb2="0 0 0"/>
    <material name="s" texture="t" texrepeat="5 5"/>
    <hfield name="h" nrow="2" ncol="2" size="1 1 1 1" elevation="0 1 0 1"/>
  </asset>
  <worldbody>
    <geom type="plane" size="0 0 .1" material="s"/>
    <frame pos="1 0 0"><body name="inf" childclass="a"><freejoint/><geom type="mesh" mesh="m"/>
      <body name="b" pos="0 0 1"><joint name="j" range="-1 1"/><geom size=".1" mass="0"/>
        <site name="nan"/></body></body></frame>
    <replicate count="5" offset="1 0 0"><replicate count="4" offset="0 1 0" euler="0 0 0.1">
      <geom size=".1"/></replicate></replicate>
    <composite type="cable" count="21 1 1" curve="s" size="1"><joint kind="main"/>
      <geom type="capsule" size=".01"/></composite>
    <flexcomp name="f" type="grid" count="4 4 1" spacing=".1 .1 .1" dim="2" mass="1"/>
  </worldbody>
  <contact><exclude body1="inf" body2="b"/></contact>
  <tendon><spatial stiffness="5"><site site="nan"/></spatial>
    <fixed><joint joint="j" coef="1"/></fixed></tendon>
  <equality><joint joint1="j"/></equality>
  <actuator><motor joint="j" gear="10"/><position joint="j" kp="5"/></actuator>
  <sensor><jointpos joint="j"/><framepos objtype="body" objname="b"/></sensor>
  <custom><numeric name="n" data="1 2 3"/><text name="x" data="nan inf 1e999 whatever"/></custom>
  <keyframe><key name="k" qpos="0 0 0 1 0 0 0 0"/></keyframe>
</mujoco>""")


@pytest.mark.parametrize(
    "text, element, attribute, line",
    [
        (world('<geom sise="1"/>'), "geom", "sise", 3),
        (world("\n<gem/>"), "gem", None, 4),
        (world('<body><geom plugin="x"/></body>'), "geom", "plugin", 3),
        (world('<body><plugin plugin="mujoco.elasticity.cable"/></body>'), "plugin", None, 3),
        (world("", '<extension><plugin plugin="x"/></extension>\n'), "extension", None, 2),
        (world("", '<asset><model file="other.xml"/></asset>\n'), "model", None, 2),
        (world('<attach model="x" body="y" prefix="z"/>'), "attach", None, 3),
        ('<robot name="urdf"/>', "robot", None, 1),
        ("<mujocoinclude/>", "mujocoinclude", None, 1),
        (world("", '<include file="/etc/passwd"/>\n'), "include", "file", 2),
        (world("", '<include file="../../secret.xml"/>\n'), "include", "file", 2),
        (world("", "<include/>\n"), "include", "file", 2),
        (world("", '<asset><mesh name="a" file="a.stl"/></asset>\n'), "mesh", "file", 2),
        (world("", '<asset><texture fileup="/a.png"/></asset>\n'), "texture", "fileup", 2),
        (world("", '<asset><hfield file="h.png"/></asset>\n'), "hfield", "file", 2),
        (world('<flexcomp type="gmsh" file="x.msh"/>'), "flexcomp", "file", 3),
        (world('<geom size="0.1" mass="nan"/>'), "geom", "mass", 3),
        (world('<geom size="0.1" mass="-NaN"/>'), "geom", "mass", 3),
        (world('<geom size="0.1" mass="nan(0x1)"/>'), "geom", "mass", 3),
        (world('<geom size="0.1" mass="-1"/>'), "geom", "mass", 3),
        (world('<geom size="0.1" user="infinity"/>'), "geom", "user", 3),
        (world('<geom size="0.1" user="1e400"/>'), "geom", "user", 3),
        (world('<geom size="0x1p+9999"/>'), "geom", "size", 3),
        (world('<geom size="0.1" user="0x10"/>'), "geom", "user", 3),
        (world('<geom size="1e9"/>'), "geom", "size", 3),
        (world('<geom size="-1"/>'), "geom", "size", 3),
        (world('<geom size="1;2"/>'), "geom", "size", 3),
        (world('<geom size=".1" pos="1e30 0 0"/>'), "geom", "pos", 3),
        (world("", '<option timestep="1e9"/>\n'), "option", "timestep", 2),
        (world("", '<option timestep="0"/>\n'), "option", "timestep", 2),
        (world("", '<option timestep="-0.001"/>\n'), "option", "timestep", 2),
        (world("", '<option iterations="2000000000"/>\n'), "option", "iterations", 2),
        (world("", '<size memory="100G"/>\n'), "size", "memory", 2),
        (world("", '<size memory="99999999999999999999"/>\n'), "size", "memory", 2),
        (world("", '<size nuser_geom="100000000"/>\n'), "size", "nuser_geom", 2),
        (world("", '<size nuserdata="1000000000"/>\n'), "size", "nuserdata", 2),
        (world("", '<custom><numeric name="a" size="1000000000"/></custom>\n'),
         "numeric", "size", 2),
        (world("", '<asset><texture builtin="flat" width="99999" height="99999"/></asset>\n'),
         "texture", "width", 2),
        (world("", '<asset><texture builtin="flat" width="4096" height="8192"/></asset>\n'),
         "texture", None, 2),
        (world('<replicate count="10000000" offset="1 0 0"><geom size="1"/></replicate>'),
         "replicate", "count", 3),
        (world('<replicate count="200">' * 3 + '<geom size="1"/>' + "</replicate>" * 3),
         "geom", None, 3),
        (world('<composite type="cable" count="10000 10000 10000"/>'), "composite", None, 3),
        (world('<flexcomp type="grid" count="100 100 100"/>'), "flexcomp", None, 3),
        (world('<geom size="1"/>\n' * 100_000), "geom", None, 10_003),
        (world("<body>\n" * 300 + "</body>" * 300), "body", None, 65),
        ("<!DOCTYPE mujoco [<!ENTITY a 'x'>]>\n<mujoco/>", None, None, 1),
        ("<!DOCTYPE mujoco SYSTEM 'http://example.org/x.dtd'>\n<mujoco/>", None, None, 1),
        (world("&undefined;"), None, None, 3),
        (world("<?evil code?>"), None, None, 3),
        (world("<![CDATA[<geom/>]]>"), None, None, 3),
        ("<mujoco>\n<worldbody>", None, None, 2),
        ("<mujoco/><mujoco/>", None, None, 1),
        ("", None, None, 1),
        ("\0", None, None, 1),
        ("not xml at all", None, None, 1),
        ("<mujoco model='a\0b'/>", None, None, 1),
        ("<mujoco>\ud800</mujoco>", None, None, None),
    ],
)  # fmt: skip
def test_hostile_models_are_refused_with_their_place(
    text: str, element: str | None, attribute: str | None, line: int | None
):
    error = refusal(text)
    assert (error.element, error.attribute, error.line) == (element, attribute, line)


def test_a_refusal_says_where_what_and_what_to_do():
    error = refusal(world('<geom type="box"\n  sise="1"/>'))
    assert error.detail == "<geom> sise, line 3, column 1: there is no such attribute"
    assert error.suggestion == "Did you mean size?"
    assert refusal(world("<bdy/>")).suggestion == "Did you mean body?"
    assert refusal(world("", "<wordbody/>\n")).suggestion == "Did you mean worldbody?"


def test_all_files_a_model_needs_are_named_at_once():
    error = refusal(
        world("", '<include file="common.xml"/><asset><mesh name="a" file="a.stl"/>'
                  '<mesh name="b" file="a.stl"/><texture file="wood.png"/></asset>')
    )  # fmt: skip
    for name in ("common.xml", "a.stl", "wood.png"):
        assert error.reason.count(name) == 1


def test_long_hostile_text_is_not_echoed_whole():
    error = refusal(world(f'<geom size="{"9" * 100_000}"/>'))
    assert len(error.detail) < 300
    assert len(refusal(world(f"<{'x' * 100_000}/>")).detail) < 300


def test_a_model_over_five_megabytes_is_refused():
    assert "bytes" in refusal(world(" " * MAX_BYTES)).reason


@pytest.mark.parametrize(
    "text",
    [
        world('<geom size="1"/>\n' * 200_000),
        world("<body>" * 400_000),
        world(f'<geom user="{"1 " * 2_000_000}"/>'),
        world(f"<geom {' '.join(f'a{i}={chr(34)}1{chr(34)}' for i in range(200_000))}/>"),
        "<mujoco " + "a" * 4_000_000,
    ],
    ids=["many", "deep", "long list", "many attributes", "long name"],
)
def test_bombs_are_refused_fast_and_in_flat_memory(text: str):
    assert len(text) < MAX_BYTES
    started = time.process_time()
    tracemalloc.start()
    refusal(text)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert time.process_time() - started < 2
    assert peak < 100e6


def test_a_large_honest_mesh_passes_in_time():
    vertices = " ".join(f"{0.001 * i:.6f}" for i in range(150_000))
    started = time.process_time()
    check_mjcf(world("", f'<asset><mesh name="m" vertex="{vertices}"/></asset>'))
    assert time.process_time() - started < 2
