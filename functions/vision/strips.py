"""A large PNG a strip at a time, so that its pixels are never all in memory.

PNG's rows are filtered by the row above (W3C PNG 3rd edition, §9), and deflated as one stream. The
stream is inflated as far as a strip needs; the strip, below the last row of the one before as an
unfiltered row, is a small PNG of its own that the ordinary decoder reads. That row must come out of
the decoder as it went in: so it is for bytes of grey, of a palette, of colour, and of colour with
alpha, which is what large files hold.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

import cv2
import numpy as np

from .page import Pixels

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_GREY, _COLOUR, _PALETTE, _ALPHA = 0, 2, 3, 6
_SAMPLES = {_GREY: 1, _COLOUR: 3, _PALETTE: 1, _ALPHA: 4}
"""Bytes a pixel has, by colour type."""
_ROWS = 240
"""Rows to a strip: of 8000 px of colour these are 6 MB. By whatever small factor it is reduced,
whole rows come out."""
_STORED = 0


class DamagedPng(Exception):
    """The chunks or the stream make no sense, or end too early."""


def decode_reduced(data: bytes, factor: int) -> Pixels | None:
    """A PNG as (h, w), (h, w, 3) BGR or (h, w, 4) BGRA uint8, made `factor` times smaller.

    The factor divides 240. None where the file is of another kind than those above, or interlaced.

    Raises:
        DamagedPng: it cannot be decoded.
    """
    chunks = _chunks(data)
    header = b"".join(chunks.get(b"IHDR", []))
    if len(header) != 13:
        raise DamagedPng("no header")
    width, height, depth, colour, *_, interlace = struct.unpack(">IIBBBBB", header)
    if interlace or depth != 8 or colour not in _SAMPLES or b"tRNS" in chunks:
        return None
    palette = b"".join(chunks.get(b"PLTE", []))
    if len(palette) % 3 or len(palette) > 3 * 256:
        raise DamagedPng("a palette of no whole colours")
    look_up = np.zeros((256, 3), np.uint8)
    look_up[: len(palette) // 3] = np.frombuffer(palette, np.uint8).reshape(-1, 3)[:, ::-1]
    stored_as = _GREY if colour == _PALETTE else colour
    row = 1 + width * _SAMPLES[colour]
    reduced: list[Pixels] = []
    above = b""
    for rows in _strips(chunks.get(b"IDAT", []), row, height):
        count = len(rows) // row
        size = struct.pack(">IIBB", width, count + bool(above), depth, stored_as) + header[10:]
        strip = _png(size, above + rows)
        image = cv2.imdecode(np.frombuffer(strip, np.uint8), cv2.IMREAD_UNCHANGED)
        if image is None:
            raise DamagedPng("a strip cannot be decoded")
        image = np.asarray(image, np.uint8)[-count:]
        above = b"\x00" + _raw(image[-1])
        if colour == _PALETTE:
            image = look_up[image]
        reduced.append(_shrunk(image, factor))
    return np.concatenate(reduced)


def _raw(row: Pixels) -> bytes:
    """A row of pixels in the order of the file: red before blue."""
    if row.ndim == 2:
        row = row[:, [2, 1, 0, 3][: row.shape[1]]]
    return row.tobytes()


def _shrunk(image: Pixels, factor: int) -> Pixels:
    size = (max(image.shape[1] // factor, 1), max(image.shape[0] // factor, 1))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def _chunks(data: bytes) -> dict[bytes, list[bytes]]:
    """The bodies of all chunks by their names, in order."""
    found: dict[bytes, list[bytes]] = {}
    at = len(_SIGNATURE)
    while at + 12 <= len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        found.setdefault(name, []).append(data[at + 8 : at + 8 + length])
        at += 12 + length
    return found


def _strips(parts: list[bytes], row: int, height: int) -> Iterator[bytes]:
    """The filtered rows, so many at a time, the last fewer."""
    inflate = zlib.decompressobj()
    waiting, left = bytearray(), height
    try:
        for part in parts:
            rest = part
            while rest and left:
                waiting += inflate.decompress(rest, _ROWS * row)
                rest = inflate.unconsumed_tail
                while left and len(waiting) >= min(_ROWS, left) * row:
                    count = min(_ROWS, left)
                    yield bytes(waiting[: count * row])
                    del waiting[: count * row]
                    left -= count
    except zlib.error as error:
        raise DamagedPng(str(error)) from error
    if left:
        raise DamagedPng("the stream ends too early")


def _png(header: bytes, rows: bytes) -> bytes:
    """A whole file of some filtered rows."""
    stream = zlib.compress(rows, _STORED)
    return b"".join(
        (
            _SIGNATURE,
            _chunk(b"IHDR", header),
            _chunk(b"IDAT", stream),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
