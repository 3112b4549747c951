"""Cache tiers in a row, and the nearest of them."""

from __future__ import annotations

import random
import threading
import time
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.cache import Entry, MemoryCache, ReadThrough
from shared.clock import SystemClock
from shared.measure import Measurements


class Tier:
    """A tier in memory, which says with what it was asked to keep a value."""

    name = "tier"

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.ttls: dict[str, int] = {}

    def get(self, key: str) -> bytes | None:
        return self.kept.get(key)

    def set(self, key: str, value: bytes, ttl_s: int) -> None:
        self.kept[key] = value
        self.ttls[key] = ttl_s

    def delete(self, *keys: str) -> None:
        for key in keys:
            self.kept.pop(key, None)

    def holds(self, key: str) -> bytes | None:
        entry = Entry.from_bytes(self.kept[key])
        assert entry is not None
        return entry.value


def never() -> bytes:
    raise AssertionError("was computed")


def test_what_is_computed_is_kept_in_every_tier() -> None:
    near, far = Tier(), Tier()

    assert ReadThrough([near, far]).remember("a", 60, lambda: b"x") == b"x"
    assert near.holds("a") == far.holds("a") == b"x"
    assert near.ttls == far.ttls == {"a": 60}


def test_what_a_far_tier_has_is_copied_to_the_nearer_ones_for_what_is_left_of_its_time() -> None:
    near, middle, far, farthest = Tier(), Tier(), Tier(), Tier()
    far.kept["a"] = Entry(b"x", 1000.0).to_bytes()
    through = ReadThrough([near, middle, far, farthest], now=lambda: 960.0)

    assert through.remember("a", 60, never) == b"x"
    assert near.holds("a") == middle.holds("a") == b"x"
    assert near.ttls == {"a": 40}
    assert farthest.kept == {}


def test_a_value_is_not_served_past_its_time_whatever_a_tier_says() -> None:
    tier = Tier()
    tier.kept["a"] = Entry(b"old", 1000.0).to_bytes()
    through = ReadThrough([tier], now=lambda: 1000.0)

    assert through.remember("a", 60, lambda: b"new") == b"new"


def test_an_empty_value_is_a_value() -> None:
    through = ReadThrough([Tier()])
    through.remember("a", 60, lambda: b"")

    assert through.remember("a", 60, never) == b""


def test_that_there_is_nothing_is_remembered_for_a_short_time() -> None:
    tier, now = Tier(), [1000.0]
    through = ReadThrough([tier], now=lambda: now[0])
    assert through.find("a", 3600, lambda: None, negative_ttl_s=5) is None
    assert tier.ttls == {"a": 5}

    assert through.find("a", 3600, never) is None
    now[0] += 5
    assert through.find("a", 3600, lambda: b"x") == b"x"


def test_what_makes_no_sense_is_a_miss() -> None:
    tier = Tier()
    tier.kept["a"] = b"short"

    assert ReadThrough([tier]).remember("a", 60, lambda: b"x") == b"x"


