"""Quantities go to what they are of: by name, by kind, by what is said around them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import ValidationError

from scenes.scene import STANDARD_GRAVITY_M_S2

from .description import Link, Thing
from .groups import Group
from .words import Token

if TYPE_CHECKING:
    from .grammar import Reader

_MAX_DURATION_S = 60.0


@dataclass(frozen=True, slots=True)
class Bound:
    """A quantity, the property named before it, the noun it stood before, and its neighbours."""

    token: Token
    prop: str | None
    to: Group | None
    measure: str | None
    before: str


def bind(reader: Reader, said: Bound) -> bool:
    """Write the quantity where it belongs; False if nothing takes it."""
    kind: str = said.token.kind
    if kind == "number":
        kind = _KIND_OF_PROPERTY.get(said.prop or "", "number")
        if said.prop == "angle":
            values = tuple(math.radians(value) for value in said.token.values)
            said = Bound(
                Token(said.token.spelt, "angle", values), said.prop, said.to, said.measure,
                said.before,
            )  # fmt: skip
    binders = {
        "mass": _bind_mass,
        "length": _bind_length,
        "size": _bind_size,
        "velocity": _bind_velocity,
        "acceleration": _bind_acceleration,
        "force": _bind_force,
        "stiffness": _bind_stiffness,
        "damping": _bind_damping,
        "angle": _bind_angle,
        "angular velocity": _bind_turning,
        "torque": _bind_torque,
        "time": _bind_time,
        "friction": _bind_friction,
        "restitution": _bind_restitution,
    }
    binder = binders.get(kind)
    try:
        return binder(reader, said) if binder is not None else False
    except ValidationError:
        # A mass of nothing, a restitution of two: no scene can hold it.
        return False


_KIND_OF_PROPERTY = {
    "mass": "mass",
    "radius": "length",
    "diameter": "length",
    "length": "length",
    "width": "length",
    "height": "length",
    "side": "length",
    "distance": "length",
    "stiffness": "stiffness",
    "damping": "damping",
    "friction": "friction",
    "restitution": "restitution",
    "angle": "angle",
    "velocity": "velocity",
    "force": "force",
    "torque": "torque",
    "angular velocity": "angular velocity",
    "gravity": "acceleration",
    "time": "time",
}
"""What a number without a unit is, by the name before it; it is in SI, and an angle in degrees."""


def _spread(
    group: Group, name: str, values: Sequence[float], parts: Sequence[Thing | Link], field: str
) -> bool:
    """One value is every part's; several, or one after another, are one each in order."""
    if not parts:
        return False
    stated = group.stated.setdefault(name, [])
    stated.extend(values)
    many = stated if len(stated) <= len(parts) else stated[-len(parts) :]
    for index, part in enumerate(parts):
        value = many[0] if len(many) == 1 else many[index] if index < len(many) else None
        if value is not None:
            setattr(part, field, value)
    return True


def _candidates(reader: Reader, said: Bound) -> Iterable[Group]:
    """The noun it stands before, then the last named, the subject, and all others backwards."""
    if said.to is not None:
        yield said.to
        return
    seen: list[Group] = []
    for group in (reader.focus, reader.subject, *reversed(reader.groups)):
        if group is not None and all(group is not other for other in seen):
            seen.append(group)
            yield group


def _is_named(said: Bound) -> bool:
    """Whether a quantity was said to be of the noun: "2 kg pulley", "a pulley of 2 kg"."""
    return said.to is not None or said.prop is not None or said.before == "of"


def _bind_mass(reader: Reader, said: Bound) -> bool:
    candidates = list(_candidates(reader, said))
    if candidates and candidates[0].has("table") and not _is_lain_on(reader, candidates[0]):
        # "a platform of 20 kg": what weighs something moves.
        reader.stock.become(candidates[0], "box")
    for group in candidates:
        pulley = [thing for thing in group.things if thing.kind == "pulley"]
        if pulley and not group.moving and _is_named(said):
            return _spread(group, "mass", said.token.values, pulley, "mass_kg")
        parts = group.moving
        if group.what == "bridge":
            parts = group.things[:1]
        if group.what == "seesaw" and said.to is None and said.prop is None:
            continue
        room = said.to is not None or said.prop is not None or not group.stated.get("mass")
        room = room or len(group.stated["mass"]) < len(parts)
        if parts and room:
            return _spread(group, "mass", said.token.values, parts, "mass_kg")
    # "and 2 kg on the right", of a lever: a body that was not named.
    if any(group.what == "seesaw" or group.has("plank") for group in candidates):
        return _new_boxes(reader, said.token.values)
    if any(group.is_link or group.has("pulley") for group in candidates):
        return _new_boxes(reader, said.token.values)
    return False


