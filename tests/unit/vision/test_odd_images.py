"""Every colour type that there is comes out as the same drawing, or is refused by a reason; and the
largest of each takes no more memory than the function has.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vision.decode import decode
from vision.errors import ReadingError, UnsupportedImage
from vision.header import MAX_BYTES, MAX_PIXELS, check_header
from vision.page import Pixels

from .pngs import (
    COLOUR_ALPHA,
    DEPTHS,
    GREY,
    GREY_ALPHA,
    PALETTE,
    SAMPLES,
    chunk,
    picture,
    png,
)

KINDS = [(colour, depth) for colour, depths in DEPTHS.items() for depth in depths]
ROOT = Path(__file__).parents[3]
MEMORY_MIB = 1000
"""Of the 2048 that the function has; 820 for 16 bits of colour and alpha, 130 to 440 for others."""

DARK = np.zeros((32, 48), bool)
DARK[:16, :16] = True


def decoded(data: bytes) -> Pixels:
    return decode(data, check_header(data))


def assert_is_the_picture(pixels: Pixels) -> None:
    assert pixels.shape == (32, 48, 3) and pixels.dtype == np.uint8
    assert pixels[2:14, 2:14].max() < 40
    assert pixels[18:, 18:].min() > 215


@pytest.mark.parametrize(("colour", "depth"), KINDS)
def test_every_colour_type_and_depth_of_png_is_the_same_picture(colour: int, depth: int) -> None:
    assert_is_the_picture(decoded(picture(colour, depth, dark=DARK)))


@pytest.mark.parametrize(
    ("colour", "depth"),
    [(c, d) for c, d in KINDS if c in (PALETTE, GREY_ALPHA, COLOUR_ALPHA)],
)
def test_ink_on_nothing_is_ink_on_paper(colour: int, depth: int) -> None:
    assert_is_the_picture(decoded(picture(colour, depth, dark=DARK, clear=True)))


@pytest.mark.parametrize(("colour", "depth"), KINDS)
def test_interlacing_changes_nothing(colour: int, depth: int) -> None:
    rng = np.random.default_rng(7)
    most = 2 if colour == PALETTE else 2**depth
    samples = rng.integers(0, most, (21, 13, SAMPLES[colour]))
    extra = chunk(b"PLTE", b"\x00\x00\x00\xff\xff\xff") if colour == PALETTE else b""
    plain, interlaced = (
        decoded(png(samples, colour, depth, extra=extra, interlaced=one)) for one in (False, True)
    )
    np.testing.assert_array_equal(plain, interlaced)


@pytest.mark.parametrize("depth", DEPTHS[GREY])
def test_a_grey_that_stands_for_nothing_is_paper(depth: int) -> None:
    """A single grey that is transparent (tRNS of colour type 0)."""
    most = 2**depth - 1
    clear = chunk(b"tRNS", most.to_bytes(2, "big"))
    samples = np.where(DARK, 0, most)[..., None]
    assert_is_the_picture(decoded(png(samples, GREY, depth, extra=clear)))


JPEGS = {
    "grey": ("L", {}),
    "colour": ("RGB", {"subsampling": 0}),
    "thinned colour": ("RGB", {"subsampling": 2}),
    "progressive": ("RGB", {"progressive": True}),
    "four inks": ("CMYK", {}),
}


@pytest.mark.parametrize("name", JPEGS)
def test_every_kind_of_jpeg_is_the_same_picture(name: str) -> None:
    mode, options = JPEGS[name]
    assert_is_the_picture(decoded(encoded(mode, "JPEG", quality=95, **options)))


@pytest.mark.parametrize("lossless", [True, False])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_every_kind_of_webp_is_the_same_picture(mode: str, lossless: bool) -> None:
    assert_is_the_picture(decoded(encoded(mode, "WEBP", lossless=lossless, quality=95)))


def encoded(mode: str, kind: str, **options: object) -> bytes:
    image = Image.fromarray(np.where(DARK, 0, 255).astype(np.uint8))
    file = io.BytesIO()
    image.convert("RGB").convert(mode).save(file, kind, **options)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF"])
def test_what_moves_is_refused(kind: str) -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    file = io.BytesIO()
    frames[0].save(file, kind, save_all=True, append_images=frames[1:], duration=50)
    with pytest.raises(UnsupportedImage):
        check_header(file.getvalue())


@pytest.mark.parametrize(("colour", "depth"), [(2, 1), (6, 4), (3, 16), (1, 8), (5, 8), (0, 3)])
def test_a_colour_type_that_is_none_is_refused(colour: int, depth: int) -> None:
    data = bytearray(picture(GREY, 8, dark=DARK))
    data[24], data[25] = depth, colour
    with pytest.raises(ReadingError):
        decoded(bytes(data))


def test_a_webp_whose_canvas_is_not_its_image_is_refused() -> None:
    """The header tells of a small canvas, and the image in it is large."""
    file = io.BytesIO()
    Image.new("RGBA", (48, 32), (0, 0, 0, 9)).save(file, "WEBP")
    data = bytearray(file.getvalue())
    assert data[12:16] == b"VP8X"
    data[24:30] = (7).to_bytes(3, "little") * 2
    with pytest.raises(ReadingError):
        decoded(bytes(data))


SIDE = 7071  # squared, just within the megapixels that are taken
LARGEST = {
    "16 bits, interlaced": (
        f"png(np.zeros(({SIDE}, {SIDE}, 4), np.uint16), COLOUR_ALPHA, 16, interlaced=True)"
    ),
    "16 bits": f"png(np.zeros(({SIDE}, {SIDE}, 4), np.uint16), COLOUR_ALPHA, 16)",
    "a palette that is clear": (
        f"picture(PALETTE, 8, dark=np.zeros(({SIDE}, {SIDE}), bool), clear=True)"
    ),
    "colour with alpha": f"png(np.zeros(({SIDE}, {SIDE}, 4), np.uint8), COLOUR_ALPHA, 8)",
    "four inks, turned": f"saved(Image.new('CMYK', ({SIDE}, {SIDE})), 'JPEG', exif=turned)",
    "progressive": f"saved(Image.new('RGB', ({SIDE}, {SIDE})), 'JPEG', progressive=True)",
    "webp": "saved(Image.new('RGBA', (16383, 3051)), 'WEBP', lossless=True, quality=0, method=0)",
}
_WRITE = """
import io, sys
import numpy as np
from PIL import Image
from tests.unit.vision.pngs import *
turned = Image.Exif()
turned[0x0112] = 6
def saved(image, kind, **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()
open(sys.argv[1], "wb").write({expression})
"""
_READ = """
import json, os, resource, sys
from vision.decode import decode
from vision.header import check_header
data = open(sys.argv[1], "rb").read()
pixels = decode(data, check_header(data))
if os.path.exists("/proc/self/status"):
    # Its own: what getrusage tells begins with the peak of the process that started it.
    (peak,) = [line for line in open("/proc/self/status") if line.startswith("VmHWM")]
    peak_mib = int(peak.split()[1]) / 2**10
else:
    unit = 2**20 if sys.platform == "darwin" else 2**10
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
print(json.dumps([list(pixels.shape), peak_mib]))
"""


@pytest.mark.slow
@pytest.mark.parametrize("name", LARGEST)
def test_the_largest_image_of_a_kind_fits_in_memory(name: str, tmp_path: Path) -> None:
    file = tmp_path / "image"
    assert SIDE**2 <= MAX_PIXELS < (SIDE + 1) ** 2
    for program in (_WRITE.format(expression=LARGEST[name]), _READ):
        done = subprocess.run(
            [sys.executable, "-c", program, str(file)],
            check=True,
            capture_output=True,
            text=True,
            env={"PYTHONPATH": f"{ROOT}:{ROOT / 'functions'}"},
        )
    shape, peak_mib = json.loads(done.stdout)
    assert file.stat().st_size <= MAX_BYTES
    assert shape[2] == 3 and shape[0] * shape[1] <= MAX_PIXELS / 8
    assert peak_mib < MEMORY_MIB
