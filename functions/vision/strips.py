"""A large PNG a strip at a time, so that its pixels are never all in memory.

PNG's rows are filtered by the row above (W3C PNG 3rd edition, §9), and deflated as one stream. The
stream is inflated as far as a strip needs; the strip, below the last row of the one before as an
unfiltered row, is a small PNG of its own that the ordinary decoder reads. That row must come out of
the decoder as it went in, so palettes and transparency are kept from it and applied here.

An interlaced file is seven small images one after another (§8.1): the first five hold every second
pixel of every second row, and are all that is read where half the size is wanted.
"""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
import numpy.typing as npt

from .page import Pixels

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_GREY, _COLOUR, _PALETTE, _GREY_ALPHA, _ALPHA = 0, 2, 3, 4, 6
_SAMPLES = {_GREY: 1, _COLOUR: 3, _PALETTE: 1, _GREY_ALPHA: 2, _ALPHA: 4}
"""Samples a pixel has, by colour type."""
_DEPTHS = {1, 2, 4, 8, 16}
_ROWS = 240
"""Rows to a strip: of 8000 px of colour these are 6 MB. By whatever small factor it is reduced,
whole rows come out."""
_STORED = 0
_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4))
"""Of the passes that make up half the size: first column and row, steps to the next."""

_Samples = Pixels | npt.NDArray[np.uint16]