def _new_boxes(reader: Reader, values: Sequence[float]) -> bool:
    group = Group("box", [reader.stock.thing("box") for _ in values])
    for thing, value in zip(group.things, values, strict=True):
        thing.mass_kg = value
    group.stated["mass"] = list(values)
    reader.groups.append(group)
    reader.focus = group
    if reader.tie is not None:
        reader.tie.add(group)
    return True


def _bind_length(reader: Reader, said: Bound) -> bool:
    measure, _, spelt = (said.measure or "").partition(":")
    if measure == "direction" and spelt in {"left", "right"} and _on_lever(reader):
        measure = "lever"
    prop = said.prop
    values = said.token.values
    if _is_stretch(reader, said):
        return True
    if measure == "lever" or (measure == "up slope" and said.to is None):
        return _bind_place(reader, values, measure, spelt)
    bare = prop is None and said.to is None and not measure
    if bare and _on_lever(reader) and (said.before in {"at", "and"} or _others_have_places(reader)):
        return _bind_place(reader, values, measure, spelt)
    if measure == "gap" or prop == "distance":
        return _bind_gap(reader, values)
    group = said.to or _owner_of_length(reader, said, prop or measure)
    if group is None:
        return False
    wanted = prop or measure
    if _is_height_of_start(reader, said, group, wanted):
        return _spread(group, "above", values, group.moving, "above_ground_m")
    if group.links and wanted in {"", "length", "angle"}:
        return _spread(group, "length", values, group.links, "length_m")
    return _bind_extent(group, values, wanted)


def _is_stretch(reader: Reader, said: Bound) -> bool:
    # "an amplitude of 8 cm": a length where an angle would be a pendulum's.
    behind = reader.phrases.ahead(1)
    from_rest = behind is not None and "equilibrium" in behind.spelt
    out = reader.verb == "push" and behind is not None and behind.spelt in _OUT
    pulled = out or reader.verb in {"stretch", "compress", "lift"}
    if not (pulled or from_rest or said.prop == "angle"):
        return False
    springs = [link for link in reader.stock.links if link.kind == "spring"]
    sign = -1.0 if reader.verb == "compress" or said.measure == "direction:up" else 1.0
    if not springs or (reader.verb == "lift" and not reader.stock.links):
        return False
    if said.prop not in {None, "distance", "angle"} or said.to is not None:
        return False
    for spring in springs:
        spring.stretch_m = sign * said.token.values[0]
    return True


def _bind_place(reader: Reader, values: Sequence[float], measure: str, spelt: str) -> bool:
    """How far from a lever's pivot, or up a slope."""
    bodies = [group for group in reader.groups if group.moving and not group.is_system]
    focus = reader.focus if reader.focus in bodies else (bodies[-1] if bodies else None)
    if focus is None:
        return False
    if len(values) > 1 and len(focus.moving) == 1:
        several = [group.moving[0] for group in bodies if not group.has("plank")]
        return _spread(focus, "place", values, several[-len(values) :], "at_m")
    if "left" in spelt:
        focus.side = "left"
    elif "right" in spelt:
        focus.side = "right"
    return _spread(focus, "place", values, [t for t in focus.moving if t.kind != "plank"], "at_m")


def _on_lever(reader: Reader) -> bool:
    """Whether what was named last stands on a lever."""
    lever = any(group.what == "seesaw" or group.has("fulcrum") for group in reader.groups)
    focus = reader.focus
    return lever and focus is not None and not focus.has("plank") and not focus.has("fulcrum")


def _others_have_places(reader: Reader) -> bool:
    """ "the man is 1 m from the pivot and the woman 1.5 m"."""
    focus = reader.focus
    return any(group.stated.get("place") for group in reader.groups if group is not focus)


def _bind_gap(reader: Reader, values: Sequence[float]) -> bool:
    plank = any(thing.kind == "plank" for thing in reader.stock.things)
    if plank:
        return _bind_place(reader, values, "lever", "")
    bodies = [group for group in reader.groups if group.moving]
    if not bodies:
        return False
    group = bodies[-1]
    parts = group.moving[1:] if len(group.moving) > 1 else group.moving
    for thing in parts:
        thing.gap_m = values[0]
    return True


