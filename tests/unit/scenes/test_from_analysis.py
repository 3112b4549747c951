"""What a drawing leaves unsaid, what labels change, and what happens to drawings that are wrong."""

import math
import random
from dataclasses import replace
from itertools import pairwise

import pytest

from scenes.errors import NothingDrawn, NothingMoves, SceneError, TooManyBodies
from scenes.from_analysis import MAX_BODIES, build_scene
from scenes.scene import Body, Disc, HalfPlane, Pieces, Rect, Scene
from scenes.touch import touch
from tests.integration.paper import Paper
from vision.analysis import (
    CONNECTION_KINDS,
    MARK_KINDS,
    Analysis,
    Connection,
    Quantity,
    Shape,
    Text,
)

UNIT = 4 / 14


def built(paper: Paper) -> Scene:
    return build_scene(paper.analysis)[0]


def warned(paper: Paper) -> list[str]:
    return [warning.code for warning in build_scene(paper.analysis)[1].warnings]


def gap_above(scene: Scene, body: Body, level: float) -> float:
    assert isinstance(body.outline, Rect)
    return body.position[1] - body.outline.height_m / 2 - level


def test_a_long_hatched_block_is_a_level_table_and_not_its_diagonal():
    paper = Paper()
    paper.floor()
    paper.polygon([(-4, 1.6), (4, 1.6), (4, 2.4), (-4, 2.4)], "support")
    paper.box((0, 2.9), 1, 1)
    scene = built(paper)
    table = scene.body("support_1")
    assert isinstance(table.outline, Rect)
    assert table.angle == pytest.approx(0.0, abs=1e-9)
    assert table.outline.height_m == pytest.approx(0.8 * UNIT)
    assert gap_above(scene, scene.body("box_1"), table.position[1] + 0.4 * UNIT) == pytest.approx(0)


# Sizes and masses.


def test_without_a_length_the_picture_is_four_metres_wide():
    paper = Paper()
    paper.floor()
    paper.ball((0, 1), 0.5)
    _, analysis = build_scene(paper.analysis)
    assert analysis.metres_per_pixel == pytest.approx(4 / 1400)


def test_where_the_desk_shows_it_is_the_sheet_that_is_four_metres_wide():
    paper = Paper()
    paper.floor()
    paper.ball((0, 1), 0.5)
    _, analysis = build_scene(replace(paper.analysis, sheet_width=1000.0))
    assert analysis.metres_per_pixel == pytest.approx(4 / 1000)


def test_a_length_on_a_rod_runs_from_hinge_to_centre():
    paper = Paper()
    paper.top((0, 6))
    paper.ball((0, 2), 0.5)
    # Drawn to the ball's rim only.
    rod = paper.line("rod", (0, 6), (0, 2.5))
    paper.label(rod, "length", 80, "cm", "L")
    scene = built(paper)
    assert scene.body("support_1").position[1] - scene.body("ball_1").position[1] == pytest.approx(
        0.8 + scene.body("support_1").outline.height_m / 2  # type: ignore[union-attr]
    )


def test_labels_that_disagree_warn_and_the_largest_mark_sets_the_scale():
    paper = Paper()
    paper.floor()
    long, short = paper.line("dimension", (0, 5), (4, 5)), paper.line("dimension", (0, 6), (1, 6))
    paper.ball((0, 1), 0.5)
    paper.label(short, "length", 2, "m", "d")
    paper.label(long, "length", 2, "m", "L")
    _, analysis = build_scene(paper.analysis)
    assert analysis.metres_per_pixel == pytest.approx(2 / 400)
    assert [warning.code for warning in analysis.warnings] == ["LENGTHS_DISAGREE"]
    assert analysis.warnings[0].bbox == analysis.texts[0].bbox


