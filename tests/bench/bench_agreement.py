"""How far the page's own MuJoCo is from the service's, on every example and where chaos parts them.

Both are of one version and take the same steps, so they differ by the last bits of what compilers
make of sums and sines. Where motion is not chaotic that stays far below what frames are rounded to
(0.1 mm). Where it is, the difference grows exponentially until it is seen: what is printed is when.
"""

from __future__ import annotations

from physics.mjcf import write_mjcf
from sentences.grammar import read_sentence
from sentences.layout import lay_out
from tests.agreement import FRAMES_M, differences
from tests.integration.test_agreement import DURATION_S, NAMES, model_of

from .harness import Ratio, table

CHAOTIC = {
    "double pendulum": "a double pendulum with two 1 m rods, released at 120 degrees",
    "triple pendulum": "a triple pendulum released at 120 degrees",
}
CHAOTIC_S = 40.0


def main() -> str:
    """A row an example, and a line for each motion that chaos parts."""
    agreed = differences({name: model_of(name) for name in NAMES}, duration_s=DURATION_S)
    rows = [
        Ratio(name, 1000 * one.worst, 1000 * FRAMES_M, "mm", one.worst / FRAMES_M, "<= 1")
        for name, one in agreed.items()
    ]
    chaotic = {name: write_mjcf(lay_out(read_sentence(said))) for name, said in CHAOTIC.items()}
    lines = [
        f"  {name}: a millimetre apart "
        + (f"at {one.parts:.1f} s" if one.parts is not None else f"at no time up to {CHAOTIC_S} s")
        for name, one in differences(chaotic, duration_s=CHAOTIC_S).items()
    ]
    title = f"The page's run against the service's, {DURATION_S:g} s, farthest of all bodies"
    return "\n".join([table(title, rows), *lines])
