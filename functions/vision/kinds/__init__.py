"""One module a kind of mark, and the order in which they are looked for.

A new mark is a module with a finder and a line here. Earlier finders take what is unmistakable, so
that later ones see only what is left: a zigzag is a spring before its flanks can be sides of boxes,
and a line is a rod only once everything that it could join is known.
"""

from __future__ import annotations

from ..reading import Finder
from . import arrow, ball, block, dimension, ground, outline, pivot, ramp, rod, spring

FINDERS: tuple[Finder, ...] = (
    block.find,
    ground.find,
    spring.find,
    arrow.find,
    ball.find,
    pivot.find,
    ground.find_plain,
    dimension.find,
    outline.find,
    ramp.find_sloping,
    rod.find,
)
