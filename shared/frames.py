"""The chunk codec: how recorded motion is stored and sent. The bytes are laid out in FRAMES.md.

A chunk holds up to 32 frames of the poses of all moving bodies and decodes alone. Positions come
back within 0.1 mm and orientations within 0.1 degrees, measured as a distance and as an angle, up
to 100 m from the origin; farther out the step grows with the distance, and nothing ever wraps.

NumPy only, so the page's server, the simulation task and the tests speak through the same module.
"""

from __future__ import annotations

import json
import math
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

VERSION = 1
CHUNK_FRAMES = 32
"""Frames a chunk holds: half a second at 60 fps."""

MAX_CHUNK_BYTES = 90_000
"""Larger chunks are split: API Gateway closes a socket at 128 KB a message, base64 adds a third."""

MAX_BODIES = 3_500
"""So that even a single frame that does not compress (24 bytes a body) stays under the limit."""

CHUNK_MAGIC = b"SGFC"
STREAM_MAGIC = b"SGFS"
STREAM_TYPE = "application/octet-stream"

# A hair inside 0.1 mm and 0.1 degrees, for the sums on the way.
_POSITION_TOLERANCE_M = 0.998 * 1e-4
_ROTATION_TOLERANCE_RAD = 0.995 * math.radians(0.1)
_KEPT_WITHIN_M = 100.0

_HEADER = struct.Struct("<4s4B I 2H 2d 2f")
_STREAM_HEAD = struct.Struct("<4sB3x I")
_LENGTH = struct.Struct("<I")
_MAX_STREAM_HEADER = 8 << 20

_RESTLESS = 0.8
"""Share of residuals that are not zero from which there are no repeats to look for."""

# The largest count of steps from the origin: its second differences still fit 32 bits with a sign.
_MAX_STEPS = 2.0**28
_MAX_PLANES = 4

Float32 = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float32] | npt.NDArray[np.float64]
_Floating = npt.NDArray[np.floating[Any]]
_Bytes = npt.NDArray[np.uint8]
_Int32 = npt.NDArray[np.int32]
_Uint32 = npt.NDArray[np.uint32]


class BadChunk(ValueError):
    """Bytes that are no chunk or stream of ours, or no longer."""

    code: ClassVar[str] = "BAD_CHUNK"


class UnencodableFrames(ValueError):
    """Frames the format can't hold: too many, too many bodies, or numbers that are not finite."""

    code: ClassVar[str] = "UNENCODABLE_FRAMES"


@dataclass(frozen=True, slots=True, eq=False)
class Frames:
    """Consecutive frames of motion, evenly spaced in time.

    `position` is (frames, bodies, 3) in metres, `quaternion` (frames, bodies, 4) of unit
    quaternions, scalar first. `first` is the number of the first frame in its simulation, `t0_s`
    its time.
    """

    position: Floats
    quaternion: Floats
    t0_s: float = 0.0
    dt_s: float = 1 / 60
    first: int = 0

    def __len__(self) -> int:
        return len(self.position)

    @property
    def bodies(self) -> int:
        """How many bodies a frame holds."""
        return int(self.position.shape[1])

    @property
    def times_s(self) -> npt.NDArray[np.float64]:
        """The time of each frame, (frames,)."""
        return self.t0_s + self.dt_s * np.arange(len(self), dtype=np.float64)

    def part(self, frames: slice) -> Frames:
        """The frames of a slice, without copying; a stride makes them fewer a second."""
        start, _, stride = frames.indices(len(self))
        return Frames(
            self.position[frames],
            self.quaternion[frames],
            t0_s=self.t0_s + start * self.dt_s,
            dt_s=self.dt_s * stride,
            first=self.first + start,
        )


@dataclass(frozen=True, slots=True)
class ChunkHeader:
    """What a chunk says of itself before anything is inflated."""

    first: int
    frames: int
    bodies: int
    t0_s: float
    dt_s: float
    position_step_m: float
    rotation_step_rad: float
    kinds: int
    planes: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """An encoded chunk and its place in the stream. Every chunk is a keyframe."""

    index: int
    first: int
    frames: int
    t0_s: float
    dt_s: float
    data: bytes