def test_each_of_two_rods_gets_its_stated_length():
    paper = Paper()
    paper.top((0, 8), 6)
    rods = []
    for x, length in ((-2, 4.0), (2, 3.0)):
        paper.ball((x, 8 - length), 0.3)
        rods.append(paper.line("rod", (x, 8), (x, 8 - length)))
    paper.label(rods[0], "length", 1, "m", "L")
    paper.label(rods[1], "length", 0.7, "m", "L")
    scene = built(paper)
    assert scene.body("rod_1").outline.width_m == pytest.approx(1.0)  # type: ignore[union-attr]
    assert scene.body("rod_2").outline.width_m == pytest.approx(0.7)  # type: ignore[union-attr]


def test_without_a_mass_the_largest_body_weighs_a_kilogram_and_density_is_shared():
    paper = Paper()
    paper.floor()
    paper.box((-3, 1), 2, 2)
    paper.box((3, 0.5), 1, 1)
    masses = [body.mass_kg for body in built(paper).bodies if body.kind == "box"]
    assert masses == pytest.approx([1.0, 0.25])


def test_with_some_masses_the_others_get_the_density_of_the_largest_stated_one():
    paper = Paper()
    paper.floor()
    for x, size, mass in ((-4, 1, 7.0), (-1, 2, 8.0), (3, 3, None)):
        box = paper.box((x, size / 2), size, size)
        if mass:
            paper.label(box, "mass", mass, "kg", "m")
    masses = [body.mass_kg for body in built(paper).bodies if body.kind == "box"]
    assert masses == pytest.approx([7, 8, 18])


# What was meant to be exact.


def test_a_label_makes_the_ramp_its_angle_and_the_block_still_lies_on_it():
    paper = Paper()
    paper.floor()
    drawn = math.radians(24)
    ramp = paper.polygon([(5, 0), (-3, 0), (-3, 8 * math.tan(drawn))], "ramp")
    at = (
        5 - 5 * math.cos(drawn) + 0.5 * math.sin(drawn),
        5 * math.sin(drawn) + 0.5 * math.cos(drawn),
    )
    paper.box(at, 1.4, 1, -22)
    paper.label(ramp, "angle", 30, "°")
    scene = built(paper)
    block, wedge = scene.body("box_1"), scene.body("ramp_1")
    assert math.degrees(block.angle) == pytest.approx(-30)
    assert isinstance(wedge.outline, Pieces)
    foot = max((wedge.position[0] + x, wedge.position[1] + z) for x, z in wedge.outline.polygons[0])
    normal = (math.sin(math.radians(30)), math.cos(math.radians(30)))
    off = sum((c - f) * n for c, f, n in zip(block.position, foot, normal, strict=True))
    assert off == pytest.approx(block.outline.height_m / 2, abs=1e-9)  # type: ignore[union-attr]


@pytest.mark.parametrize("lean", [-2.5, 0.0, 2.5])
def test_what_nearly_stands_stands_and_what_nearly_touches_touches(lean: float):
    paper = Paper()
    paper.floor()
    paper.box((0, 0.56), 2, 1, lean)
    paper.box((0.1, 1.45), 1.6, 0.8, -lean)
    scene = built(paper)
    level = scene.body("ground_1").position[1]
    lower, upper = scene.body("box_1"), scene.body("box_2")
    assert lower.angle == pytest.approx(0, abs=1e-12)
    assert upper.angle == pytest.approx(0, abs=1e-12)
    assert gap_above(scene, lower, level) == pytest.approx(0, abs=1e-9)
    top = lower.position[1] + lower.outline.height_m / 2  # type: ignore[union-attr]
    assert gap_above(scene, upper, top) == pytest.approx(0, abs=1e-9)


def test_what_leans_by_ten_degrees_goes_on_leaning():
    paper = Paper()
    paper.floor()
    paper.box((0, 3), 1, 1, 10)
    assert math.degrees(built(paper).body("box_1").angle) == pytest.approx(10, abs=0.1)


def test_a_ball_touches_its_ground_at_one_point():
    paper = Paper()
    paper.floor()
    paper.ball((0, 0.42), 0.5)
    scene = built(paper)
    ball = scene.body("ball_1")
    assert isinstance(ball.outline, Disc)
    low = ball.position[1] - ball.outline.radius_m
    assert low == pytest.approx(scene.body("ground_1").position[1], abs=1e-9)


