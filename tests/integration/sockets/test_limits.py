"""How often one may send over sockets, and open them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from redis import Redis

from records.shares import share_simulation
from shared.postgres import Postgres
from sockets.route import Handler
from tests.api_client import SetClock
from tests.gateway_events import socket_event

from .conftest import session
from .players import HeldSockets, Player, Run

# A bucket of 50 messages or 10 looks, and one flows back every 72 s or 6 minutes: none in a test.
FEW = {"RATE_LIMIT_PER_MINUTE": "1000", "RATE_LIMIT_PER_HOUR": "1", "BURST_SIZE": "1000"}


@pytest.fixture(autouse=True)
def forgotten(valkey_url: str) -> Iterator[None]:
    """Nobody has asked for a while, before and after."""
    with Redis.from_url(valkey_url) as redis:
        redis.flushall()
        yield
        redis.flushall()


@pytest.fixture
def routes(new_environment: Callable[..., dict[str, Handler]]) -> dict[str, Handler]:
    return new_environment(**FEW)


def codes(messages: list[dict[str, Any]]) -> list[str]:
    return [one["error"]["code"] if one["type"] == "error" else one["type"] for one in messages]


def test_the_51st_message_is_told_when_to_come_back(player: Player) -> None:
    for number in range(51):
        player.send("ping", ref=number)

    assert codes(player.heard) == ["pong"] * 50 + ["RATE_LIMITED"]
    refused = player.heard[-1]
    assert 0 < refused["error"]["retry_after"] <= 72
    assert (refused["ref"], refused["simulation_id"]) == (50, "simulation_1")


def test_a_callers_connections_and_functions_count_together(
    player: Player,
    sockets: HeldSockets,
    token: str,
    new_environment: Callable[..., dict[str, Handler]],
) -> None:
    elsewhere = new_environment(**FEW)
    elsewhere["$connect"](socket_event("$connect", "c2", token=token), None)
    other = Player(elsewhere, sockets, "c2")
    for _ in range(25):
        player.send("ping")
        other.send("stop")

    assert codes(other.send("ping")) == ["RATE_LIMITED"]
    assert codes(player.send("ping")) == ["RATE_LIMITED"]


def test_one_caller_does_not_use_up_anothers_but_an_address_has_its_share(
    routes: dict[str, Handler], sockets: HeldSockets, database: Postgres, clock: SetClock
) -> None:
    heard = []
    for number in range(11):
        token = session(database, clock, f"owner_{number}")
        routes["$connect"](socket_event("$connect", f"c{number}", token=token), None)
        each = Player(routes, sockets, f"c{number}")
        for _ in range(50):
            each.send("ping")
        heard.append(codes(each.heard))

    assert heard[:10] == [["pong"] * 50] * 10
    assert heard[10] == ["RATE_LIMITED"] * 50


def test_who_came_by_a_link_is_counted_by_connection(
    run: Run, routes: dict[str, Handler], sockets: HeldSockets, database: Postgres
) -> None:
    run.all()
    shared = share_simulation(database, "owner", "simulation_1", token="s" * 43)
    assert shared
    players = []
    for name in ("c1", "c2"):
        routes["$connect"](socket_event("$connect", name, share="s" * 43), None)
        players.append(Player(routes, sockets, name))
    for _ in range(51):
        players[0].send("ping")

    assert codes(players[0].heard)[-1] == "RATE_LIMITED"
    assert codes(players[1].send("ping")) == ["pong"]


def test_sockets_are_not_opened_without_end(routes: dict[str, Handler], token: str) -> None:
    answers = [
        routes["$connect"](socket_event("$connect", f"c{n}", token=token), None)["statusCode"]
        for n in range(11)
    ]

    assert answers == [200] * 10 + [429]


def test_looks_cost_more_than_messages(player: Player) -> None:
    for _ in range(11):
        player.send("look", image="no image")

    # Opening the socket was one of ten.
    assert codes(player.heard) == ["VALIDATION_FAILED"] * 9 + ["RATE_LIMITED"] * 2
    assert codes(player.send("ping")) == ["pong"]


def test_a_socket_goes_silent_when_its_token_expires(
    player: Player, database: Postgres, clock: SetClock
) -> None:
    assert codes(player.send("ping")) == ["pong"]
    clock.pass_by(hours=3)

    assert codes(player.send("ping")) == ["UNAUTHENTICATED"]


def test_without_redis_messages_are_still_counted(
    player: Player, sockets: HeldSockets, token: str, new_environment: Any
) -> None:
    alone = new_environment(**FEW, REDIS_URL="redis://127.0.0.1:9/0")
    alone["$connect"](socket_event("$connect", "c2", token=token), None)
    other = Player(alone, sockets, "c2")
    for _ in range(51):
        other.send("ping")

    assert codes(other.heard) == ["pong"] * 50 + ["RATE_LIMITED"]