def encode(frames: Frames) -> list[bytes]:
    """The frames as chunks: one for every 32 frames, more where one would be too large to send.

    Raises:
        UnencodableFrames: more bodies than `MAX_BODIES`, shapes that do not fit, or values that
            are not finite.
    """
    _check(frames)
    chunks: list[bytes] = []
    for start in range(0, len(frames), CHUNK_FRAMES):
        chunks += _encode_fitting(frames.part(slice(start, start + CHUNK_FRAMES)))
    return chunks


def describe(data: bytes) -> ChunkHeader:
    """Read and check a chunk's header.

    Raises:
        BadChunk: the bytes are no chunk, of another version, or promise what no chunk holds.
    """
    if len(data) < _HEADER.size:
        raise BadChunk(f"a chunk is at least {_HEADER.size} bytes long, this has {len(data)}")
    magic, version, kinds, planes, zero, first, frames, bodies, t0, dt, p_step, r_step = (
        _HEADER.unpack_from(data)
    )
    if magic != CHUNK_MAGIC:
        raise BadChunk("no chunk: it does not begin with SGFC")
    if version != VERSION:
        raise BadChunk(f"version {version} of the chunk format, this reads version {VERSION}")
    if zero or kinds >= 1 << 6 or not 1 <= planes <= _MAX_PLANES:
        raise BadChunk("the header's flags are out of range")
    if not 1 <= frames <= CHUNK_FRAMES or bodies > MAX_BODIES:
        raise BadChunk(f"{frames} frames of {bodies} bodies are out of range")
    if not (math.isfinite(t0) and 0 < dt < math.inf):
        raise BadChunk("the header's times are out of range")
    # Steps times the largest whole number must stay finite as float32; NaN fails both comparisons.
    if not (0 < p_step < 1e29 and 0 < r_step < 1):
        raise BadChunk("the header's steps are out of range")
    return ChunkHeader(first, frames, bodies, t0, dt, p_step, r_step, kinds, planes)


def decode(data: bytes) -> Frames:
    """The frames of one chunk, as float32.

    Memory is bounded by what the header may promise (about 3 MB inflated), whatever the bytes say.

    Raises:
        BadChunk: the bytes are no chunk of this version, cut short, or damaged.
    """
    header = describe(data)
    used = [kind for kind in range(6) if header.kinds >> kind & 1]
    channels = len(used) * header.bodies
    residuals = channels * (header.frames - 1)
    raw = _inflate(memoryview(data)[_HEADER.size :], 4 * channels + header.planes * residuals)

    start = _unzigzag(_join_planes(raw[: 4 * channels], 4, (channels, 1)))
    second = _unzigzag(
        _join_planes(raw[4 * channels :], header.planes, (channels, header.frames - 1))
    )
    shape = (len(used), header.bodies, header.frames - 1)
    moved = np.cumsum(np.cumsum(second, axis=1, dtype=np.int32), axis=1, dtype=np.int32)

    steps = np.zeros((6, header.bodies, header.frames), np.int32)
    origin = np.zeros((6, header.bodies, 1), np.int32)
    origin[used] = start.reshape(len(used), header.bodies, 1)
    steps[used, :, 1:] = moved.reshape(shape)
    # Positions go on from where they were; rotations are relative to the first frame's.
    steps[:3] += origin[:3]

    position = steps[:3].transpose(2, 1, 0) * header.position_step_m
    base = _exp(origin[3:, :, 0] * header.rotation_step_rad)
    turned = _exp(steps[3:].transpose(0, 2, 1) * header.rotation_step_rad)
    quaternion = _multiply(turned, base[:, None, :]).transpose(1, 2, 0)
    return Frames(
        position.astype(np.float32),
        quaternion.astype(np.float32),
        t0_s=header.t0_s,
        dt_s=header.dt_s,
        first=header.first,
    )


def thin(data: bytes, stride: int) -> list[bytes]:
    """The chunk with every `stride`-th frame of the simulation, for clients that want fewer.

    Frames are chosen by their number in the simulation, so the chunks of a stream stay evenly
    spaced. A chunk that holds none of them gives an empty list.

    Raises:
        BadChunk: as `decode`.
    """
    if stride == 1:
        return [data]
    frames = decode(data)
    kept = frames.part(slice(-frames.first % stride, None, stride))
    return encode(kept) if len(kept) else []


