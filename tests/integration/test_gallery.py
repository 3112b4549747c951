"""Every template of the gallery is read right and moves as it is said to."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Collection
from typing import Any

import pytest
from PIL import Image

from physics.mjcf import write_mjcf
from scenes.from_analysis import build_scene
from tests.drawings.gallery import GALLERY, ROOT, TEMPLATES, TRUTHS
from tests.eval.judge import holds, measure, run_model
from tests.eval.run import read_drawing
from tests.eval.score import compare
from vision.analysis import Analysis
from vision.labels.rapidocr_reader import RapidOcrReader

INDEX: list[dict[str, Any]] = json.loads((GALLERY / "index.json").read_text("utf-8"))
EXAMPLES = ROOT / "tests" / "data" / "examples"
MOST_BYTES = 60_000


def truth_of(name: str, width: int) -> dict[str, Any]:
    """The truth about a template, in the pixels of its image."""
    folder = TRUTHS if (TRUTHS / f"{name}.json").exists() else EXAMPLES
    truth: dict[str, Any] = json.loads((folder / f"{name}.json").read_text("utf-8"))
    analysis = truth["analysis"]
    factor = width / analysis["width"]
    for shape in analysis["shapes"]:
        for place in ("center", "bbox"):
            shape[place] = [value * factor for value in shape[place]]
        shape["polygon"] = [[x * factor, y * factor] for x, y in shape["polygon"]]
    for text in analysis["texts"]:
        text["bbox"] = [value * factor for value in text["bbox"]]
    return truth


def kinds_in(analysis: Analysis, *, leave_out: Collection[str] = ()) -> Counter[str]:
    """How many marks of each kind; what hangs from a ceiling does not care how long that is."""
    return Counter(
        "ground" if shape.kind == "support" else shape.kind
        for shape in analysis.shapes
        if shape.id not in leave_out
    )


def holders_in(analysis: Analysis) -> set[str]:
    """Lines that hold a pulley or wheel in the air, which may be read as a part of what holds them:
    nothing else depends on them."""
    held = {shape.id for shape in analysis.shapes if shape.kind in {"pulley", "wheel"}}
    return {
        link.via
        for link in analysis.connections
        if link.kind == "hinge" and link.via is not None and {link.a, link.b} & held
    }


@pytest.fixture(scope="module")
def reader() -> RapidOcrReader:
    return RapidOcrReader(threads=1)


@pytest.mark.slow
@pytest.mark.parametrize("name", [entry["name"] for entry in INDEX])
def test_a_template_is_read_right_and_moves_as_the_textbook_says(
    name: str, reader: RapidOcrReader
) -> None:
    image = (GALLERY / f"{name}.webp").read_bytes()
    truth = truth_of(name, Image.open(io.BytesIO(image)).width)
    scene, read = build_scene(read_drawing(image, reader, {}))
    drawn = Analysis.from_json(truth["analysis"])
    assert kinds_in(read) in (kinds_in(drawn), kinds_in(drawn, leave_out=holders_in(drawn)))

    names = compare(drawn, read).names
    bodies = {shape.id: shape.body for shape in read.shapes if shape.body}
    body_of = {mark: bodies[seen] for mark, seen in names.items() if seen in bodies}
    motion = run_model(write_mjcf(scene), max(each["t"][1] for each in truth["expect"]) + 0.05)
    for each in truth["expect"]:
        measured = measure(motion, each, body_of)
        assert holds(each, measured), (each, measured)


def test_the_gallery_has_many_scenes_in_many_looks_and_small_images() -> None:
    assert len(INDEX) >= 24
    assert {template.name for template in TEMPLATES} <= {entry["name"] for entry in INDEX}
    assert len({template.scene for template in TEMPLATES}) == len(TEMPLATES)
    assert len({template.look for template in TEMPLATES}) >= 4
    for entry in INDEX:
        image = Image.open(GALLERY / f"{entry['name']}.webp")
        assert (GALLERY / f"{entry['name']}.webp").stat().st_size <= MOST_BYTES
        assert image.format == "WEBP"
        assert entry["expected"], entry["name"]
