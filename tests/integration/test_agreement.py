"""What MuJoCo computes in the page is what it computes in the service, on every template."""

from __future__ import annotations

import pytest
from PIL import Image

from physics.mjcf import write_mjcf
from scenes.from_analysis import build_scene
from tests.agreement import FRAMES_M, Difference, differences
from tests.integration.test_gallery import GALLERY, INDEX, truth_of
from vision.analysis import Analysis

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("agreement")]

NAMES = [entry["name"] for entry in INDEX]
DURATION_S = 10.0


def model_of(name: str) -> str:
    """The model of a template as it was drawn, MJCF."""
    truth = truth_of(name, Image.open(GALLERY / f"{name}.webp").width)
    return write_mjcf(build_scene(Analysis.from_json(truth["analysis"]))[0])


@pytest.fixture(scope="module")
def found() -> dict[str, Difference]:
    return differences({name: model_of(name) for name in NAMES}, duration_s=DURATION_S)


@pytest.mark.parametrize("name", NAMES)
def test_the_page_moves_a_template_within_the_frames_own_rounding(
    name: str, found: dict[str, Difference]
) -> None:
    assert found[name].worst <= FRAMES_M
    assert found[name].parts is None
