"""The four example drawings, mark by mark and joint by joint."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vision.analysis import Analysis, Shape
from vision.look import look

EXAMPLES = Path(__file__).parents[2] / "data" / "examples"
NAMES = sorted(path.stem for path in EXAMPLES.glob("*.json"))


def truth(name: str) -> dict[str, Any]:
    return dict(json.loads((EXAMPLES / f"{name}.json").read_text())["analysis"])


def match(analysis: Analysis, shapes: list[dict[str, Any]]) -> dict[str, Shape]:
    """For each true mark the one of its kind whose centre is nearest."""
    found: dict[str, Shape] = {}
    for shape in shapes:
        same = [s for s in analysis.shapes if s.kind == shape["kind"]]
        found[shape["id"]] = min(
            same, key=lambda s: float(np.hypot(*np.subtract(s.center, shape["center"])))
        )
    return found


@pytest.mark.parametrize("name", NAMES)
def test_an_example_is_read_whole(name: str) -> None:
    expected = truth(name)
    seen = look((EXAMPLES / f"{name}.png").read_bytes())
    assert sorted(s.kind for s in seen.shapes) == sorted(s["kind"] for s in expected["shapes"])
    found = match(seen, expected["shapes"])
    for shape in expected["shapes"]:
        mark = found[shape["id"]]
        near = 0.02 * expected["width"]
        low = np.min(shape["polygon"], axis=0)
        high = np.max(shape["polygon"], axis=0)
        assert np.allclose(mark.bbox[:2], low, atol=near), shape["id"]
        assert np.allclose(np.add(mark.bbox[:2], mark.bbox[2:]), high, atol=near), shape["id"]
        assert mark.confidence > 0.7
    names = {mark.id: name for name, mark in found.items()}
    joins = {(c.kind, frozenset((names[c.a], names[c.b]))) for c in seen.connections}
    assert joins == {(c["kind"], frozenset((c["a"], c["b"]))) for c in expected["connections"]}
    assert not seen.warnings
