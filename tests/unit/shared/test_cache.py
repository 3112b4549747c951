"""Cache tiers in a row."""

from __future__ import annotations

import pytest

from shared.cache import ReadThrough


class _Tier:
    """A tier in memory, which says with what it was asked to keep a value."""

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


def _never() -> bytes:
    raise AssertionError("was computed")


def test_what_is_computed_is_kept_in_every_tier() -> None:
    near, far = _Tier(), _Tier()

    assert ReadThrough([near, far]).remember("a", 60, lambda: b"x") == b"x"
    assert near.kept == far.kept == {"a": b"x"}
    assert near.ttls == far.ttls == {"a": 60}


def test_what_a_far_tier_has_is_copied_to_the_nearer_ones_only() -> None:
    near, middle, far, farthest = _Tier(), _Tier(), _Tier(), _Tier()
    far.kept["a"] = b"x"

    assert ReadThrough([near, middle, far, farthest]).remember("a", 60, _never) == b"x"
    assert near.kept == middle.kept == {"a": b"x"}
    assert farthest.kept == {}


def test_an_empty_value_is_a_value() -> None:
    tier = _Tier()
    tier.kept["a"] = b""

    assert ReadThrough([tier]).remember("a", 60, _never) == b""


def test_a_computation_that_fails_is_not_kept() -> None:
    tier = _Tier()

    with pytest.raises(ZeroDivisionError):
        ReadThrough([tier]).remember("a", 60, lambda: b"x" * (1 // 0))
    assert tier.kept == {}


def test_what_is_forgotten_is_in_no_tier() -> None:
    near, far = _Tier(), _Tier()
    through = ReadThrough([near, far])
    through.remember("a", 60, lambda: b"x")
    through.forget("a")

    assert near.kept == far.kept == {}


def test_without_tiers_everything_is_computed() -> None:
    assert ReadThrough([]).remember("a", 60, lambda: b"x") == b"x"