def _owner_of_length(reader: Reader, said: Bound, wanted: str) -> Group | None:
    for group in _candidates(reader, said):
        if wanted in {"radius", "diameter"} and not any(
            thing.kind in {"ball", "wheel", "pulley"} for thing in group.things
        ):
            continue
        if wanted in {"height"} and group.is_link:
            continue
        if group.what in {"floor", "ceiling"} and wanted != "height":
            continue
        if group.what == "floor":
            continue
        return group
    return None


_OUT = frozenset({"out", "down", "aside", "away", "downwards", "to the side"})
"""Where something on a spring is pulled to: "pulled 10 cm out"."""

_FALLING = frozenset({"fall", "throw", "release", "bounce", "roll", "move", "slide", "lift", None})


def _is_height_of_start(reader: Reader, said: Bound, group: Group, wanted: str) -> bool:
    """ "dropped from 5 m", "at a height of 2 m", "3 m above the ground"."""
    if said.to is not None or not group.moving:
        return False
    spelt = (said.measure or "").partition(":")[2]
    if "above" in spelt or "off the" in spelt or spelt == "up in the air":
        return True
    plain = {thing.kind for thing in group.moving} <= {"ball", "box", "wheel", "cart"}
    if not plain or group.links:
        return False
    from_there = said.before == "from" or (
        reader.relation is not None and reader.relation[0] == "from"
    )
    if wanted == "height":
        return said.before in {"of", "height", "=", "from", "at"} or from_there
    # "falls 2 m": right behind the verb.
    falls = reader.verb == "fall" and reader.phrases.is_next("verb", by=-1)
    return wanted == "" and (
        falls or ((from_there or said.before == "at") and reader.verb in _FALLING)
    )


def _bind_extent(group: Group, values: Sequence[float], wanted: str) -> bool:
    """A size of the things themselves."""
    parts = group.things if not group.is_system else group.things[:1]
    if wanted in {"radius", "diameter"}:
        parts = [part for part in group.things if part.kind in {"ball", "wheel", "pulley"}]
    round_ = all(part.kind in {"ball", "wheel", "pulley"} for part in parts)
    if wanted == "radius":
        return _spread(group, wanted, values, parts, "radius_m")
    if wanted == "diameter" or (round_ and wanted in {"", "width", "length", "height", "side"}):
        return _spread(group, wanted, [value / 2 for value in values], parts, "radius_m")
    if wanted == "height":
        return _spread(group, wanted, values, parts, "height_m")
    if wanted in {"", "side"} and all(part.kind == "box" for part in parts):
        _spread(group, "height", values, parts, "height_m")
        return _spread(group, "width", values, parts, "width_m")
    if wanted == "" and all(part.kind in {"table", "wall"} for part in parts):
        return _spread(group, "height", values, parts, "height_m")
    if wanted in {"", "length", "width", "up slope"}:
        return _spread(group, "width", values, parts, "width_m")
    return False


def _bind_size(reader: Reader, said: Bound) -> bool:
    group = said.to or reader.focus
    if group is None or not group.things:
        return False
    for thing in group.things:
        thing.width_m, thing.height_m = said.token.values[:2]
    return True


def _bind_velocity(reader: Reader, said: Bound) -> bool:
    for group in _candidates(reader, said):
        if group.moving:
            targets = group.moving
            if group.what == "cradle" or (group.is_system and group.links):
                targets = group.moving[:1] if group.what == "cradle" else group.moving[-1:]
            if reader.one_of_them:
                # "two carts: one moves at 2 m/s".
                targets, reader.one_of_them = targets[:1], False
            if len(said.token.values) == 1 and group.stated.get("speed") and len(targets) > 1:
                targets = targets[len(group.stated["speed"]) :]
            elif len(said.token.values) == 1 and _one_by_one(reader, group):
                # "0.2 kg at 1 m/s runs into 0.3 kg": the one whose mass was said last.
                last = len(group.stated["mass"])
                targets = targets[last - 1 : last]
            if said.measure == "direction:left" or reader.direction == "left":
                for thing in targets:
                    thing.heading = "left"
            speeds = [abs(value) for value in said.token.values]
            if targets and any(value < 0 for value in said.token.values):
                targets[-1].heading = "left"
            return _spread(group, "speed", speeds, targets, "speed_m_s")
    return False


