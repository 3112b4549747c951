import math
import re
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared import frames as codec
from shared.frames import BadChunk, Frames, UnencodableFrames, decode, describe, encode, join

DOCUMENT = Path(codec.__file__).with_name("FRAMES.md").read_text()
TOLERANCE_M = 1e-4
TOLERANCE_DEG = 0.1


def random_walk(seed: int, frames: int = 70, bodies: int = 9, reach_m: float = 100.0) -> Frames:
    """Bodies that fly and tumble, starting anywhere up to `reach_m` from the origin."""
    rng = np.random.default_rng(seed)
    start = rng.uniform(-1, 1, (1, bodies, 3)) * reach_m / math.sqrt(3)
    steps = np.cumsum(rng.normal(0, 0.002, (frames, bodies, 3)), axis=0)
    position = start + np.cumsum(steps, axis=0) * 0.05
    return Frames(position, tumbling(rng, frames, bodies), dt_s=1 / 60)


def tumbling(rng: np.random.Generator, frames: int, bodies: int) -> np.ndarray:
    """Spins of up to some 60 rad/s about axes of their own, wobbling."""
    axis = rng.normal(size=(1, bodies, 3)) + np.cumsum(
        rng.normal(0, 0.02, (frames, bodies, 3)), axis=0
    )
    axis /= np.linalg.norm(axis, axis=-1, keepdims=True)
    angle = rng.uniform(-3, 3, (1, bodies)) + np.arange(frames)[:, None] * rng.uniform(
        -1, 1, (1, bodies)
    )
    return np.concatenate(
        [np.cos(angle / 2)[..., None], axis * np.sin(angle / 2)[..., None]], axis=-1
    )


def planar(frames: int = 64, bodies: int = 12, seed: int = 5) -> Frames:
    """Bodies that move in x and z and turn about y alone, as every drawing's do."""
    rng = np.random.default_rng(seed)
    times = np.arange(frames)[:, None] / 60
    position = np.zeros((frames, bodies, 3))
    position[..., 0] = rng.uniform(-3, 3, bodies) + times * rng.normal(0, 2, bodies)
    position[..., 2] = 3 - 9.81 / 2 * times**2
    angle = times * rng.normal(0, 40, bodies) + rng.uniform(-9, 9, bodies)
    quaternion = np.zeros((frames, bodies, 4))
    quaternion[..., 0], quaternion[..., 2] = np.cos(angle / 2), np.sin(angle / 2)
    return Frames(position, quaternion)


def distance_m(a: Frames, b: Frames) -> float:
    return float(np.linalg.norm(a.position.astype(float) - b.position, axis=-1).max())


def angle_deg(a: Frames, b: Frames) -> float:
    """The largest angle between orientations, by the chord, which is exact for small angles."""
    p, q = (
        x.quaternion / np.linalg.norm(x.quaternion.astype(float), axis=-1, keepdims=True)
        for x in (a, b)
    )
    chord = np.minimum(np.linalg.norm(p - q, axis=-1), np.linalg.norm(p + q, axis=-1))
    return float(np.degrees(4 * np.arcsin(chord / 2)).max())


def decoded(frames: Frames) -> Frames:
    return join(decode(chunk) for chunk in encode(frames))


def damaged(chunk: bytes, at: int, fmt: str, value: float) -> bytes:
    copy = bytearray(chunk)
    struct.pack_into("<" + fmt, copy, at, value)
    return bytes(copy)


@pytest.mark.parametrize("seed", range(6))
def test_decoded_poses_are_within_a_tenth_of_a_millimetre_and_of_a_degree_up_to_100_m(seed: int):
    frames = random_walk(seed)
    back = decoded(frames)
    assert back.position.shape == frames.position.shape
    assert distance_m(back, frames) <= TOLERANCE_M
    assert angle_deg(back, frames) <= TOLERANCE_DEG


def test_planar_poses_are_within_tolerance_though_their_steps_are_coarser():
    frames = planar()
    assert distance_m(decoded(frames), frames) <= TOLERANCE_M
    assert angle_deg(decoded(frames), frames) <= TOLERANCE_DEG
    flat, solid = describe(encode(frames)[0]), describe(encode(random_walk(0))[0])
    assert flat.position_step_m > solid.position_step_m
    assert flat.rotation_step_rad > solid.rotation_step_rad


def test_unit_quaternions_stay_unit():
    norms = np.linalg.norm(decoded(random_walk(3)).quaternion, axis=-1)
    assert np.allclose(norms, 1, atol=1e-6)


def test_a_spin_through_many_turns_decodes_and_costs_a_bit_a_frame():
    times = np.arange(32)[:, None] / 60
    spin = np.zeros((32, 1, 4))
    spin[..., 0], spin[..., 1] = np.cos(times * 30), np.sin(times * 30)
    fast = Frames(np.zeros((32, 1, 3)), spin)
    rest = Frames(np.zeros((32, 1, 3)), np.broadcast_to(spin[:1], spin.shape))
    assert angle_deg(decoded(fast), fast) <= TOLERANCE_DEG
    assert len(encode(fast)[0]) <= len(encode(rest)[0]) + 32


