import io
import math
import time

import numpy as np
import pytest
from PIL import Image

from physics.header import describe_model
from physics.lines import clip_to_convex, coil, hatching, rope_path
from physics.model import load_model
from physics.outlines import facing, hull, oblique, outline_of
from physics.pictures import MAX_ANIMATION_BYTES, draw_animation, draw_preview
from physics.simulate import record
from shared.frames import Frames

from .models import falling_ball, pendulum, pile, spring_and_mass

RED = 'rgba="0.9 0.1 0.1 1"'


def run(xml: str, duration_s: float = 2.0) -> tuple[dict[str, object], Frames]:
    model = load_model(xml)
    header = describe_model(model, duration_s=duration_s, fps=60)
    return header, record(model, duration_s=duration_s).frames


def pixels(data: bytes, frame: int = 0) -> np.ndarray:
    image = Image.open(io.BytesIO(data))
    image.seek(frame)
    return np.asarray(image.convert("RGB")).astype(int)


def red(image: np.ndarray) -> tuple[float, float]:
    """The middle of what is strongly red, in pixels: x, y."""
    y, x = np.nonzero((image[..., 0] > 180) & (image[..., 1] < 80) & (image[..., 2] < 80))
    assert len(x) > 20
    return float(x.mean()), float(y.mean())


def test_a_preview_shows_the_start_and_an_animation_the_motion():
    header, frames = run(pendulum(1.0, 0.6).replace('type="sphere"', f'type="sphere" {RED}'))
    still = pixels(draw_preview(header, frames))
    moving = draw_animation(header, frames)
    assert still.shape[1] == 960
    assert pixels(moving).shape[1] == 480
    half_swing = round(math.pi * math.sqrt(1 / 9.81) * 12.5)
    start, other = red(pixels(moving)), red(pixels(moving, half_swing))
    assert start[0] - other[0] > 0.3 * 480, "it swings from right to left"
    assert abs(start[1] - other[1]) < 12, "and up to its height again"
    assert red(still)[0] / 960 == pytest.approx(start[0] / 480, abs=0.01)


def test_what_is_drawn_is_where_it_is():
    xml = falling_ball(1.0).replace('type="sphere"', f'type="sphere" {RED}')
    header, frames = run(xml, 0.1)
    picture = pixels(draw_preview(header, frames))
    x, y = red(picture)
    area = np.count_nonzero((picture[..., 0] > 180) & (picture[..., 1] < 80))
    pixels_per_metre = math.sqrt(area / math.pi) / 0.1
    # The floor is the darkest row; the ball's middle is a metre above it.
    floor = int(picture.sum(axis=(1, 2)).argmin())
    assert (floor - y) / pixels_per_metre == pytest.approx(1.0, rel=0.08)
    assert x == pytest.approx(480, abs=3)


def test_a_spring_is_a_coil_that_stretches():
    header, frames = run(spring_and_mass(100, 2))
    (tendon,) = header["tendons"]  # type: ignore[misc]
    assert tendon["kind"] == "spring"
    short = coil(np.array([0.0, 0.0]), np.array([0.0, -1.0]), 0.05, 8)
    long = coil(np.array([0.0, 0.0]), np.array([0.0, -2.0]), 0.05, 8)
    assert len(short) == len(long)
    assert np.ptp(short[:, 0]) == pytest.approx(np.ptp(long[:, 0]), rel=0.05)
    assert np.ptp(long[:, 1]) == pytest.approx(2, rel=0.05)
    assert draw_preview(header, frames)


def test_a_rope_runs_round_the_side_it_passes():
    a, b, o = np.array([-0.5, -2.0]), np.array([0.5, -2.0]), np.zeros(2)
    over = rope_path(a, o, 0.5, np.array([0, 0.8]), b)
    length = np.linalg.norm(np.diff(over, axis=0), axis=1).sum()
    assert length == pytest.approx(4 + math.pi / 2, rel=1e-3)
    assert over[:, 1].max() == pytest.approx(0.5, abs=0.01)
    assert np.linalg.norm(over, axis=1).min() > 0.49, "it never cuts through"
    assert np.allclose(over, rope_path(b, o, 0.5, np.array([0, 0.8]), a)[::-1])
    under = rope_path(a, o, 0.5, np.array([0, -0.8]), b)
    assert len(under) == 2, "below it, the straight line is clear"


def test_hatching_is_below_a_line_drawn_to_the_right():
    strokes = hatching(np.zeros(2), np.array([1.0, 0.0]), 0.05, 0.1)
    assert len(strokes) == 10
    assert all(stroke[1, 1] < stroke[0, 1] == 0 for stroke in strokes)


