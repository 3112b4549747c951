"""Sentences as teachers, books and pupils write them, with what must come of each.

`UNSEEN` was written before the grammar was held to any of it and is run for the final figure in
`tests/bench/SENTENCES.md` only: whoever mends the grammar by it moves it to `DEVELOPMENT` and
writes another. (The one that is there has been run, and the grammar mended by it.)

A body is named "#2" (the second that can move, in the order of the description), "m=2" (the one of
2 kg) or "plank_1" (by kind and number).
"""

from __future__ import annotations

from .everyday import EVERYDAY
from .flying import COLLISIONS, FLIGHTS
from .hanging import PENDULUMS, PULLEYS, SPRINGS
from .mixed import FOURTH, MORE, THIRD
from .moves import Said
from .people import PEOPLE
from .sliding import FORCES, RAMPS
from .standing import AT_REST, MOTORS
from .unseen import UNSEEN

__all__ = ["DEVELOPMENT", "UNSEEN", "Said"]

DEVELOPMENT: list[Said] = [
    *(*RAMPS, *FLIGHTS, *PENDULUMS, *PULLEYS, *SPRINGS, *COLLISIONS, *FORCES, *AT_REST),
    *(*MOTORS, *MORE, *THIRD, *FOURTH, *PEOPLE, *EVERYDAY),
]