def join(parts: Iterable[Frames]) -> Frames:
    """Consecutive parts as one.

    Raises:
        ValueError: there are none.
    """
    rows = list(parts)
    if not rows:
        raise ValueError("no frames to join")
    return Frames(
        np.concatenate([part.position for part in rows]),
        np.concatenate([part.quaternion for part in rows]),
        t0_s=rows[0].t0_s,
        dt_s=rows[0].dt_s,
        first=rows[0].first,
    )


def write_stream(header: Mapping[str, Any], chunks: Iterable[bytes]) -> Iterator[bytes]:
    """A whole recording as one file, in pieces as the chunks come."""
    text = json.dumps(header, separators=(",", ":"), allow_nan=False).encode()
    yield _STREAM_HEAD.pack(STREAM_MAGIC, VERSION, len(text)) + text
    for chunk in chunks:
        yield _LENGTH.pack(len(chunk))
        yield chunk
    yield _LENGTH.pack(0)


def read_stream(data: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """The header and the chunks of a file that `write_stream` wrote; the chunks are not decoded.

    Raises:
        BadChunk: the file is not ours, of another version, or cut short.
    """
    if len(data) < _STREAM_HEAD.size or data[:4] != STREAM_MAGIC:
        raise BadChunk("no stream: it does not begin with SGFS")
    _, version, length = _STREAM_HEAD.unpack_from(data)
    if version != VERSION:
        raise BadChunk(f"version {version} of the stream format, this reads version {VERSION}")
    at = _STREAM_HEAD.size
    if length > min(_MAX_STREAM_HEADER, len(data) - at):
        raise BadChunk("the stream is cut short in its header")
    try:
        header = json.loads(data[at : at + length])
    except (ValueError, RecursionError) as error:
        raise BadChunk("the stream's header is not JSON") from error
    if not isinstance(header, dict):
        raise BadChunk("the stream's header is not a JSON object")
    at += length
    chunks: list[bytes] = []
    while True:
        if at + _LENGTH.size > len(data):
            raise BadChunk("the stream is cut short: its end mark is missing")
        (length,) = _LENGTH.unpack_from(data, at)
        at += _LENGTH.size
        if length == 0:
            return header, chunks
        if length > len(data) - at:
            raise BadChunk("the stream is cut short in a chunk")
        chunks.append(data[at : at + length])
        at += length


def _check(frames: Frames) -> None:
    count, bodies = frames.position.shape[:2]
    if frames.position.shape != (count, bodies, 3) or frames.quaternion.shape != (count, bodies, 4):
        raise UnencodableFrames(
            f"positions {frames.position.shape} and quaternions {frames.quaternion.shape} differ"
        )
    if bodies > MAX_BODIES:
        raise UnencodableFrames(f"{bodies} bodies are more than the {MAX_BODIES} a frame can hold")
    # A sum is finite only if all of its terms are, short of values whose sum overflows.
    if not (np.isfinite(frames.position.sum()) and np.isfinite(frames.quaternion.sum())):
        raise UnencodableFrames("a position or orientation is not a finite number")


def _encode_fitting(frames: Frames) -> list[bytes]:
    data = _encode_one(frames)
    if len(data) <= MAX_CHUNK_BYTES or len(frames) == 1:
        return [data]
    half = len(frames) // 2
    return _encode_fitting(frames.part(slice(half))) + _encode_fitting(
        frames.part(slice(half, None))
    )


def _encode_one(frames: Frames) -> bytes:
    count, bodies = len(frames), frames.bodies
    position = np.ascontiguousarray(frames.position.transpose(2, 0, 1), dtype=np.float64)
    quaternion = np.ascontiguousarray(frames.quaternion.transpose(2, 0, 1), dtype=np.float32)

    position_step = _position_step(position)
    rotation_step = _step(_ROTATION_TOLERANCE_RAD, quaternion[1:])
    steps = np.empty((6, count, bodies), np.int32)
    np.rint(position * (1 / position_step), out=steps[:3], casting="unsafe")
    start = np.empty((6, bodies), np.int32)
    start[:3] = steps[:3, 0]

    start[3:], steps[3:] = _rotation_steps(quaternion, rotation_step)

    used = np.flatnonzero(steps.any(axis=(1, 2)) | start.any(axis=1))
    second = np.diff(steps[used], axis=1)
    second[:, 1:] -= second[:, :-1]
    residual = _zigzag(second)
    planes = max(1, (int(residual.max(initial=0)).bit_length() + 7) // 8)
    head = _HEADER.pack(
        CHUNK_MAGIC,
        VERSION,
        int((1 << used).sum()),
        planes,
        0,
        frames.first,
        count,
        bodies,
        frames.t0_s,
        frames.dt_s,
        position_step,
        rotation_step,
    )
    return head + _deflate(
        _split_planes(_zigzag(start[used]), 4),
        _split_planes(residual.transpose(0, 2, 1), planes),
    )


def _rotation_steps(quaternion: _Floating, step: float) -> tuple[_Int32, _Int32]:
    """The first frame's rotation vectors (3, bodies), and each frame's turn from there, in steps.

    Turns are relative to the first frame *as it will be decoded*, so that its rounding does not add
    up. A steady spin about any axis is then a straight line, whose second differences are zero.
    """
    axes = quaternion[1:].any(axis=(1, 2))
    if np.count_nonzero(axes) > 1:
        start = np.rint(_log(quaternion[:, :1])[:, 0] / step).astype(np.int32)
        base = _exp(start * np.float32(step))
        base[1:] *= -1
        steps = np.rint(_log(_multiply(quaternion, base[:, None, :])) / step).astype(np.int32)
        steps[:, 0] = 0
        return start, steps
    # All turn about one axis, as everything planar does: angles add, which is a third of the work.
    angle = 2 * np.arctan2(quaternion[1:][axes], quaternion[0])
    angle[:, 1:] -= 2 * np.pi * np.cumsum(np.rint(np.diff(angle, axis=1) / (2 * np.pi)), axis=1)
    start = np.zeros((3, quaternion.shape[2]), np.int32)
    start[axes] = np.rint(angle[:, 0] / step)
    steps = np.zeros(quaternion[1:].shape, np.int32)
    steps[axes] = np.rint(angle / step - start[axes][:, None])
    return start, steps


def _deflate(first: list[_Bytes], residual: list[_Bytes]) -> bytes:
    """Raw deflate of the byte planes of the first frame and of the residuals (kinds, bodies, time).

    Where all bodies move, low bytes are noise, wider for some kinds of channel than for others:
    searching them for repeats is lost time, and a Huffman code for each kind, so a block for each,
    saves a few per cent. Where bodies rest, repeats are most of what there is to find.
    """
    low, *high = residual
    restless = np.count_nonzero(low) > _RESTLESS * low.size
    strategy = zlib.Z_RLE if restless else zlib.Z_FILTERED
    pack = zlib.compressobj(8, zlib.DEFLATED, -15, 9, strategy)
    pieces = [pack.compress(b"".join(plane.tobytes() for plane in first))]
    for plane in [*low] if restless else [low]:
        pieces += [pack.flush(zlib.Z_BLOCK), pack.compress(plane.tobytes())]
    pieces += [pack.flush(zlib.Z_BLOCK), *(pack.compress(plane.tobytes()) for plane in high)]
    return b"".join([*pieces, pack.flush()])


def _step(tolerance: float, axes: _Floating) -> float:
    """The largest step whose rounding, over the axes in use together, stays within the tolerance.

    Half a step an axis is a distance of step/2 * sqrt(n) over n axes: planar scenes, where only
    two positions and one rotation ever differ from zero, get by with coarser steps.
    """
    used = max(1, int(np.count_nonzero(axes.any(axis=(1, 2)))))
    return float(np.float32(2 * tolerance / math.sqrt(used)))


def _position_step(position: _Floating) -> float:
    reach = max(position.max(initial=0.0), -position.min(initial=0.0))
    # Decoded values are float32, whose rounding grows with the distance: 0.004 mm an axis at 100 m.
    rounding = math.sqrt(3) / 2 * float(np.spacing(np.float32(min(reach, _KEPT_WITHIN_M))))
    step = _step(_POSITION_TOLERANCE_M - rounding, position)
    if reach <= step * _MAX_STEPS:
        return step
    return float(np.float32(reach / _MAX_STEPS))


def _log(quaternion: _Floating) -> _Floating:
    """Rotation vectors (3, frames, bodies) of quaternions (4, frames, bodies), steady in time.

    A quaternion and its negative, and an angle and the angle a full turn further, are the same
    orientation: of these the one is taken that continues the frame before.
    """
    w, v = quaternion[0], quaternion[1:]
    below = w[0] < 0
    turned_over = np.einsum("cfb,cfb->fb", quaternion[:, 1:], quaternion[:, :-1]) < 0
    if below.any() or turned_over.any():
        sign = _signs(below, turned_over)
        w, v = w * sign, v * sign
    sine = np.sqrt(np.einsum("cfb,cfb->fb", v, v))
    angle = 2 * np.arctan2(sine, w)
    if angle.max(initial=0.0) > 1.5 * np.pi:
        # Past a full turn the vector part swings round: follow the axis, not its sign.
        swung = np.einsum("cfb,cfb->fb", v[:, 1:], v[:, :-1]) < 0
        swing = _signs(np.zeros_like(below), swung)
        angle *= swing
        angle[1:] -= 4 * np.pi * np.cumsum(np.rint(np.diff(angle, axis=0) / (4 * np.pi)), axis=0)
        angle *= swing
    # Where there is no axis the vector part is as good as zero, whatever it is multiplied by.
    return np.asarray(v * (angle / (sine + (sine < 1e-12))))


def _signs(first: npt.NDArray[np.bool_], flips: npt.NDArray[np.bool_]) -> _Floating:
    """1 or -1 for each frame and body: the sign of the first frame, turned over at each flip."""
    negative = np.logical_xor.accumulate(np.concatenate([first[None], flips]), axis=0)
    return np.where(negative, np.float32(-1), np.float32(1))


def _exp(vector: _Floating) -> _Floating:
    """Quaternions (4, ...) of rotation vectors (3, ...)."""
    half = np.sqrt(np.einsum("c...,c...->...", vector, vector)) / 2
    quaternion = np.empty((4, *half.shape), vector.dtype)
    quaternion[0] = np.cos(half)
    # numpy's sinc(x) is sin(pi x)/(pi x); half of it is sin(half)/angle, finite at zero.
    quaternion[1:] = vector * (np.sinc(half / np.pi) / 2)
    return quaternion


def _multiply(a: _Floating, b: _Floating) -> _Floating:
    """The products a b of quaternions, (4, ...) each: first the turn b, then a."""
    aw, ax, ay, az = a
    bw, bx, by, bz = b
    return np.stack(
        [
            aw * bw - ax * bx - ay * by - az * bz,
            aw * bx + ax * bw + ay * bz - az * by,
            aw * by - ax * bz + ay * bw + az * bx,
            aw * bz + ax * by - ay * bx + az * bw,
        ]
    )


def _zigzag(values: _Int32) -> _Uint32:
    """0, -1, 1, -2 as 0, 1, 2, 3: small numbers of either sign have high bytes of zero."""
    return np.asarray((values << 1) ^ (values >> 31)).view(np.uint32)


def _unzigzag(values: _Uint32) -> _Int32:
    return np.asarray((values >> 1) ^ (0 - (values & 1))).view(np.int32)


def _split_planes(values: _Uint32, planes: int) -> list[_Bytes]:
    """The bytes of whole numbers as planes, lowest first."""
    rows = values.astype("<u4", copy=False)[..., None].view(np.uint8)
    return [rows[..., plane] for plane in range(planes)]


def _join_planes(raw: bytes, planes: int, shape: tuple[int, int]) -> _Uint32:
    """Byte planes, lowest first, as whole numbers."""
    rows = np.frombuffer(raw, np.uint8).reshape(planes, *shape)
    values = np.zeros((*shape, 4), np.uint8)
    values[..., :planes] = np.moveaxis(rows, 0, -1)
    return values.view("<u4")[..., 0]


def _inflate(payload: memoryview, size: int) -> bytes:
    inflater = zlib.decompressobj(-15)
    try:
        # One byte more than needed shows a longer stream without inflating it.
        raw = inflater.decompress(payload, size + 1)
    except zlib.error as error:
        raise BadChunk("the chunk is damaged: it does not inflate") from error
    if len(raw) != size or not inflater.eof or inflater.unused_data:
        raise BadChunk("the chunk is damaged: it does not hold the frames its header promises")
    return raw
