"""What comes of sentences: `python -m tests.eval.sentences`, or `--unseen` for the final figure.

A sentence is right if it moves as it must; *warned* if it does not and its warnings say which words
were left out; *refused* if nothing was made of it; *wrong* if it does not and no word was left out.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from physics.header import describe_model
from physics.measures import Motion, check_expectations
from physics.mjcf import write_mjcf
from physics.model import load_model
from physics.simulate import record
from scenes.errors import SceneError
from sentences.description import MOVING_KINDS, Description
from sentences.errors import SentenceError
from sentences.grammar import read_sentence
from sentences.layout import lay_out

from .said import DEVELOPMENT, UNSEEN, Said

_MARGIN_S = 0.05


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one sentence, and why it is not right."""

    sentence: str
    verdict: str
    notes: tuple[str, ...] = ()


def judge(said: Said) -> Outcome:
    """Read a sentence, simulate it, and hold the motion against what must come of it."""
    sentence, expect = said
    try:
        description = read_sentence(sentence)
        scene = lay_out(description)
    except (SentenceError, SceneError) as error:
        return Outcome(sentence, "refused", (f"{type(error).__name__}: {error}",))
    bodies = bodies_of(description)
    named = [{**terms, "on": _resolved(terms["on"], bodies)} for terms in expect]
    xml = write_mjcf(scene)
    duration_s = max(terms["t"][1] for terms in expect) + _MARGIN_S
    motion = Motion.of_recording(
        record(xml, duration_s=duration_s),
        describe_model(load_model(xml), duration_s=duration_s, fps=60)["bodies"],
    )
    results = check_expectations(named, motion)
    notes = [str(result) for result in results if not result.holds]
    if notes and description.unplaced:
        return Outcome(sentence, "warned", (*notes, f"left out: {description.unplaced}"))
    if notes:
        return Outcome(sentence, "wrong", tuple(notes))
    return Outcome(sentence, "right", tuple(description.unplaced))


def bodies_of(description: Description) -> dict[str, str]:
    """The ids of what can move, by their number in the description and by what they weigh."""
    moving = [t for t in description.things if t.kind in MOVING_KINDS and not t.fixed]
    bodies = {f"#{number}": thing.id for number, thing in enumerate(moving, start=1)}
    weights = Counter(thing.mass_kg for thing in moving)
    for thing in moving:
        if thing.mass_kg is not None and weights[thing.mass_kg] == 1:
            bodies[f"m={thing.mass_kg:g}"] = thing.id
    return bodies


def _resolved(on: Any, bodies: dict[str, str]) -> Any:
    if on is None:
        return None
    if isinstance(on, str):
        return bodies.get(on, on)
    return [bodies.get(one, one) for one in on]


def report(outcomes: Sequence[Outcome]) -> str:
    """The count of each verdict, then all that is not right."""
    counts = Counter(outcome.verdict for outcome in outcomes)
    lines = [
        f"{counts['right']} of {len(outcomes)} right",
        *(f"{verdict}: {counts[verdict]}" for verdict in ("warned", "refused", "wrong")),
    ]
    for outcome in outcomes:
        if outcome.verdict != "right" or outcome.notes:
            lines.append(f"{outcome.verdict}: {outcome.sentence}")
            lines.extend(f"    {note}" for note in outcome.notes)
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.eval.sentences", description=__doc__)
    parser.add_argument("--unseen", action="store_true", help="the split for the final figure")
    parser.add_argument("--grep", default="", help="only the sentences that match")
    args = parser.parse_args()
    sentences = UNSEEN if args.unseen else DEVELOPMENT
    wanted = [said for said in sentences if re.search(args.grep, said[0])]
    sys.stdout.write(report([judge(said) for said in wanted]))


if __name__ == "__main__":
    main()