def test_balls_of_a_cradle_just_touch():
    paper = Paper(mess=1.0, seed=5)
    paper.top((0, 6), 6)
    for index in range(4):
        x = 0.8 * index - 1.2
        paper.line("rod", (x, 6), (x, 3))
        paper.ball((x, 3), 0.4)
    balls = [body for body in built(paper).bodies if body.kind == "ball"]
    for left, right in pairwise(balls):
        assert isinstance(left.outline, Disc) and isinstance(right.outline, Disc)
        apart = math.dist(left.position, right.position)
        assert apart == pytest.approx(left.outline.radius_m + right.outline.radius_m, abs=1e-9)


def test_a_tilted_page_is_straightened_first():
    paper = Paper()
    paper.floor()
    paper.box((0, 0.5), 2, 1)
    turned = math.radians(7)
    cos, sin = math.cos(turned), math.sin(turned)
    shapes = tuple(
        replace(s, polygon=tuple((cos * x - sin * y, sin * x + cos * y) for x, y in s.polygon))
        for s in paper.analysis.shapes
    )
    back = (cos, sin, 0.0, -sin, cos, 0.0, 0.0, 0.0, 1.0)
    scene, _ = build_scene(replace(paper.analysis, shapes=shapes, rectify=back))
    assert scene.body("box_1").angle == pytest.approx(0, abs=1e-9)
    assert isinstance(scene.body("ground_1").outline, HalfPlane)


def test_a_floor_with_something_under_it_ends_where_it_is_drawn():
    paper = Paper()
    paper.flat("ground", (-3, 3), (3, 3))
    paper.box((0, 3.5), 1, 1)
    paper.ball((5, 1), 0.5)
    assert isinstance(built(paper).body("ground_1").outline, Rect)


# Surfaces.


@pytest.mark.parametrize(
    ("word", "friction", "restitution"),
    [("ice", 0.03, 0.0), ("rubber", 0.9, 0.7), ("steel", 0.3, 0.6), ("wood", 0.4, 0.3)],
)
def test_a_word_says_how_a_surface_is(word: str, friction: float, restitution: float):
    paper = Paper()
    floor = paper.floor()
    paper.ball((0, 2), 0.5)
    paper.label(floor, "word", None, name=word)
    scene = built(paper)
    found = touch(scene.body("ground_1"), scene.body("ball_1"))
    assert (found.friction, found.restitution) == (friction, restitution)


def test_what_is_stated_beats_what_is_not_and_of_two_the_smaller_holds():
    paper = Paper()
    floor, ball, box = paper.floor(), paper.ball((0, 2), 0.5), paper.box((3, 2), 1, 1)
    paper.label(floor, "friction", 0.8, name="mu")
    paper.label(ball, "friction", 0.3, name="mu")
    scene = built(paper)
    ground = scene.body("ground_1")
    assert touch(ground, scene.body("ball_1")).friction == 0.3
    assert touch(ground, scene.body("box_1")).friction == 0.8
    assert touch(scene.body("box_1"), scene.body("box_1")).friction == 0.6
    assert box


def test_the_words_fixed_and_free_are_obeyed():
    paper = Paper()
    paper.floor()
    ball, ramp = paper.ball((0, 3), 0.5), paper.polygon([(2, 0), (5, 0), (5, 2)], "ramp")
    paper.label(ball, "word", None, name="fixed")
    paper.label(ramp, "word", None, name="free")
    scene = built(paper)
    assert scene.body("ball_1").fixed
    assert not scene.body("ramp_1").fixed


@pytest.mark.parametrize("off", [-0.12, 0.12])
def test_a_block_hangs_plumb_from_a_fixed_box_whose_spring_is_drawn_off_its_middle(off: float):
    paper = Paper()
    holder = paper.box((0, 6), 3, 1)
    paper.box((0.02, 1), 2, 1.5)
    paper.label(holder, "word", None, name="fixed")
    paper.line("spring", (off, 5.5), (0.02, 1.75))
    scene = built(paper)
    (spring,) = scene.springs
    across = [spring.a.at[0], spring.b.at[0], scene.body("box_2").position[0]]
    assert across == pytest.approx([scene.body("box_1").position[0]] * 3, abs=1e-9)


