"""The drawing machine: the same seed draws the same, and the truth lies where the ink is."""

from __future__ import annotations

import io
import itertools
import math

import cv2
import numpy as np
import pytest
from PIL import Image, ImageOps

from tests.drawings import LOOKS, SCENES, Drawing, draw
from tests.drawings.hand import Stroke
from tests.drawings.letters import FONTS, Style, glyph_stroke, rendered, signs
from tests.drawings.textbook import pendulum_period
from tests.drawings.wording import NAMES, UNITS, say


def upright(drawing: Drawing) -> np.ndarray:
    """The drawing as a person sees it, grey (h, w)."""
    return np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(drawing.image))).convert("L"))


def test_the_same_seed_draws_the_same_picture() -> None:
    one, other = draw("pendulum", "tiny", 5), draw("pendulum", "tiny", 5)
    assert one.image == other.image
    assert one.truth == other.truth


def test_another_seed_draws_another_picture() -> None:
    assert draw("pendulum", "tiny", 5).image != draw("pendulum", "tiny", 6).image


@pytest.mark.slow
@pytest.mark.parametrize("scene", SCENES)
def test_every_line_of_the_truth_lies_on_ink(scene: str) -> None:
    drawing = draw(scene, "tiny", 11)
    grey = upright(drawing)
    away = cv2.distanceTransform((grey > 150).astype(np.uint8), cv2.DIST_L2, 5)
    height, width = grey.shape
    for shape in drawing.truth["analysis"]["shapes"]:
        if shape["kind"] in ("spring", "damper", "load"):
            continue  # their truth is the band they fill
        points = np.array(shape["polygon"])
        closed = shape["kind"] not in ("dimension", "rope", "arc_arrow") and len(points) > 2
        if closed:
            points = np.vstack([points, points[:1]])
        steps = np.linspace(0, 1, 12, endpoint=False)[:, None]
        path = np.vstack([a + (b - a) * steps for a, b in itertools.pairwise(points)])
        cells = np.rint(path).astype(int).clip(0, [width - 1, height - 1])
        gaps = away[cells[:, 1], cells[:, 0]]
        # A rod's truth runs on to the ball's centre, and a pen lift leaves a little out.
        assert np.quantile(gaps, 0.6 if shape["kind"] == "rod" else 0.85) < 6, shape["id"]


@pytest.mark.slow
@pytest.mark.parametrize("look", LOOKS)
def test_writing_stands_where_the_truth_says_in_every_look(look: str) -> None:
    drawing = draw("mass_on_spring", look, 2)
    grey = upright(drawing).astype(float)
    analysis = drawing.truth["analysis"]
    assert (analysis["height"], analysis["width"]) == grey.shape
    for text in analysis["texts"]:
        x, y, width, height = (round(v) for v in text["bbox"])
        inside = grey[y : y + height, x : x + width]
        around = np.median(inside)
        # Ink covers part of the box, and stands out from what is round it.
        share = (np.abs(inside - around) > 30).mean()
        assert 0.03 < share < 0.6


@pytest.mark.slow
def test_labels_do_not_overlap_each_other() -> None:
    for scene in SCENES:
        boxes = [t["bbox"] for t in draw(scene, "tiny", 4).truth["analysis"]["texts"]]
        for i, (x, y, width, height) in enumerate(boxes):
            for u, v, w, h in boxes[i + 1 :]:
                apart = x + width <= u or u + w <= x or y + height <= v or v + h <= y
                assert apart, scene


def test_a_turned_photo_is_stored_turned_and_says_so() -> None:
    drawing = draw("stack", "turned", 1)
    stored = Image.open(io.BytesIO(drawing.image))
    assert stored.getexif()[0x0112] in (3, 6, 8)
    truth = drawing.truth["analysis"]
    assert ImageOps.exif_transpose(stored).size == (truth["width"], truth["height"])


@pytest.mark.parametrize("font", FONTS)
def test_every_font_writes_every_character_of_a_label(font: str) -> None:
    spelt = "".join(unit for units in UNITS.values() for unit, _, _ in units)
    spelt += "".join(name for names in NAMES.values() for name in names) + "0123456789.=:"
    for char, _, _ in signs(spelt.replace(" ", "")):
        assert rendered(font, char)[0].any(), char


def test_an_index_stands_low_and_a_power_high() -> None:
    (_, full, level), (one, small, low) = signs("m_1")
    assert (one, full, level) == ("1", 1.0, 0.0)
    assert small < full and low < 0
    assert signs("s²")[1][0] == "2" and signs("s²")[1][2] > 0


def test_a_smooth_stroke_passes_through_its_points() -> None:
    path = glyph_stroke("~0,0 3,5 6,0")
    assert np.hypot(*(path - [3, 5]).T).min() < 1e-9


def test_a_label_says_its_value_in_its_unit() -> None:
    rng = np.random.default_rng(0)
    assert say(rng, "mass", 0.5, name="m", unit="g", bare=False).replace(" ", "") in (
        "m=500g",
        "m:500g",
    )


def test_a_wide_swing_takes_longer_by_the_known_series() -> None:
    small = 2 * math.pi * math.sqrt(1 / 9.81)
    angle = math.radians(30)
    series = 1 + angle**2 / 16 + 11 * angle**4 / 3072
    assert pendulum_period(1.0, angle) == pytest.approx(small * series, rel=1e-5)


def test_a_style_leans_letters_and_puts_a_comma_for_a_point() -> None:
    style = Style(lean=0.3, broad=1.2, point=",")
    assert style.spelt("L = 1.5 m.") == "L = 1,5 m."
    upright = Stroke(np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0]]), np.ones(3))
    (leaning,) = style.of([upright])
    assert isinstance(leaning, Stroke)
    np.testing.assert_allclose(leaning.points, [[0.0, 0.0], [0.3, 1.0], [1.2, 0.0]])
