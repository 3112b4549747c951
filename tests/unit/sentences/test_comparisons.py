"""What is said by comparing, and what only looks like it."""

from __future__ import annotations

import pytest

from sentences.comparisons import take_comparisons


def test_each_comparison_is_taken_out_with_its_subject() -> None:
    rest, found = take_comparisons(
        "No friction. The spring is three times as stiff and the ball is half as heavy as the block"
    )
    assert rest.startswith("No friction.") and "spring" not in rest
    assert [(c.subject.strip(), c.quantity, c.factor, c.other) for c in found] == [
        ("The spring is", "stiffness", 3.0, None),
        ("the ball is", "mass", 0.5, "the block"),
    ]


@pytest.mark.parametrize("times", ["0", "1e999", "nan", "some", "_", ".,"])
def test_what_is_no_number_of_times_is_left_in_the_sentence(times: str) -> None:
    sentence = f"the block is {times} times as heavy"
    assert take_comparisons(sentence) == (sentence, [])
