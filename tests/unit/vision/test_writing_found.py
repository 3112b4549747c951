"""Labels of drawings that our machine draws: each is found whole and alone."""

from __future__ import annotations

import numpy as np
import pytest

from tests.drawings import Drawing, draw
from vision.analysis import Box
from vision.prepare import prepare
from vision.writing import find_writing

WHOLE, ALONE = 0.93, 0.6
"""The shares of a label's length that is found, and of what is found that is the label."""


def overlap(one: Box, other: Box) -> tuple[float, float]:
    """How wide and how high it is that two boxes both cover."""
    (x, y, w, h), (p, q, u, v) = one, other
    return max(min(x + w, p + u) - max(x, p), 0.0), max(min(y + h, q + v) - max(y, q), 0.0)


def written(drawing: Drawing, text: str) -> Box:
    """Where a label was written, in the image's pixels."""
    (box,) = [t["bbox"] for t in drawing.truth["analysis"]["texts"] if t["text"] == text]
    x, y, width, height = (float(value) for value in box)
    return (x, y, width, height)


@pytest.mark.parametrize(
    ("scene", "look", "text"),
    [
        pytest.param("block_of_stuff_on_ramp", "tiny", "wood", id="a word in one go"),
        pytest.param("elastic_collision", "huge", "1m/s", id="a one as slim as other ones about"),
        pytest.param("ice_and_rubber", "tiny", "v=2m/s", id="a v that runs into its equals sign"),
        pytest.param("damped_spring", "tiny", "c = 0.3 Ns/m", id="an equals sign of one blot"),
        pytest.param("ball_against_wall", "tiny", "e = 1", id="an e that has run up"),
        pytest.param("spring_between_boxes", "pen", "v = 0.3 m/s", id="a point above another row"),
    ],
)
def test_a_label_is_found_whole(scene: str, look: str, text: str) -> None:
    drawing = draw(scene, look, 504 if text == "e = 1" else 500)
    page = prepare(drawing.image)
    label = written(drawing, text)
    found = [page.work_box_to_image(box.bbox) for box in find_writing(page)]
    best = max(found, key=lambda box: np.prod(overlap(box, label)))
    wide, high = overlap(best, label)
    assert wide > WHOLE * label[2]
    assert wide * high > ALONE * best[2] * best[3]
