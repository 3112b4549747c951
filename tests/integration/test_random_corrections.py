"""Whatever an owner says of a drawing, there comes a scene, or a refusal that says why."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from physics.mjcf import write_mjcf
from physics.model import load_model
from scenes.corrections import CorrectionRefused, apply_corrections, texts_to_bind
from scenes.errors import SceneError
from scenes.from_analysis import build_scene
from tests.drawings import SCENES, draw
from vision.analysis import CONNECTION_KINDS, MARK_KINDS, Analysis
from vision.labels.binding import rebind

SCENES_DRAWN = random.Random(3).sample(sorted(SCENES), 20)
WORDS = ["m = 2 kg", "k = 1e6 N/m", "90°", "e = 3", "L = 0 m", "m = -1 kg", "g = 0", "ice", ""]


def at_random(chance: random.Random, read: Analysis) -> dict[str, Any]:
    """Some corrections of every sort: other kinds, words and joins; marks dropped and added."""
    marks = [shape.id for shape in read.shapes]
    corner = (chance.uniform(0, read.width), chance.uniform(0, read.height))
    size = chance.choice([0.0, 1.0, 50.0, 300.0])
    outline = [
        [corner[0] + chance.uniform(-size, size), corner[1] + chance.uniform(-size, size)]
        for _ in range(chance.choice([2, 3, 4, 6]))
    ]
    shapes: dict[str, Any] = {
        "new": {"kind": chance.choice(MARK_KINDS), "polygon": outline},
        chance.choice(marks): chance.choice([None, {"fixed": True}, {"angle": 200.0}]),
        chance.choice(marks): {"kind": chance.choice(MARK_KINDS)},
    }
    said = {"text": chance.choice(WORDS), "attached_to": chance.choice([*marks, None])}
    ends = {"a": chance.choice(marks), "b": chance.choice(marks), "via": chance.choice(marks)}
    sections = {
        "shapes": dict(chance.sample(sorted(shapes.items()), chance.randint(1, len(shapes)))),
        "texts": {chance.choice([*(text.id for text in read.texts), "new"]): said},
        "connections": {"new": {"kind": chance.choice(CONNECTION_KINDS), **ends}},
    }
    return {name: sections[name] for name in chance.sample(sorted(sections), chance.randint(1, 3))}


@pytest.mark.slow
@pytest.mark.parametrize("name", SCENES_DRAWN)
def test_random_corrections_give_a_model_or_say_why_not(name: str) -> None:
    read = Analysis.from_json(json.loads(json.dumps(draw(name, "clean", 7).truth))["analysis"])
    made = 0
    for seed in range(12):
        corrections = at_random(random.Random(seed), read)
        try:
            corrected = apply_corrections(read, corrections)
            bound = rebind(corrected, texts_to_bind(read, corrected, corrections))
            scene, _ = build_scene(bound)
        except (CorrectionRefused, SceneError) as refusal:
            assert refusal.detail
            continue
        load_model(write_mjcf(scene))
        made += 1
    assert made > 3
