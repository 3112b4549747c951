"""Forces on ropes over pulleys, and on more than one body."""

import pytest

from sentences.description import Description, Link, Thing
from sentences.errors import DescriptionRefused
from sentences.grammar import read_sentence
from sentences.layout import lay_out


def forces(sentence: str) -> list[float | None]:
    return [thing.force_n for thing in read_sentence(sentence).things if thing.kind == "box"]


def test_a_force_on_the_load_of_a_movable_pulley_pulls_at_the_end_of_its_rope():
    said = "A 20 kg load hangs from a movable pulley; the rope is pulled with 150 N."
    description = read_sentence(said)
    assert [link.pull_n for link in description.links if link.over] == [150.0]
    rope = next(rope for rope in lay_out(description).ropes if rope.over)
    assert rope.pull_n == 150.0
    assert rope.b.body is None
    assert len(rope.over) == 2


def test_a_load_that_a_hand_holds_by_a_rope_hangs_under_the_pulley():
    scene = lay_out(read_sentence("A rope over a pulley lifts a 5 kg bucket with 70 N."))
    (rope,) = scene.ropes
    assert rope.pull_n == 70.0
    assert rope.a.body == "box_1"
    assert not scene.forces


def test_one_force_on_blocks_that_touch_pushes_the_hindmost():
    assert forces("Two blocks, 2 kg and 3 kg, side by side, are pushed with 10 N.") == [10.0, None]


def test_a_force_on_each_of_two_blocks_pushes_both():
    said = "Two blocks, 2 kg and 3 kg, side by side, are pushed with 10 N each."
    assert forces(said) == [10.0, 10.0]


def test_a_force_on_blocks_that_have_nothing_to_do_with_one_another_pushes_both():
    assert forces("Two blocks of 2 kg are pushed with 10 N.") == [10.0, 10.0]


def test_a_rope_that_is_pulled_towards_a_wall_is_refused():
    things = [Thing(id=kind, kind=kind) for kind in ("box", "pulley", "wall")]  # type: ignore[arg-type]
    rope = Link(id="rope", kind="rope", a="box", b="wall", over=["pulley"], pull_n=5.0)
    with pytest.raises(DescriptionRefused):
        lay_out(Description(things=things, links=[rope]))


def test_blocks_that_run_into_one_another_on_a_rough_floor_stay_upright():
    said = "A 1 kg block slides at 4 m/s into a 1 kg block at rest and they stick; mu = 0.3."
    scene = lay_out(read_sentence(said))
    assert {guide.body for guide in scene.guides} == {"box_1", "box_2"}
