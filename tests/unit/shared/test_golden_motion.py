"""The files that the page's decoder is held to are what this decoder makes of them."""

from __future__ import annotations

import pytest

from shared.frames import read_stream
from tests.data.motion.golden import FOLDER, cases, decoded


@pytest.mark.parametrize("name", cases())
def test_the_golden_motion_is_what_is_decoded_here(name: str) -> None:
    stream = (FOLDER / f"{name}.sgfs").read_bytes()
    header, chunks = read_stream(stream)
    assert header == {"name": name}
    assert chunks
    assert (FOLDER / f"{name}.f32").read_bytes() == decoded(stream)
