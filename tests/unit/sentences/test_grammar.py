"""What the grammar makes of words, whatever they are."""

from __future__ import annotations

import random

import pytest

from scenes.errors import SceneError
from sentences.description import MOVING_KINDS, Description
from sentences.errors import EXAMPLES, DescriptionRefused, SentenceError, SentenceNotUnderstood
from sentences.grammar import read_sentence
from sentences.layout import lay_out
from sentences.lexicon import ENTRIES
from sentences.warnings import warnings_of


@pytest.mark.parametrize("said", EXAMPLES)
def test_what_is_offered_as_an_example_is_understood_to_the_last_word(said: str) -> None:
    description = read_sentence(said)
    assert lay_out(description).bodies
    assert not description.unplaced


@pytest.mark.parametrize("said", ["", "   ", "?!", "hello world", "the quick brown fox", "42"])
def test_what_speaks_of_no_thing_is_refused_with_examples(said: str) -> None:
    with pytest.raises(SentenceNotUnderstood) as refused:
        read_sentence(said)
    assert EXAMPLES[0] in str(refused.value.suggestion)


def test_words_without_a_place_are_named() -> None:
    description = read_sentence("a 2 kg ball rolls merrily down a purple 30 degree ramp")
    assert description.unplaced == ["merrily", "purple"]
    (warning, *_) = warnings_of(description)
    assert warning.code == "WORDS_NOT_PLACED"
    assert '"purple"' in warning.message


@pytest.mark.parametrize(
    "sentence", ["A wombat of mass 30 kg slides down a ramp", "A chandelier hangs by a 1 m chain"]
)
def test_what_does_as_bodies_do_is_a_body_and_that_is_said(sentence: str) -> None:
    description = read_sentence(sentence)
    assert [thing.kind for thing in description.things if thing.kind in MOVING_KINDS] == ["box"]
    assert not description.unplaced
    assert any("a box is taken" in note for note in description.assumed)


@pytest.mark.parametrize("who", ["A boy kicks", "A golfer hits", "A 70 kg man throws"])
def test_whoever_sets_a_body_going_is_no_body(who: str) -> None:
    description = read_sentence(f"{who} a 0.4 kg ball at 10 m/s and 45 degrees")
    assert [thing.kind for thing in description.things] == ["ball"]


def test_a_rope_from_a_table_over_two_pulleys_is_refused_with_what_to_say() -> None:
    said = read_sentence("A 2 kg block on a table is tied over two pulleys to a 3 kg block")
    with pytest.raises(DescriptionRefused) as refused:
        lay_out(said)
    assert "one pulley" in str(refused.value)
    assert refused.value.suggestion


def test_a_number_that_no_scene_holds_is_named_and_not_taken() -> None:
    description = read_sentence("a ball of 0 kg and restitution 7")
    assert description.things[0].mass_kg is None
    assert description.things[0].restitution is None
    assert len(description.unplaced) == 2


def test_what_is_assumed_is_said() -> None:
    assert any("8 m/s" in note for note in read_sentence("a ball is thrown").assumed)


@pytest.mark.parametrize(
    ("said", "gravity"),
    [
        ("a ball falls on the moon", 1.62),
        ("On Mars, drop a ball", 3.71),
        ("a ball falls, g = 3 m/s^2", 3.0),
        ("a ball with no gravity", 0.0),
        ("a ball on Jupiter", 24.79),
    ],
)
def test_the_world_has_the_gravity_that_was_said(said: str, gravity: float) -> None:
    scene = lay_out(read_sentence(said))
    assert scene.gravity == pytest.approx((0.0, -gravity))


@pytest.mark.parametrize(
    "said", ["a ball falls for 20 s", "simulate 20 s: a ball falls", "a ball falls for 20 seconds"]
)
def test_the_run_lasts_as_long_as_was_said(said: str) -> None:
    assert lay_out(read_sentence(said)).duration_s == 20


def test_what_a_description_says_survives_its_json() -> None:
    description = read_sentence("an Atwood machine with 3 and 5 kg on the moon for 5 s")
    again = Description.model_validate_json(description.model_dump_json(exclude_none=True))
    assert again == description
    assert lay_out(again) == lay_out(description)


def test_laying_out_leaves_the_description_as_it_was() -> None:
    description = read_sentence("a 2 kg block is connected by a spring to a 3 kg block on a floor")
    before = description.model_dump_json()
    lay_out(description)
    assert description.model_dump_json() == before


def test_any_words_of_the_language_in_any_order_give_a_scene_or_a_reason() -> None:
    """Nothing else may come out of it, however little sense it makes."""
    chance = random.Random(4)
    phrases = [" ".join(words) for words in ENTRIES]
    quantities = ["2 kg", "30 degrees", "1.5 m", "3", "five", "200 N/m", "2 m/s", "10 N", "60 rpm"]
    quantities += ["0 kg", "0", "-3 m/s", "1000000 t", "2 N m", "3 and 5 kg", "20 x 30 cm", "0.3"]
    for _ in range(1500):
        said = " ".join(
            chance.choice(quantities if chance.random() < 0.25 else phrases)
            for _ in range(chance.randint(1, 14))
        )
        try:
            description = read_sentence(said)
            scene = lay_out(description)
        except (SentenceError, SceneError):
            continue
        assert scene.bodies, said


def test_a_cradle_hands_all_on_whatever_its_balls_are_made_of() -> None:
    description = read_sentence("Newton's cradle, three steel balls on 1 m strings")
    balls = [thing for thing in description.things if thing.kind == "ball"]
    assert [ball.restitution for ball in balls] == [1.0, 1.0, 1.0]