def test_a_quaternion_that_changes_sign_is_the_same_orientation_and_costs_nothing():
    frames = random_walk(1, frames=32, bodies=20)
    sign = np.random.default_rng(0).choice([-1.0, 1.0], (32, 20, 1))
    flipped = Frames(frames.position, frames.quaternion * sign)
    assert angle_deg(decoded(flipped), frames) <= TOLERANCE_DEG
    assert len(encode(flipped)[0]) <= 1.02 * len(encode(frames)[0])


def test_every_chunk_decodes_alone_and_says_which_frames_it_holds():
    frames = random_walk(2, frames=70)
    chunks = encode(Frames(frames.position, frames.quaternion, t0_s=2.0, dt_s=0.02, first=100))
    headers = [describe(chunk) for chunk in chunks]
    assert [(h.first, h.frames) for h in headers] == [(100, 32), (132, 32), (164, 6)]
    assert [h.t0_s for h in headers] == pytest.approx([2.0, 2.64, 3.28])
    last = decode(chunks[-1])
    assert distance_m(last, frames.part(slice(64, None))) <= TOLERANCE_M
    assert last.times_s == pytest.approx(3.28 + 0.02 * np.arange(6))


def test_positions_beyond_what_16_and_32_bits_of_steps_hold_do_not_wrap():
    far = np.zeros((8, 3, 3))
    far[:, 0, 0] = np.linspace(6.4, 6.7, 8)
    far[:, 1, 2] = np.linspace(-1e9, 1e9, 8)
    far[:, 2, 1] = 3e5
    back = decoded(Frames(far, np.tile([1.0, 0, 0, 0], (8, 3, 1)))).position
    assert np.abs(back - far).max() <= 1e9 * 2.0**-23
    near = far[:, :1]
    assert np.abs(
        decoded(Frames(near, np.tile([1.0, 0, 0, 0], (8, 1, 1)))).position - near
    ).max() < (TOLERANCE_M)


def test_a_chunk_too_large_for_a_message_is_split_and_nothing_is_lost():
    rng = np.random.default_rng(0)
    frames = Frames(rng.normal(0, 30, (32, 1500, 3)), tumbling(rng, 32, 1500))
    chunks = encode(frames)
    assert len(chunks) > 1
    assert all(len(chunk) <= codec.MAX_CHUNK_BYTES for chunk in chunks)
    assert [describe(c).first for c in chunks] == np.cumsum(
        [0, *(describe(c).frames for c in chunks[:-1])]
    ).tolist()
    assert distance_m(join(map(decode, chunks)), frames) <= TOLERANCE_M


def test_the_most_bodies_allowed_fit_a_message_even_when_they_are_noise():
    rng = np.random.default_rng(0)
    most = Frames(
        rng.normal(0, 1e4, (1, codec.MAX_BODIES, 3)), rng.normal(size=(1, codec.MAX_BODIES, 4))
    )
    (chunk,) = encode(most)
    assert len(chunk) <= codec.MAX_CHUNK_BYTES


@pytest.mark.parametrize("frames, bodies", [(1, 1), (1, 0), (5, 0), (2, 1)])
def test_small_shapes_come_back_as_they_are(frames: int, bodies: int):
    small = Frames(np.ones((frames, bodies, 3)), np.ones((frames, bodies, 4)) / 2)
    back = decoded(small)
    assert back.position.shape == (frames, bodies, 3)
    assert back.quaternion.shape == (frames, bodies, 4)


def test_thinning_keeps_every_second_frame_of_the_simulation():
    frames = random_walk(4, frames=70)
    chunks = [c for chunk in encode(frames) for c in codec.thin(chunk, 2)]
    thin = join(map(decode, chunks))
    assert thin.times_s == pytest.approx(frames.times_s[::2])
    assert distance_m(thin, frames.part(slice(None, None, 2))) <= 2 * TOLERANCE_M
    third = [c for chunk in encode(frames) for c in codec.thin(chunk, 3)]
    assert join(map(decode, third)).times_s == pytest.approx(frames.times_s[::3])


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_numbers_that_are_not_finite_are_refused(bad: float):
    position = np.zeros((2, 1, 3))
    position[1, 0, 0] = bad
    with pytest.raises(UnencodableFrames):
        encode(Frames(position, np.ones((2, 1, 4))))


def test_more_bodies_than_a_message_holds_are_refused():
    with pytest.raises(UnencodableFrames):
        encode(Frames(np.zeros((1, 3501, 3)), np.ones((1, 3501, 4))))