def _one_by_one(reader: Reader, group: Group) -> bool:
    """Whether some of a group have got their masses, and more masses follow."""
    said = len(group.stated.get("mass", []))
    rest = reader.phrases.items[reader.phrases.at + 1 :]
    follow = any(item.token is not None and item.token.kind == "mass" for item in rest)
    return 0 < said < len(group.moving) and follow


def _bind_acceleration(reader: Reader, said: Bound) -> bool:
    if said.prop == "gravity" or said.before in {"gravity", "="}:
        reader.world.gravity_m_s2 = said.token.values[0]
        return True
    return False


def _bind_force(reader: Reader, said: Bound) -> bool:
    if said.to is not None:
        # "a 10 N block" weighs that much.
        weights = [value / STANDARD_GRAVITY_M_S2 for value in said.token.values]
        return _spread(said.to, "mass", weights, said.to.moving, "mass_kg")
    about = next((g for g in _candidates(reader, said) if g.moving), None)
    if about is None:
        # "a force of 10 N pushes a block": the body comes later.
        reader.force_to_come = said.token.values[0]
        return True
    reader.verb = "push"
    for thing in about.moving:
        thing.force_n = said.token.values[0]
        if reader.direction in {"left", "right", "up", "down"}:
            thing.force_heading = reader.direction  # type: ignore[assignment]
    return True


def _springs(group: Group) -> list[Link]:
    return [link for link in group.links if link.kind == "spring"]


def _bind_stiffness(reader: Reader, said: Bound) -> bool:
    for group in _candidates(reader, said):
        if _springs(group):
            return _spread(group, "stiffness", said.token.values, _springs(group), "stiffness_n_m")
    planks = [thing for thing in reader.stock.things if thing.kind == "plank"]
    for plank in planks:
        plank.load_n_per_m = said.token.values[0]
    return bool(planks)


def _bind_damping(reader: Reader, said: Bound) -> bool:
    for kind in ("damper", "spring"):
        for group in _candidates(reader, Bound(said.token, said.prop, None, None, "")):
            parts = [link for link in group.links if link.kind == kind]
            if parts:
                return _spread(group, "damping", said.token.values, parts, "damping_ns_m")
    return False


def _bind_angle(reader: Reader, said: Bound) -> bool:
    degrees = [math.degrees(value) for value in said.token.values]
    if said.to is not None and said.to.has("ramp"):
        return _spread(said.to, "angle", degrees, said.to.things, "angle_deg")
    focus = reader.focus
    sloping = _sloping(reader, said)
    if sloping is not None:
        reader.stock.become(sloping, "ramp")
        return _spread(sloping, "angle", degrees, sloping.things, "angle_deg")
    if focus is not None and focus.has("ramp") and not focus.stated.get("angle"):
        return _spread(focus, "angle", degrees, focus.things, "angle_deg")
    about = reader.subject or focus
    throwing = reader.verb == "throw" or any(verb == "throw" for verb, _ in reader.verbs)
    if throwing and about is not None and about.moving:
        for thing in about.moving:
            down = said.measure == "direction:down"
            thing.launch_deg = -degrees[0] if down else degrees[0]
        return True
    if reader.verb == "push" and about is not None and about.moving and not _hangs(reader, about):
        for thing in about.moving:
            thing.force_deg = degrees[0]
        return True
    swinging = [link for link in reader.stock.links if link.hangs and link.kind in {"rod", "rope"}]
    if not swinging and reader.focus is not None and reader.focus.what == "rod":
        reader.lean_to_come = degrees[0]
        return True
    if swinging or reader.tie is not None:
        if said.measure == "direction:above":
            # "45° with the ceiling": what hangs leans from the plumb.
            degrees = [90 - value for value in degrees]
        return _lean(reader, swinging, degrees)
    ramps = [t for t in reader.stock.things if t.kind == "ramp" and t.angle_deg is None]
    if ramps:
        ramps[-1].angle_deg = degrees[0]
        return True
    if about is not None and about.moving and all(thing.speed_m_s for thing in about.moving):
        about.moving[0].launch_deg = degrees[0]
        return True
    if reader.verb in {"roll", "slide"}:
        ramp = Group("ramp", [reader.stock.thing("ramp")])
        ramp.things[0].angle_deg = degrees[0]
        reader.groups.append(ramp)
        for thing in about.moving if about else ():
            thing.on = [ramp.things[0].id]
        return True
    return False


