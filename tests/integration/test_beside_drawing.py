"""What a sentence adds to a drawing, from the analysis to the scene."""

from __future__ import annotations

import pytest

from scenes.from_analysis import build_scene
from scenes.scene import Scene
from sentences.beside_drawing import add_to_drawing
from vision.analysis import Analysis

from .paper import Paper


def two_boxes_and_a_spring() -> Analysis:
    paper = Paper()
    paper.floor()
    left, right = paper.box((-2, 0.5), 1, 1), paper.box((2, 0.5), 1, 1)
    spring = paper.line("spring", (-1.5, 0.5), (1.5, 0.5))
    paper.label(left, "mass", 5, "kg", "m")
    paper.label(spring, "stiffness", 50, "N/m", "k")
    paper.join("spring", left, right, spring)
    return paper.analysis


def ball_on_a_ramp() -> Analysis:
    paper = Paper()
    paper.floor()
    ramp = paper.polygon([(6, 0), (-5, 0), (-5, 5)], "ramp")
    paper.ball((-2, 4.2), 0.4)
    paper.label(ramp, "friction", 0.4, name="mu")
    paper.label(ramp, "angle", 24.4, "°")
    return paper.analysis


def said(analysis: Analysis, sentence: str) -> tuple[Scene, list[str]]:
    """The scene, and the codes of the warnings that the sentence brought."""
    added = add_to_drawing(analysis, sentence)
    scene, _ = build_scene(added)
    return scene, [warning.code for warning in added.warnings]


def masses(scene: Scene) -> list[float]:
    boxes = sorted((b for b in scene.bodies if b.kind == "box"), key=lambda b: b.position[0])
    return [box.mass_kg for box in boxes]


def test_a_side_tells_two_of_a_kind_apart():
    scene, codes = said(two_boxes_and_a_spring(), "the right block is 2 kg")
    assert masses(scene) == [5, 2]
    assert codes == []


def test_the_sentence_wins_over_a_label_and_says_so():
    analysis = two_boxes_and_a_spring()
    added = add_to_drawing(analysis, "The left box weighs 3 kg; the spring has k = 200 N/m.")
    scene, _ = build_scene(added)
    assert masses(scene) == [3, pytest.approx(3)]
    assert scene.springs[0].stiffness_n_m == 200
    assert [warning.code for warning in added.warnings] == ["SENTENCE_WINS", "SENTENCE_WINS"]
    assert "m = 5 kg" in added.warnings[0].message


def test_a_label_that_says_the_same_is_no_quarrel():
    _, codes = said(two_boxes_and_a_spring(), "the left box is 5 kg")
    assert codes == []


@pytest.mark.parametrize("words", ["no friction", "there is no friction", "frictionless please"])
def test_no_friction_holds_everywhere(words: str):
    scene, codes = said(ball_on_a_ramp(), words)
    assert {body.material.friction for body in scene.bodies} == {0.0}
    assert codes == ["SENTENCE_WINS"]


def test_the_world_may_be_another():
    scene, codes = said(ball_on_a_ramp(), "on the moon, simulate 20 s")
    assert scene.gravity == (0, -1.62)
    assert scene.duration_s == 20
    assert codes == []


def test_a_quantity_without_a_noun_goes_to_what_can_have_it():
    scene, _ = said(two_boxes_and_a_spring(), "k = 120 N/m")
    assert scene.springs[0].stiffness_n_m == 120


def test_what_is_not_in_the_drawing_is_said():
    analysis = ball_on_a_ramp()
    added = add_to_drawing(analysis, "the spring has 100 N/m")
    assert [warning.code for warning in added.warnings] == ["SAID_OF_NOTHING"]
    assert build_scene(added)[0] == build_scene(analysis)[0]


@pytest.mark.parametrize("words", ["", "my homework, exercise 12b", "?!", "Grüße aus Köln"])
def test_words_that_add_nothing_change_nothing(words: str):
    analysis = ball_on_a_ramp()
    added = add_to_drawing(analysis, words)
    assert added.texts == analysis.texts
    assert build_scene(added)[0] == build_scene(analysis)[0]


def test_a_sentence_may_be_added_again_without_adding_up():
    once = add_to_drawing(two_boxes_and_a_spring(), "the right block is 2 kg")
    assert add_to_drawing(once, "the right block is 2 kg").texts == once.texts


@pytest.mark.parametrize(
    "words",
    [
        "the left block is 2 kg and the right one 3 kg",
        "The block on the left weighs 2 kg, the one on the right 3 kg.",
        "the left block has a mass of two kilograms and the right one has a mass of 3 kg",
    ],
)
def test_one_says_the_other_of_two(words: str):
    assert masses(said(two_boxes_and_a_spring(), words)[0]) == [2, 3]


@pytest.mark.parametrize(
    ("words", "stiffness", "right_kg"),
    [
        ("the spring is twice as stiff", 100, 5),
        ("The spring is half as stiff.", 25, 5),
        ("the right block is three times as heavy as the left one", 50, 15),
        ("the left block is 1.5 times as heavy; the right one is 2 kg", 50, 2),
    ],
)
def test_what_is_compared_is_so_many_times_what_was_written(
    words: str, stiffness: float, right_kg: float
):
    scene, _ = said(two_boxes_and_a_spring(), words)
    assert scene.springs[0].stiffness_n_m == stiffness
    assert masses(scene)[1] == pytest.approx(right_kg)


def test_what_is_compared_with_nothing_is_said():
    _, codes = said(ball_on_a_ramp(), "the ball is twice as heavy")
    assert codes == ["COMPARED_WITH_NOTHING"]


def test_a_number_that_comes_after_what_it_is_of_goes_there():
    scene, _ = said(ball_on_a_ramp(), "the friction coefficient of the ramp is 0.25")
    assert next(b for b in scene.bodies if b.kind == "ramp").material.friction == 0.25
