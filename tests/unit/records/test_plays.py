"""Credit and places: what a play may still be sent, and which chunk holds a time."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.plays import MAX_CREDIT, Play
from records.recordings import Recording

SENT = 12


def play(credit: int = 0) -> Play:
    return Play("c1", "simulation_1", None, 0.0, next_index=SENT, credit=credit)


@given(st.permutations([*range(SENT)] * 2))
def test_every_chunk_buys_once_whatever_the_order(order: list[int]) -> None:
    after = play()
    for index in order:
        after = after.acknowledged(index, 2)
    assert after.credit == 2 * SENT


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, MAX_CREDIT)), max_size=200))
def test_credit_never_grows_beyond_the_most(acks: list[tuple[int, int]]) -> None:
    after = replace(play(), next_index=300)
    for index, credit in acks:
        after = after.acknowledged(index, credit)
        assert 0 <= after.credit <= MAX_CREDIT
    assert len(after.acked) <= 300


@pytest.mark.parametrize("index", [SENT, SENT + 1, 10_000])
def test_what_was_not_sent_buys_nothing(index: int) -> None:
    assert play(3).acknowledged(index, 1) == play(3)


def test_a_long_play_remembers_no_more_than_may_still_be_acknowledged() -> None:
    after = replace(play(1), next_index=0)
    for index in range(5000):
        after = after.sent().acknowledged(index, 1)
    assert after.credit == 1
    assert len(after.acked) <= 4 * MAX_CREDIT + 1
    assert after.acknowledged(10, 1) == after, "one from long ago bought again"


@given(
    st.lists(st.integers(1, 32), min_size=1, max_size=30),
    st.sampled_from([1, 24, 30, 60, 240]),
    st.data(),
)
def test_a_time_is_in_the_chunk_that_shows_it(
    lengths: list[int], fps: int, data: st.DataObject
) -> None:
    ends = [sum(lengths[: n + 1]) for n in range(len(lengths))]
    whole = Recording("s", "p/", fps, ends[-1], ends, True)
    frame = data.draw(st.integers(0, ends[-1] - 1))
    part = data.draw(st.floats(0, 0.99))

    index = whole.chunk_at((frame + part) / fps)

    assert index is not None
    assert frame in whole.frames_in(index)
    assert whole.chunk_at(1e9) == len(ends) - 1
    stored = data.draw(st.integers(0, len(ends)))
    running = replace(whole, ends=ends[:stored], complete=False)
    assert running.chunk_at(frame / fps) == (index if index < stored else None)
    assert [one.stop for one, _ in pairwise(map(whole.frames_in, range(len(ends))))] == ends[:-1]