class DamagedPng(Exception):
    """The chunks or the stream make no sense, or end too early."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """How the pixels of a file are stored. `palette` is (256, 3 or 4) BGR or BGRA uint8; `clear`
    are the samples, in the order of the file, that are transparent."""

    depth: int
    colour: int
    palette: Pixels | None
    clear: tuple[int, ...] | None

    def row_bytes(self, width: int) -> int:
        """Of a filtered row, with its filter's number."""
        return 1 + math.ceil(width * _SAMPLES[self.colour] * self.depth / 8)

    def raw(self, row: _Samples) -> bytes:
        """A decoded row as it was stored, unfiltered."""
        if row.ndim == 2 and self.colour == _GREY_ALPHA:
            row = row[:, [0, 3]]
        elif row.ndim == 2:
            row = row[:, [2, 1, 0, 3][: row.shape[1]]]
        if self.depth == 16:
            return row.astype(">u2").tobytes()
        if self.depth == 8:
            return row.tobytes()
        bits = row[:, None] >> np.arange(self.depth - 1, -1, -1, dtype=np.uint8) & 1
        return np.packbits(bits.ravel()).tobytes()

    def shown(self, image: _Samples) -> Pixels:
        """Decoded samples as (h, w), (h, w, 3) BGR or (h, w, 4) BGRA uint8."""
        if self.palette is not None:
            return self.palette[image]
        seen = self._bytes(image)
        if self.clear is None:
            return seen
        key = np.array(self.clear[::-1])
        opaque = (image != key).any(axis=2) if image.ndim == 3 else image != key
        colours = seen if seen.ndim == 3 else np.repeat(seen[:, :, None], 3, axis=2)
        return np.dstack([colours, np.where(opaque, 255, 0).astype(np.uint8)])

    def _bytes(self, image: _Samples) -> Pixels:
        if self.depth == 16:
            return (image >> 8).astype(np.uint8)
        most = (1 << self.depth) - 1
        return np.asarray(image if most == 255 else image * (255 // most), np.uint8)


def decode_reduced(data: bytes, factor: int) -> Pixels | None:
    """A PNG as (h, w), (h, w, 3) BGR or (h, w, 4) BGRA uint8, made `factor` times smaller.

    The factor divides 240. None where the file is interlaced and the factor is odd.

    Raises:
        DamagedPng: it cannot be decoded.
    """
    chunks = _chunks(data)
    header = b"".join(chunks.get(b"IHDR", []))
    if len(header) != 13:
        raise DamagedPng("no header")
    width, height, depth, colour, *_, interlace = struct.unpack(">IIBBBBB", header)
    if depth not in _DEPTHS or colour not in _SAMPLES:
        raise DamagedPng("no known kind of pixels")
    if interlace and factor % 2:
        return None
    kind = _kind(depth, colour, chunks)
    stream = _Stream(chunks.get(b"IDAT", []))
    if interlace:
        return _woven(kind, stream, width, height, factor // 2)
    strips = _strips(kind, stream, width, height)
    return np.concatenate([_shrunk(strip, factor) for strip in strips])


def _kind(depth: int, colour: int, chunks: dict[bytes, list[bytes]]) -> _Kind:
    clear = b"".join(chunks.get(b"tRNS", []))
    if colour == _PALETTE:
        return _Kind(depth, colour, _palette(b"".join(chunks.get(b"PLTE", [])), clear), None)
    key = None
    if clear and colour in (_GREY, _COLOUR):
        if len(clear) != 2 * _SAMPLES[colour]:
            raise DamagedPng("a transparent colour of another kind")
        key = struct.unpack(f">{_SAMPLES[colour]}H", clear)
    return _Kind(depth, colour, None, key)


def _palette(colours: bytes, clear: bytes) -> Pixels:
    if len(colours) % 3 or len(colours) > 3 * 256 or len(clear) > 256:
        raise DamagedPng("a palette of no whole colours")
    palette = np.zeros((256, 4 if clear else 3), np.uint8)
    palette[:, 3:] = 255
    palette[: len(colours) // 3, :3] = np.frombuffer(colours, np.uint8).reshape(-1, 3)[:, ::-1]
    palette[: len(clear), 3:] = np.frombuffer(clear, np.uint8)[:, None]
    return palette


def _woven(kind: _Kind, stream: _Stream, width: int, height: int, factor: int) -> Pixels:
    """The passes of an interlaced file that make up half its size, made smaller by a factor."""
    half: Pixels | None = None
    for x, y, across, down in _ADAM7:
        columns, rows = (width - x + across - 1) // across, (height - y + down - 1) // down
        if columns <= 0 or rows <= 0:
            continue
        top = y // 2
        for strip in _strips(kind, stream, columns, rows):
            if half is None:
                half = np.zeros(((height + 1) // 2, (width + 1) // 2, *strip.shape[2:]), np.uint8)
            bottom = top + len(strip) * down // 2
            half[top : bottom : down // 2, x // 2 :: across // 2] = strip
            top = bottom
    if half is None:
        raise DamagedPng("no pixels")
    return _shrunk(half, factor)


def _strips(kind: _Kind, stream: _Stream, width: int, height: int) -> Iterator[Pixels]:
    """An image of the stream, so many rows at a time, the last fewer."""
    row, stored_as = kind.row_bytes(width), _GREY if kind.colour == _PALETTE else kind.colour
    above = b""
    for top in range(0, height, _ROWS):
        count = min(_ROWS, height - top)
        rows = stream.read(count * row)
        size = struct.pack(">IIBB", width, count + bool(above), kind.depth, stored_as) + bytes(3)
        strip = _png(size, above + rows)
        image = cv2.imdecode(np.frombuffer(strip, np.uint8), cv2.IMREAD_UNCHANGED)
        if image is None:
            raise DamagedPng("a strip cannot be decoded")
        samples = cast(_Samples, image[-count:])
        if kind.depth < 8:
            # The decoder spreads few bits over the whole byte.
            samples = samples // (255 // ((1 << kind.depth) - 1))
        above = b"\x00" + kind.raw(samples[-1])
        yield kind.shown(samples)


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


class _Stream:
    """The inflated rows of a file's data chunks, no more of them in memory than are asked for."""

    def __init__(self, parts: list[bytes]) -> None:
        self._parts = iter(parts)
        self._inflate = zlib.decompressobj()
        self._rest = b""
        self._waiting = bytearray()

    def read(self, count: int) -> bytes:
        """So many bytes more.

        Raises:
            DamagedPng: there are fewer, or they make no sense.
        """
        try:
            while len(self._waiting) < count:
                part = self._rest or next(self._parts, b"")
                if not part:
                    raise DamagedPng("the stream ends too early")
                self._waiting += self._inflate.decompress(part, count - len(self._waiting))
                self._rest = self._inflate.unconsumed_tail
        except zlib.error as error:
            raise DamagedPng(str(error)) from error
        taken = bytes(self._waiting[:count])
        del self._waiting[:count]
        return taken


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