def _hangs(reader: Reader, group: Group) -> bool:
    """Whether a group hangs by a line; to pull it by some degrees is to draw it aside."""
    end_ids = {thing.id for thing in group.moving}
    tied = reader.tie is not None and reader.tie.verb == "hang"
    return tied or any(link.hangs and link.b in end_ids for link in reader.stock.links)


def _sloping(reader: Reader, said: Bound) -> Group | None:
    """A plank or track that is tilted, and so is a ramp; a lever that tilts stays one."""
    group = said.to if said.to is not None else reader.focus
    if group is None or group.is_system or not (group.has("plank") or group.has("floor")):
        return None
    named = said.prop == "angle" and reader.verb in {None, "slide", "roll", "stand", "release"}
    tilted = reader.verb == "lift" or named or said.to is not None
    held = any(thing.on for thing in group.things)
    return group if tilted and not held else None


def _lean(reader: Reader, swinging: Sequence[Link], degrees: Sequence[float]) -> bool:
    """Of what hangs; a cradle's first ball alone leans, to the left."""
    cradle = next((group for group in reader.groups if group.what == "cradle"), None)
    if cradle is not None:
        cradle.stated["lean"] = list(degrees)
        return True
    if not swinging:
        reader.lean_to_come = degrees[0]
        return True
    apart = all(not link.a.startswith("ball") for link in swinging)
    if reader.side in {"left", "right"} and apart:
        # "the left one is pulled out": away from the others.
        outer, way = (swinging[0], -1.0) if reader.side == "left" else (swinging[-1], 1.0)
        outer.lean_deg = way * abs(degrees[0])
        return True
    for index, link in enumerate(swinging):
        link.lean_deg = degrees[min(index, len(degrees) - 1)]
    return True


def _bind_turning(reader: Reader, said: Bound) -> bool:
    for group in _candidates(reader, said):
        turned = [t for t in group.things if t.kind in {"wheel", "rod", "cart"}]
        if turned:
            for thing in turned:
                clockwise = reader.direction != "counterclockwise"
                speed = said.token.values[0]
                thing.motor_rad_s = -abs(speed) if clockwise else abs(speed)
            return True
    spun = next((g for g in _candidates(reader, said) if g.moving), None)
    if spun is None:
        reader.turn_to_come = said.token.values[0]
        return True
    for thing in spun.moving:
        thing.spin_rad_s = -said.token.values[0]
    return True


def _bind_torque(reader: Reader, said: Bound) -> bool:
    for group in _candidates(reader, said):
        turned = [t for t in group.things if t.kind in {"wheel", "rod", "plank", "ball"}]
        for thing in turned:
            thing.torque_n_m = -abs(said.token.values[0])
        if turned:
            return True
    reader.torque_to_come = said.token.values[0]
    return True


def _bind_time(reader: Reader, said: Bound) -> bool:
    seconds = said.token.values[0]
    if said.before in {"after", "every", "within"} or seconds <= 0:
        return False
    if seconds > _MAX_DURATION_S:
        reader.assumed.append(f"{seconds:g} s is more than can be run; {_MAX_DURATION_S:g} s is.")
    reader.world.duration_s = min(seconds, _MAX_DURATION_S)
    return True


def _bind_friction(reader: Reader, said: Bound) -> bool:
    value = said.token.values[0]
    group = said.to or reader.focus
    if group is not None and group.is_link:
        group = reader.subject
    if group is None or not group.things or (group.is_system and group.links):
        reader.world.friction = value
        return True
    if group.moving and not any(thing.on for thing in group.moving):
        reader.world.friction = value
        return True
    if not group.moving and not _is_underfoot(reader, group):
        reader.world.friction = value
        return True
    for thing in group.things:
        thing.friction = value
    return True


def _is_underfoot(reader: Reader, group: Group) -> bool:
    """Whether something lies on it, or it is all that anything could lie on."""
    return _is_lain_on(reader, group) or not any(thing.on for thing in reader.stock.things)


def _is_lain_on(reader: Reader, group: Group) -> bool:
    ids = {thing.id for thing in group.things}
    return any(ids & set(thing.on) for thing in reader.stock.things)


def _bind_restitution(reader: Reader, said: Bound) -> bool:
    value = said.token.values[0]
    if not 0 <= value <= 1:
        return False
    bodies = [thing for group in reader.groups for thing in group.moving]
    if len(bodies) != 1:
        reader.world.restitution = value
        return True
    bodies[0].restitution = value
    return True
