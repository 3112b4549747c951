"""A scene as planar MJCF that stock MuJoCo loads as it is.

The plane is x-z, seen along +y; angles are counter-clockwise as seen so. A body that flies free has
two slides and a hinge; what a hinge holds is its child in a kinematic tree. Keyframe 0 holds the
start, its `ctrl` what acts all along. No file is referred to.
"""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import replace

from scenes.scene import Body, Disc, Scene
from scenes.stiff import soften
from scenes.touch import Touch, touching_pairs

from .mjcf_approach import approach, is_hit
from .mjcf_bodies import BodyWriter
from .mjcf_contact import IMPEDANCE_RATIO, ContactClass, ball_depth, contact_class
from .mjcf_lines import LineWriter
from .mjcf_look import View, add_assets, add_look, add_stage, geom_names, view_of
from .mjcf_step import CATCH_RATE_PER_S, integrator, time_step
from .mjcf_text import number
from .mjcf_tree import grow

_Pairs = Sequence[tuple[Body, Body, ContactClass]]

_SITE_PART = 0.004
"""Size of a site, as a part of the picture's width; they are not seen."""


def write_mjcf(scene: Scene) -> str:
    """The scene as MJCF; bodies, geoms and joints carry the scene's names."""
    scene = soften(scene)
    touches = list(touching_pairs(scene))
    step_s = time_step(scene, touches)
    method = integrator(scene, touches, step_s)
    pairs = _contact_pairs(scene, touches, step_s)
    view, forest = view_of(scene), grow(scene)

    root = ET.Element("mujoco", model="drawing")
    ET.SubElement(root, "compiler", angle="radian", autolimits="true")
    _add_option(root, scene, step_s, method)
    add_look(root, view)
    _add_defaults(root, view, pairs)
    add_assets(root, scene, view)
    world = ET.SubElement(root, "worldbody")
    add_stage(world, view)
    bodies = BodyWriter(scene, forest, view, world)
    bodies.write()
    lines = LineWriter(scene, bodies, step_s, exact=method == "RK4")
    lines.write()
    parts = (_contacts(pairs), lines.tendons, lines.equalities, lines.actuators)
    root.extend(part for part in parts if len(part))
    _add_start(root, bodies.qpos, bodies.qvel, lines.ctrl)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode") + "\n"


def _add_option(root: ET.Element, scene: Scene, step_s: float, integrator: str) -> None:
    option = {
        "timestep": f"{step_s:.12g}",
        "gravity": f"{number(scene.gravity[0])} 0 {number(scene.gravity[1])}",
        "integrator": integrator,
        "cone": "elliptic",
        "impratio": number(IMPEDANCE_RATIO),
        "iterations": "50",
        "tolerance": "1e-10",
    }
    ET.SubElement(root, "option", option)


def _add_defaults(root: ET.Element, view: View, pairs: _Pairs) -> None:
    default = ET.SubElement(root, "default")
    # Who may touch whom is written out as pairs; nothing else collides.
    ET.SubElement(default, "geom", contype="0", conaffinity="0")
    ET.SubElement(default, "site", size=number(_SITE_PART * view.width_m), rgba="0 0 0 0")
    for name, contact in sorted({contact.name: contact for _, _, contact in pairs}.items()):
        group = ET.SubElement(default, "default", {"class": name})
        ET.SubElement(group, "pair", contact.attributes())


def _contact_pairs(
    scene: Scene, touches: Sequence[tuple[Body, Body, Touch]], step_s: float
) -> _Pairs:
    jointed = {name for joint in scene.joints for name in (joint.a, joint.b)}
    pairs = []
    for a, b, touch in touches:
        speed = math.dist(a.velocity, b.velocity)
        radius = min((o.radius_m for o in (a.outline, b.outline) if isinstance(o, Disc)), default=0)
        depth = ball_depth(radius, speed, step_s)
        ease, meeting = _ease(a, b, jointed), approach(a, b, scene.gravity)
        catch = None
        if touch.restitution <= 0 and is_hit(a, b):
            # They are to stay together: what rubs as they tremble on the floor pushes them apart.
            catch, touch = CATCH_RATE_PER_S, replace(touch, friction=0.0)
        contact = contact_class(touch, step_s, ease, speed, depth, meeting, catch)
        pairs.append((a, b, contact))
    return pairs


def _ease(first: Body, second: Body, jointed: set[str | None]) -> float:
    """MuJoCo's estimate of a contact's inverse mass over the true one in the plane.

    The estimate (`body_invweight0`) is the mean over three axes, of which a free planar body has
    two, and one that swings on a rod has one.
    """
    taken = true = 0.0
    for body in (first, second):
        if not body.fixed and body.mass_kg > 0:
            taken += (1 if body.name in jointed else 2) / 3 / body.mass_kg
            true += 1 / body.mass_kg
    return taken / true if true > 0 else 1.0


def _contacts(pairs: _Pairs) -> ET.Element:
    contact = ET.Element("contact")
    for first, second, group in pairs:
        for geom1 in geom_names(first):
            for geom2 in geom_names(second):
                names = {"geom1": geom1, "geom2": geom2, "class": group.name}
                ET.SubElement(contact, "pair", names)
    return contact


def _add_start(
    root: ET.Element, qpos: Sequence[float], qvel: Sequence[float], ctrl: Sequence[float]
) -> None:
    key = ET.SubElement(ET.SubElement(root, "keyframe"), "key", name="start")
    for name, values in (("qpos", qpos), ("qvel", qvel), ("ctrl", ctrl)):
        if values:
            key.set(name, " ".join(map(number, values)))
