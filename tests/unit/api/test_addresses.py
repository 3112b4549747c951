"""Whose address a request is charged to."""

from __future__ import annotations

import pytest

from api.limits import address_of

SPOOFED, VIEWER, DISTRIBUTION = "203.0.113.9", "198.51.100.7", "192.0.2.1"


def scope(*forwarded: str) -> dict[str, object]:
    headers = [(b"x-forwarded-for", line.encode()) for line in forwarded]
    return {"headers": headers, "client": (DISTRIBUTION, 443)}


@pytest.mark.parametrize(
    "forwarded",
    [
        [f"{VIEWER}, {DISTRIBUTION}"],
        [f"{SPOOFED}, {VIEWER}, {DISTRIBUTION}"],
        [SPOOFED, f"{VIEWER},{DISTRIBUTION}"],
    ],
)
def test_behind_a_distribution_it_is_the_viewers_whatever_the_viewer_claims(
    forwarded: list[str],
) -> None:
    assert address_of(scope(*forwarded), 1) == VIEWER


def test_without_a_proxy_it_is_whoever_called_the_gateway() -> None:
    assert address_of(scope(f"{SPOOFED}, {DISTRIBUTION}"), 0) == DISTRIBUTION


@pytest.mark.parametrize("forwarded", [[], [DISTRIBUTION]])
def test_who_came_around_the_distribution_is_known_by_their_own(forwarded: list[str]) -> None:
    assert address_of(scope(*forwarded), 1) == DISTRIBUTION
