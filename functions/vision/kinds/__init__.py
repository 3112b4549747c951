"""One module a kind of mark, and the order in which they are looked for.

A new mark is a module with a finder and a line here. Earlier finders take what is unmistakable, so
that later ones see only what is left: a zigzag is a spring before its flanks can be sides of boxes,
and a line is a rod only once everything that it could join is known.
"""

from __future__ import annotations

from ..reading import Finder, Reviser
from . import (
    arc_arrow,
    beam,
    block,
    box,
    damper,
    dimension,
    ground,
    lead,
    load,
    outline,
    pin,
    pivot,
    plank,
    pulley,
    ramp,
    rod,
    roller,
    rope,
    round,
    slack,
    spring,
    wave,
)

FINDERS: tuple[Finder, ...] = (
    load.find_hung,
    block.find,
    pin.find_hatched,
    ground.find,
    wave.find_round,
    spring.find,
    wave.find,
    round.find_wheels,
    rope.find_dashed,
    arc_arrow.find,
    load.find,
    damper.find,
    round.find,
    ground.find_plain,
    dimension.find,
    beam.find,
    outline.find,
    box.find_rounded,
    outline.find_polygons,
    slack.find,
    plank.find,
    ramp.find_sloping,
    rod.find,
)

REVISERS: tuple[Reviser, ...] = (
    damper.find_closed,
    lead.without_strands,
    lead.reach_out,
    lead.joined_in_rows,
    ground.without_bottoms,
    ground.without_gaps,
    ground.turned_to_bodies,
    ramp.on_own_floor,
    pin.find,
    pivot.find_nails,
    rope.reach_out,
    rope.thread,
    rope.drop_doubles,
    pulley.decide,
    roller.find,
)
"""Once all marks are known, what each is joined to says what else it may be."""