def test_the_worked_example_decodes_to_the_documented_numbers():
    chunk = bytes.fromhex(block("chunk"))
    inflated = bytes.fromhex(block("inflated"))
    assert zlib.decompress(chunk[40:], -15) == inflated
    frames = decode(chunk)
    rows = re.findall(r"^\| (\d) \| ([\d.]+) \| ([\d.]+), ([\d.]+) \| ([\d.]+), ([\d.]+) \|$",
                      DOCUMENT, re.M)  # fmt: skip
    assert len(rows) == 4
    for row in rows:
        i = int(row[0])
        shown = [
            frames.position[i, 0, 2],
            *frames.position[i, 1, [0, 2]],
            *frames.quaternion[i, 1, [0, 2]],
        ]
        assert shown == pytest.approx([float(x) for x in row[1:]], abs=1e-6)
    times = np.arange(4) / 60
    assert frames.position[:, 0, 2] == pytest.approx(2 - 9.81 / 2 * times**2, abs=TOLERANCE_M)


def block(name: str) -> str:
    found = re.search(rf"```{name}\n(.*?)```", DOCUMENT, re.S)
    assert found
    return found[1]


@pytest.mark.parametrize(
    "at, fmt, value",
    [
        (0, "I", 0),
        (4, "B", 2),
        (5, "B", 64),
        (5, "B", 1),
        (6, "B", 0),
        (6, "B", 5),
        (7, "B", 1),
        (12, "H", 0),
        (12, "H", 33),
        (12, "H", 31),
        (14, "H", 65535),
        (14, "H", 3500),
        (16, "d", math.nan),
        (24, "d", 0.0),
        (24, "d", math.inf),
        (32, "f", 0.0),
        (32, "f", math.nan),
        (32, "f", 1e38),
        (36, "f", -1.0),
    ],
)
def test_a_header_that_promises_what_is_not_there_is_refused(at: int, fmt: str, value: float):
    (chunk,) = encode(random_walk(0, frames=32))
    with pytest.raises(BadChunk):
        decode(damaged(chunk, at, fmt, value))


def test_a_chunk_cut_short_anywhere_is_refused():
    (chunk,) = encode(random_walk(0, frames=4, bodies=3))
    for end in range(len(chunk)):
        with pytest.raises(BadChunk):
            decode(chunk[:end])
    with pytest.raises(BadChunk):
        decode(chunk + b"\0")


def test_a_deflate_bomb_is_refused_without_being_inflated():
    (chunk,) = encode(random_walk(0, frames=32))
    bomb = zlib.compressobj(9, zlib.DEFLATED, -15)
    payload = b"".join(bomb.compress(bytes(1 << 20)) for _ in range(64)) + bomb.flush()
    with pytest.raises(BadChunk):
        decode(chunk[:40] + payload)


@settings(max_examples=150)
@given(st.data())
def test_no_bytes_do_worse_than_a_typed_refusal(data: st.DataObject):
    chunk = bytearray(encode(planar(frames=8, bodies=3))[0])
    for _ in range(data.draw(st.integers(1, 6))):
        chunk[data.draw(st.integers(0, len(chunk) - 1))] = data.draw(st.integers(0, 255))
    try:
        frames = decode(bytes(chunk))
    except BadChunk:
        return
    assert frames.position.dtype == np.float32
    assert np.isfinite(frames.position).all() and np.isfinite(frames.quaternion).all()


def test_a_stream_gives_back_its_header_and_chunks():
    chunks = encode(random_walk(0))
    header = {"fps": 60, "bodies": ["ball", "Ünïcode"]}
    data = b"".join(codec.write_stream(header, chunks))
    assert codec.read_stream(data) == (header, chunks)


def test_a_stream_cut_short_anywhere_is_refused():
    data = b"".join(codec.write_stream({"fps": 60}, encode(planar(frames=2, bodies=1))))
    for end in range(len(data)):
        with pytest.raises(BadChunk):
            codec.read_stream(data[:end])


@pytest.mark.parametrize("text", [b"[]", b"nul", b"\xff", b"[" * 100_000])
def test_a_stream_whose_header_is_no_object_is_refused(text: bytes):
    data = struct.pack("<4sB3xI", b"SGFS", 1, len(text)) + text + bytes(4)
    with pytest.raises(BadChunk):
        codec.read_stream(data)


def test_a_stream_header_is_strict_json():
    with pytest.raises(ValueError):
        b"".join(codec.write_stream({"fps": math.nan}, []))


def test_sizes_stay_far_below_float32_when_nothing_rests_and_when_all_does():
    moving = planar(frames=128, bodies=100)
    assert sum(map(len, encode(moving))) < moving.position.shape[0] * 100 * 28 / 8
    still = Frames(np.repeat(moving.position[:1], 128, 0), np.repeat(moving.quaternion[:1], 128, 0))
    assert sum(map(len, encode(still))) < moving.position.shape[0] * 100 * 28 / 100