def test_a_computation_that_fails_is_not_kept_and_holds_nobody_up() -> None:
    tier = Tier()
    through = ReadThrough([tier])

    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            through.remember("a", 60, lambda: b"x" * (1 // 0))
    assert tier.kept == {}
    assert through.remember("a", 60, lambda: b"x") == b"x"


def test_what_is_forgotten_is_in_no_tier() -> None:
    near, far = Tier(), Tier()
    through = ReadThrough([near, far])
    through.remember("a", 60, lambda: b"x")
    through.forget("a")

    assert near.kept == far.kept == {}


def test_without_tiers_everything_is_computed() -> None:
    assert ReadThrough([]).remember("a", 60, lambda: b"x") == b"x"


def test_many_threads_that_ask_at_once_are_given_one_computation() -> None:
    through = ReadThrough([MemoryCache()])
    computed: list[int] = []

    def compute() -> bytes:
        computed.append(1)
        time.sleep(0.1)
        return b"x"

    with ThreadPoolExecutor(32) as threads:
        answers = list(threads.map(lambda _: through.remember("a", 60, compute), range(64)))

    assert answers == [b"x"] * 64
    assert len(computed) == 1
    assert through._under_way == {}


def test_other_keys_do_not_wait() -> None:
    through = ReadThrough([MemoryCache()])
    begun, go_on = threading.Event(), threading.Event()

    def slow() -> bytes:
        begun.set()
        assert go_on.wait(10)
        return b"slow"

    with ThreadPoolExecutor(1) as thread:
        first = thread.submit(through.remember, "slow", 60, slow)
        assert begun.wait(10)
        assert through.remember("quick", 60, lambda: b"quick") == b"quick"
        go_on.set()
        assert first.result() == b"slow"


def test_hits_and_misses_are_counted_by_tier() -> None:
    measurements = Measurements(SystemClock())
    near, far = MemoryCache(), Tier()
    through = ReadThrough([near, far], measurements=measurements)
    through.remember("a", 60, lambda: b"x")
    through.remember("a", 60, never)
    near.delete("a")
    through.remember("a", 60, never)

    assert measurements.take().counts == {
        "cache.memory.hits": 1,
        "cache.memory.misses": 2,
        "cache.tier.hits": 1,
        "cache.tier.misses": 1,
    }


# ------------------------------------------------------------------------------------------ memory


def test_the_least_recently_used_goes_first() -> None:
    measurements = Measurements(SystemClock())
    cache = MemoryCache(most=3, measurements=measurements)
    for key in "abc":
        cache.set(key, b"x", 60)
    cache.get("a")
    cache.set("d", b"x", 60)

    assert [key for key in "abcd" if cache.get(key)] == ["a", "c", "d"]
    assert measurements.take().counts == {"cache.memory.evictions": 1}


def test_bytes_are_bounded_and_what_is_too_large_is_not_kept() -> None:
    cache = MemoryCache(most_bytes=8000)
    cache.set("huge", bytes(1001), 60)
    assert cache.get("huge") is None

    for number in range(100):
        cache.set(f"{number:03}", bytes(497), 60)
        assert cache.size <= 8000
    assert len(cache) == 16


def test_a_value_expires_and_none_lasts_longer_than_it_may() -> None:
    now = [0.0]
    cache = MemoryCache(longest_s=60, monotonic=lambda: now[0])
    cache.set("brief", b"x", 5)
    cache.set("long", b"x", 3600)
    now[0] = 5.0
    assert (cache.get("brief"), cache.get("long")) == (None, b"x")
    now[0] = 60.0
    assert cache.get("long") is None
    assert (len(cache), cache.size) == (0, 0)


def test_a_memory_of_no_entries_keeps_nothing() -> None:
    cache = MemoryCache(most=0)
    cache.set("a", b"x", 60)

    assert cache.get("a") is None


KEYS = st.sampled_from("abcdef")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("set"), KEYS, st.integers(0, 30)),
        st.tuples(st.just("get"), KEYS, st.none()),
        st.tuples(st.just("delete"), KEYS, st.none()),
    ),
    max_size=60,
)


@given(STEPS)
def test_it_does_what_a_plain_lru_would(steps: list[tuple[str, str, int | None]]) -> None:
    cache, model = MemoryCache(most=3, most_bytes=240), OrderedDict[str, bytes]()
    for step, key, size in steps:
        if step == "set":
            assert size is not None
            cache.set(key, bytes(size), 60)
            model.pop(key, None)
            if size + 1 <= 240 // 8:
                model[key] = bytes(size)
                while len(model) > 3:
                    model.popitem(last=False)
        elif step == "get":
            assert cache.get(key) == model.get(key)
            if key in model:
                model.move_to_end(key)
        else:
            cache.delete(key)
            model.pop(key, None)
        assert len(cache) == len(model)
        assert cache.size == sum(1 + len(value) for value in model.values())


def test_threads_that_work_on_it_at_once_leave_it_whole() -> None:
    cache = MemoryCache(most=50, most_bytes=20_000)

    def work(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(2000):
            key = str(chance.randrange(200))
            if chance.random() < 0.5:
                cache.set(key, bytes(chance.randrange(1000)), 60)
            else:
                cache.get(key)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(work, range(8)))

    assert len(cache) <= 50
    assert cache.size == sum(len(key) + len(value) for key, (value, _) in cache._entries.items())
