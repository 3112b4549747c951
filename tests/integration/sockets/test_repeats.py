"""Messages that are sent again, in any order and at once, have their effect once."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from records.connections import subscribers_of
from shared.postgres import Postgres
from sockets.route import Handler
from tests.gateway_events import socket_event

from .players import HeldSockets, Message, Player, Run

DONE = {"type": "done", "idempotency_key": "k"}


def answers(messages: list[Message]) -> list[Message]:
    return [one for one in messages if one["type"] in ("done", "error", "pong")]


@pytest.mark.parametrize("times", [2, 3, 5])
def test_play_sent_several_times_under_one_key_plays_once_and_answers_each(
    run: Run, player: Player, times: int
) -> None:
    run.all()
    for _ in range(times):
        player.send("play", credit=3, idempotency_key="k")

    assert player.indexes == [0, 1, 2]
    assert answers(player.heard) == [{**DONE, "action": "play"}] * times


def test_without_a_key_play_begins_anew_each_time(run: Run, player: Player) -> None:
    run.all()
    for _ in range(2):
        player.send("play", credit=2)

    assert player.indexes == [0, 1, 0, 1]


def test_32_at_once_have_effect_once_and_are_answered_the_same(
    run: Run,
    player: Player,
    sockets: HeldSockets,
    new_environment: Callable[..., dict[str, Handler]],
) -> None:
    run.all()
    sending = [Player(new_environment(), sockets, player.id) for _ in range(32)]

    def send(each: Player) -> None:
        each.send("play", credit=4, idempotency_key="k")

    with ThreadPoolExecutor(32) as threads:
        list(threads.map(send, sending))

    assert player.indexes == [0, 1, 2, 3]
    assert answers(player.heard) == [{**DONE, "action": "play"}] * 32


@pytest.mark.parametrize("seed", range(5))
def test_what_arrives_again_late_and_out_of_order_changes_nothing(
    run: Run, player: Player, seed: int
) -> None:
    run.all()
    in_order: list[tuple[str, Message]] = [
        ("play", {"credit": 2, "idempotency_key": "1"}),
        ("ack", {"index": 0, "credit": 1, "idempotency_key": "2"}),
        ("pause", {"idempotency_key": "3"}),
        ("seek", {"from": 3.0, "credit": 1, "idempotency_key": "4"}),
        ("pause", {"idempotency_key": "5"}),
    ]
    for action, fields in in_order:
        player.send(action, **fields)
    once = player.indexes
    again = in_order * 3
    random.Random(seed).shuffle(again)

    for action, fields in again:
        player.send(action, **fields)

    assert player.indexes == once == [0, 1, 2, 5]
    assert len(answers(player.heard)) == 4 * len(in_order)


def test_a_subscription_sent_again_tells_of_the_job_once(
    run: Run, player: Player, database: Postgres
) -> None:
    for _ in range(3):
        player.send("subscribe", job_id="job_1", idempotency_key="k")

    assert [one["type"] for one in player.heard] == ["job", "done", "done", "done"]
    assert subscribers_of(database, "job_1") == [player.id]


def test_a_message_that_failed_may_succeed_under_its_key(run: Run, player: Player) -> None:
    (refused,) = player.send("seek", **{"from": 1.0}, idempotency_key="k")
    run.all()
    player.send("play", credit=0)

    *_, done = player.send("seek", **{"from": 1.0}, idempotency_key="k")

    assert refused["error"]["code"] == "NOT_FOUND"
    assert done == {**DONE, "action": "seek"}


def test_a_key_of_another_message_is_a_conflict_and_a_new_ref_is_not(
    run: Run, player: Player
) -> None:
    run.all()
    player.send("play", credit=1, idempotency_key="k", ref=1)
    (same,) = player.send("play", credit=1, idempotency_key="k", ref=2)
    (other,) = player.send("play", credit=2, idempotency_key="k")

    assert same["type"] == "done"
    assert other["error"]["code"] == "IDEMPOTENCY_CONFLICT"
    assert player.indexes == [0]


def test_keys_are_a_connections_own(
    run: Run,
    player: Player,
    routes: dict[str, Handler],
    sockets: HeldSockets,
    token: str,
) -> None:
    run.all()
    player.send("play", credit=1, idempotency_key="k")
    routes["$connect"](socket_event("$connect", "c2", token=token), None)
    other = Player(routes, sockets, "c2")
    other.send("play", credit=1, idempotency_key="k")
    assert other.indexes == [0]


@pytest.mark.parametrize("key", ["", "k" * 256, 7, True, ["k"], "k\n", "ключ"])
def test_a_key_that_is_none_is_refused(run: Run, player: Player, key: Any) -> None:
    run.all()
    (refused,) = player.send("play", idempotency_key=key)

    assert refused["error"]["code"] == "VALIDATION_FAILED"
    assert refused["error"]["errors"][0]["field"] == "idempotency_key"