# What is unclear, wrong or missing.


def test_nothing_drawn_and_nothing_that_moves_are_refused():
    with pytest.raises(NothingDrawn):
        built(Paper())
    paper = Paper()
    paper.floor()
    with pytest.raises(NothingMoves):
        built(paper)


def test_more_bodies_than_can_be_simulated_are_refused():
    paper = Paper()
    for index in range(MAX_BODIES + 1):
        paper.ball((index % 20 - 10, index // 20), 0.3)
    with pytest.raises(TooManyBodies):
        built(paper)


@pytest.mark.parametrize(
    ("draw", "code"),
    [
        (lambda p: p.line("rod", (0, 4), (0, 3)), "ROD_TO_NOWHERE"),
        (lambda p: p.line("spring", (0, 4), (0, 3)), "LINE_TO_NOWHERE"),
        (lambda p: p.line("spring", (5, 4), (6, 4)), "LINE_TO_NOWHERE"),
        (lambda p: p.line("arrow", (0.5, 2.5), (2, 2.5)), "ARROW_WITHOUT_VALUE"),
        (
            lambda p: p.label(p.line("arrow", (6, 6), (7, 7)), "force", 5, "N"),
            "ARROW_ACTS_ON_NOTHING",
        ),
        (lambda p: p.label("s1", "velocity", 5, "m/s"), "DIRECTION_ASSUMED"),
        (lambda p: p.label("s1", "restitution", 1.4), "RESTITUTION_ABOVE_ONE"),
        (lambda p: p.label("s1", "mass", 5, "m/s"), "UNIT_DOES_NOT_FIT"),
        (lambda p: p.ball((0.1, 2.4), 0.4), "OVERLAPPING"),
    ],
)
def test_what_is_unclear_is_a_warning_that_names_its_place(draw, code: str):
    paper = Paper()
    paper.floor()
    paper.ball((0, 2.5), 0.5)
    draw(paper)
    _, analysis = build_scene(paper.analysis)
    found = [warning for warning in analysis.warnings if warning.code == code]
    assert found, [warning.code for warning in analysis.warnings]
    assert found[0].bbox is not None
    assert found[0].suggestion


@pytest.mark.parametrize(
    ("start", "end", "kept"),
    [((0, 6), (0, 4), 0), ((2, 3), (5, 3), 0), ((2, 3), (4, 6), 1)],
    ids=["plumb", "level", "up"],
)
def test_a_rope_to_nowhere_is_fixed_there_only_if_it_may_hold_something_up(start, end, kept: int):
    """Angles are measured from dashed lines that begin where the ball hangs, or at the ball."""
    paper = Paper()
    paper.top((0, 6))
    paper.ball((2, 3), 0.5)
    if not kept:
        paper.line("rod", (0, 6), (2, 3))
    paper.line("rope", start, end)
    assert len(built(paper).ropes) == kept
    assert "LINE_TO_NOWHERE" in warned(paper)


def test_a_spring_without_a_number_gets_one_and_a_warning():
    paper = Paper()
    paper.top((0, 6))
    paper.line("spring", (0, 6), (0, 4))
    paper.box((0, 3.5), 1, 1)
    assert warned(paper) == ["STIFFNESS_ASSUMED"]
    assert built(paper).springs[0].stiffness_n_m > 0


@pytest.mark.parametrize(
    ("quantity", "value", "unit"),
    [
        *(("mass", 0.0, "kg"), ("mass", -2.0, "kg"), ("length", -1.0, "m"), ("length", 0.0, "m")),
        *(("friction", -0.2, ""), ("restitution", -0.5, ""), ("angle", 400.0, "°")),
    ],
)
def test_a_value_that_can_not_be_is_left_out_with_a_warning(
    quantity: Quantity, value: float, unit: str
):
    paper = Paper()
    paper.floor()
    box = paper.box((0, 0.5), 1, 1)
    plain = built(paper)
    paper.label(box, quantity, value, unit)
    assert warned(paper) == ["VALUE_IMPOSSIBLE"]
    assert built(paper) == plain


def test_a_friction_coefficient_that_lost_its_point_is_taken_with_a_warning():
    paper = Paper()
    paper.floor()
    paper.label(paper.box((0, 0.5), 1, 1), "friction", 25, "", "mu")
    assert warned(paper) == ["VALUE_UNLIKELY"]
    assert built(paper).body("box_1").material.friction == 25


def test_an_angle_below_the_horizontal_may_be_written_as_negative():
    paper = Paper()
    paper.floor()
    box, arrow = paper.box((0, 0.5), 1, 1), paper.line("arrow", (-1.6, 1.0), (-0.5, 0.6))
    paper.label(arrow, "force", 10, "N", "F")
    paper.label(arrow, "angle", -30, "°")
    paper.join("acts_on", arrow, box)
    (force,) = built(paper).forces
    assert math.degrees(math.atan2(force.newton[1], force.newton[0])) == pytest.approx(-30)


def seesaw_of_a_line(x: float) -> Scene:
    """Two boxes, each as far as `x` from the tip of a triangle, on a line of 3.5 to either side."""
    paper = Paper()
    paper.floor()
    paper.polygon([(-0.6, 0), (0.6, 0), (0, 1.4)], "ramp")
    paper.line("rod", (-3.5, 1.4), (3.5, 1.4))
    paper.box((-x, 1.8), 0.8, 0.8), paper.box((x, 1.8), 0.8, 0.8)
    return built(paper)


@pytest.mark.parametrize("x", [2.0, 2.9, 3.05, 3.2])
def test_boxes_at_the_very_ends_of_a_line_stand_on_it(x: float):
    scene = seesaw_of_a_line(x)
    assert not scene.joints
    assert [body.kind for body in scene.bodies].count("box") == 3


def test_a_line_that_joins_two_boxes_side_by_side_is_no_beam():
    paper = Paper()
    paper.floor()
    paper.box((-2, 0.5), 1, 1), paper.box((2, 0.5), 1, 1)
    paper.line("rod", (-1.5, 0.1), (1.5, 0.1))
    assert [body.kind for body in built(paper).bodies].count("rod") == 1


@pytest.mark.parametrize(("others", "way"), [((), 1), ((3.0,), 1), ((-3.0,), -1), ((-3.0, 3.0), 1)])
def test_a_velocity_without_an_arrow_goes_at_what_stands_on_its_level(
    others: tuple[float, ...], way: int
):
    paper = Paper()
    paper.floor()
    paper.label(paper.box((0, 0.5), 1, 1), "velocity", 2, "m/s", "v")
    for x in others:
        paper.box((x, 0.5), 1, 1)
    assert built(paper).body("box_1").velocity == (way * 2.0, 0.0)


def test_a_spring_too_stiff_to_follow_is_named_in_a_warning():
    paper = Paper()
    paper.top((0, 6))
    spring = paper.line("spring", (0, 6), (0, 4))
    box = paper.box((0, 3.5), 1, 1)
    paper.label(spring, "stiffness", 1e9, "N/m", "k")
    paper.label(box, "mass", 1, "kg", "m")
    _, analysis = build_scene(paper.analysis)
    warning = next(w for w in analysis.warnings if w.code == "SPRING_TOO_STIFF")
    assert warning.mark == spring
    assert "spring_1" in warning.message


def test_a_rope_to_a_stiff_spring_makes_no_weight_where_they_meet():
    paper = Paper()
    paper.top((0, 6))
    paper.line("rope", (0, 6), (0, 5))
    paper.ball((0, 5), 0.06, "pivot")
    spring, box = paper.line("spring", (0, 5), (0, 4)), paper.box((0, 3.5), 1, 1)
    paper.label(spring, "stiffness", 1e5, "N/m", "k")
    paper.label(box, "mass", 1, "kg", "m")
    assert built(paper).body("knot_1").mass_kg <= 0.01


def test_a_plate_nailed_to_the_ceiling_line_stays_where_it_hangs():
    """Its top reaches above the dot, into what is solid behind the line."""
    paper = Paper()
    paper.top((0, 5))
    paper.box((0.3, 4.1), 0.8, 2.1, math.degrees(math.atan2(0.3, 0.9)))
    paper.ball((0, 5), 0.06, "pivot")
    scene = built(paper)
    plate, hinge = scene.body("box_1"), scene.joints[0]
    arm = math.dist(plate.position, hinge.at) / UNIT
    assert arm == pytest.approx(math.hypot(0.3, 0.9), rel=0.01)


def test_a_ball_drawn_into_the_ground_is_lifted_out():
    paper = Paper()
    paper.floor()
    paper.ball((0, 0.1), 0.5)
    scene = built(paper)
    assert scene.body("ball_1").position[1] > scene.body("ground_1").position[1]


def test_the_analysis_comes_back_with_names_and_joins():
    paper = Paper(joins=False)
    paper.top((0, 6))
    paper.ball((0.5, 3), 0.4)
    paper.line("rod", (0, 6), (0.5, 3))
    _, analysis = build_scene(paper.analysis)
    assert [shape.geom or shape.body for shape in analysis.shapes] == [
        "support_1",
        "ball_1",
        "rod_1",
    ]
    joins = [(c.kind, {c.a, c.b}, c.via) for c in analysis.connections]
    assert ("hinge", {"s0", "s1"}, "s2") in joins


def test_building_again_from_what_came_back_gives_the_same_scene():
    paper = Paper(mess=1.0, joins=False)
    paper.floor()
    paper.box((0, 0.5), 2, 1)
    paper.box((0, 1.5), 1, 1)
    scene, analysis = build_scene(paper.analysis)
    assert build_scene(analysis)[0] == scene


QUANTITY_UNITS: list[tuple[Quantity, str]] = [
    *(("mass", "kg"), ("length", "m"), ("angle", "°"), ("velocity", "m/s"), ("force", "N")),
    *(("friction", ""), ("restitution", ""), ("stiffness", "N/m"), ("time", "s")),
    *(("torque", "Nm"), ("angular velocity", "rpm"), ("gravity", "m/s2")),
]


def scribble(rng: random.Random) -> Analysis:
    """Marks, labels and connections without sense."""
    count = rng.choice([1, 3, 8, 16])
    shapes, texts, links = [], [], []
    for index in range(count):
        kind, size = rng.choice(MARK_KINDS), rng.choice([0, 1, 60, 60, 300])
        x, y = rng.uniform(0, 1000), rng.uniform(0, 800)
        points = tuple(
            (x + rng.uniform(-size, size), y + rng.uniform(-size, size))
            for _ in range(rng.choice([0, 1, 2, 3, 4, 9]))
        )
        box = (x - size, y - size, 2.0 * size, 2.0 * size)
        solid = rng.choice([None, (0.0, 1.0), (0.6, -0.8)])
        shapes.append(Shape(f"s{index}", kind, 1.0, (x, y), box, points, solid=solid))
    ids = [shape.id for shape in shapes]
    for index in range(count):
        quantity, unit = rng.choice(QUANTITY_UNITS)
        value = rng.choice([0.0, 0.5, 1.0, 30.0, -2.0, 1e-9, 1e9, float("nan")])
        mark = rng.choice([None, "gone", *ids])
        texts.append(Text(f"t{index}", "?", 1.0, (0, 0, 9, 9), quantity, None, value, unit, mark))
        a, b, via = rng.choice(ids), rng.choice(["gone", *ids]), rng.choice([None, *ids])
        links.append(Connection(f"c{index}", rng.choice(CONNECTION_KINDS), a, b, via))
    return Analysis("scribble", 1000, 800, 0.0, tuple(shapes), tuple(texts), tuple(links))


@pytest.mark.parametrize("seed", range(150))
def test_a_scribble_becomes_a_scene_or_an_error_with_a_code(seed: int):
    analysis = scribble(random.Random(seed))
    try:
        scene, completed = build_scene(analysis)
    except SceneError as error:
        assert error.code.isupper()
        assert error.detail
        return
    assert Scene.from_json(scene.to_json()) == scene
    assert Analysis.from_json(completed.to_json()) == completed
