"""PNGs of every colour type and depth (W3C PNG 3rd edition, §11.2.1), which Pillow can't write."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

GREY, COLOUR, PALETTE, GREY_ALPHA, COLOUR_ALPHA = 0, 2, 3, 4, 6
SAMPLES = {GREY: 1, COLOUR: 3, PALETTE: 1, GREY_ALPHA: 2, COLOUR_ALPHA: 4}
DEPTHS = {
    GREY: (1, 2, 4, 8, 16),
    COLOUR: (8, 16),
    PALETTE: (1, 2, 4, 8),
    GREY_ALPHA: (8, 16),
    COLOUR_ALPHA: (8, 16),
}
_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2))
_LAST_PASS = (0, 1, 1, 2)


def chunk(name: bytes, body: bytes) -> bytes:
    """One chunk."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(
    samples: NDArray[np.integer],
    colour: int,
    depth: int,
    *,
    interlaced: bool = False,
    extra: bytes = b"",
) -> bytes:
    """A file of (h, w, samples) values below 2 ** depth.

    Args:
        extra: chunks before the pixels, such as a palette.
    """
    height, width, _ = samples.shape
    size = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, int(interlaced))
    rows = b"".join(_rows(samples, depth) if not interlaced else _interlaced(samples, depth))
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", size),
            extra,
            chunk(b"IDAT", zlib.compress(rows, 1)),
            chunk(b"IEND", b""),
        )
    )


def picture(colour: int, depth: int, *, dark: NDArray[np.bool_], clear: bool = False) -> bytes:
    """Black where it is `dark`, (h, w) bool, and white elsewhere, or nothing if it is `clear`.

    What is clear is black below, as programs leave it that draw ink alone.
    """
    most = 2**depth - 1
    extra = b""
    if colour == PALETTE:
        samples = np.where(dark, 0, 1)[..., None]
        second = b"\x00\x00\x00" if clear else b"\xff\xff\xff"
        extra = chunk(b"PLTE", b"\x00\x00\x00" + second)
        extra += chunk(b"tRNS", b"\xff\x00") if clear else b""
    else:
        ink = np.where(dark, 0, 0 if clear else most)
        has_alpha = colour in (GREY_ALPHA, COLOUR_ALPHA)
        alpha = [np.where(dark | (not clear), most, 0)] if has_alpha else []
        samples = np.stack([ink] * (SAMPLES[colour] - len(alpha)) + alpha, axis=2)
    return png(samples, colour, depth, extra=extra)


def _rows(samples: NDArray[np.integer], depth: int) -> Iterator[bytes]:
    for row in samples:
        flat = row.reshape(-1)
        if depth == 16:
            yield b"\x00" + flat.astype(">u2").tobytes()
        elif depth == 8:
            yield b"\x00" + flat.astype(np.uint8).tobytes()
        else:
            bits = (flat[:, None] >> np.arange(depth - 1, -1, -1)) & 1
            yield b"\x00" + np.packbits(bits.astype(np.uint8)).tobytes()


def _interlaced(samples: NDArray[np.integer], depth: int) -> Iterator[bytes]:
    for x, y, across, down in (*_ADAM7, _LAST_PASS):
        part = samples[y::down, x::across]
        if part.size:
            yield from _rows(part, depth)