def test_a_line_is_clipped_to_a_convex_outline():
    square = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], float)
    inside = clip_to_convex(np.array([-1.0, 0.5]), np.array([3.0, 0.5]), square)
    assert inside is not None and np.allclose(inside, [(0, 0.5), (1, 0.5)])
    assert clip_to_convex(np.array([-1.0, 2.0]), np.array([3.0, 2.0]), square) is None


def test_a_hull_is_counter_clockwise_and_has_no_inner_points():
    points = np.array([(0, 0), (2, 0), (1, 0.5), (2, 2), (0, 2), (1, 0), (0, 0)], float)
    assert hull(points).tolist() == [[0, 0], [2, 0], [2, 2], [0, 2]]


@pytest.mark.parametrize("kind, size", [("box", [1, 2, 3]), ("cylinder", [1, 2]),
                                        ("ellipsoid", [1, 2, 3])])  # fmt: skip
def test_faces_look_outward(kind: str, size: list[float]):
    shape = outline_of({"type": kind, "size": size}, [])
    for face in shape.faces:  # type: ignore[union-attr]
        corners = shape.points[list(face)]  # type: ignore[union-attr]
        normal = np.cross(corners[1] - corners[0], corners[2] - corners[1])
        assert normal @ corners.mean(0) > 0
    camera = oblique()
    seen = facing(camera, shape.points, shape.faces)  # type: ignore[union-attr]
    assert 0 < len(seen) < len(shape.faces)  # type: ignore[union-attr]


ODD = """<mujoco>
  <asset>
    <mesh name="m" vertex="0 0 0  1 0 0  0 1 0  0 0 1"/>
    <hfield name="h" nrow="2" ncol="2" size="1 1 1 1" elevation="0 1 0 1"/>
  </asset>
  <worldbody>
    <geom type="plane" size="0 0 1"/><geom type="plane" size="1 1 1" zaxis="1 0 0" pos="-2 0 0"/>
    <geom type="hfield" hfield="h" pos="5 5 0"/>
    <geom type="sphere" size="0.1" group="4"/><geom type="sphere" size="0.1" rgba="0 0 0 0"/>
    <body pos="0 0 2"><freejoint/><geom type="mesh" mesh="m"/></body>
    <body pos="1 0 2"><freejoint/><geom type="ellipsoid" size=".1 .2 .3"/></body>
    <body pos="2 0 2"><freejoint/><geom type="cylinder" size=".1 .2"/></body>
    <body pos="3 1 2"><freejoint/><geom type="capsule" size=".1 .2"/>
      <site name="a"/><site name="z" pos="0 0 1"/></body>
    <body pos="3 2 2"><freejoint/><inertial pos="0 0 0" mass="1" diaginertia="1 1 1"/></body>
  </worldbody>
  <tendon><spatial damping="1"><site site="a"/><site site="z"/></spatial></tendon>
</mujoco>"""


@pytest.mark.parametrize(
    "xml",
    [
        ODD,
        "<mujoco/>",
        '<mujoco><worldbody><geom type="plane" size="1 1 1"/></worldbody></mujoco>',
        "<mujoco><worldbody><body><freejoint/>"
        '<inertial pos="0 0 0" mass="1" diaginertia="1 1 1"/></body></worldbody></mujoco>',
        falling_ball(1e5),
        pile(12),
    ],
    ids=["odd", "empty", "floor", "invisible", "far", "pile"],
)
def test_any_model_has_a_picture(xml: str):
    header, frames = run(xml, 0.5)
    assert pixels(draw_preview(header, frames)).shape[1] == 960
    assert len(draw_animation(header, frames)) <= MAX_ANIMATION_BYTES


def test_an_animation_keeps_within_its_bytes():
    header, frames = run(pendulum(1.0, 1.0), 4.0)
    whole = len(draw_animation(header, frames))
    cut = draw_animation(header, frames, max_bytes=whole // 2)
    assert len(cut) <= whole // 2
    assert Image.open(io.BytesIO(cut)).n_frames > 5  # type: ignore[attr-defined]


def test_pictures_are_drawn_in_time():
    header, frames = run(pendulum(1.0, 1.0), 10.0)
    draw_preview(header, frames)
    started = time.process_time()
    draw_preview(header, frames)
    still = time.process_time() - started
    draw_animation(header, frames)
    # 60 and 500 ms on a quiet machine; this one may be busy.
    assert still < 0.3
    assert time.process_time() - started < 2.0
