"""Playing over a socket: what is sent, to whom, and never more than there is credit for."""

from __future__ import annotations

import base64
import json
import random
import time
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

from records.connections import find_connection
from records.feed import stop_plays
from records.jobs import cancel, fail
from records.recordings import find_recording
from records.shares import share_simulation, unshare_simulation
from shared.errors import problem
from shared.frames import Frames, decode, join
from shared.postgres import Postgres
from sockets.route import Handler
from tests.api_client import NOW, SetClock
from tests.gateway_events import socket_event

from .conftest import session
from .players import FPS, HeldSockets, Message, Player, Run


def kinds(messages: list[Message]) -> list[str]:
    return [message["type"] for message in messages]


def frames_of(chunk: Message) -> Frames:
    return decode(base64.b64decode(chunk["data"]))


def plays(database: Postgres) -> int:
    row = database.fetch_one("SELECT count(*) AS plays FROM socket_plays")
    assert row is not None
    return int(row["plays"])


def test_play_sends_the_header_and_no_more_chunks_than_there_is_credit_for(
    run: Run, player: Player
) -> None:
    run.all()

    header, *chunks = player.send("play", credit=3)

    assert header == {"type": "header", "simulation_id": "simulation_1", **run.header}
    assert [chunk["index"] for chunk in chunks] == [0, 1, 2]
    assert {key: value for key, value in chunks[1].items() if key != "data"} == {
        "type": "chunk",
        "simulation_id": "simulation_1",
        "index": 1,
        "t0": pytest.approx(32 / 60),
        "frames": 32,
        "keyframe": True,
    }
    assert base64.b64decode(chunks[1]["data"]) == run.chunks[1]


def test_a_whole_play_is_the_whole_motion_and_says_where_it_ends(run: Run, player: Player) -> None:
    run.all()

    chunks = player.play_to_the_end()

    played = join(frames_of(chunk) for chunk in chunks)
    assert np.allclose(played.position, run.frames.position, atol=2e-4)
    assert player.heard[-1] == {
        "type": "end",
        "simulation_id": "simulation_1",
        "frames": 301,
        "chunks": len(run.chunks),
    }
    assert kinds(player.heard).count("end") == 1


def test_acknowledging_a_chunk_twice_buys_once_and_one_that_was_not_sent_buys_nothing(
    run: Run, player: Player
) -> None:
    run.all()
    player.send("play", credit=2)

    assert [one["index"] for one in player.send("ack", index=0)] == [2]
    assert player.send("ack", index=0) == []
    assert player.send("ack", index=7, credit=5) == []
    assert [one["index"] for one in player.send("ack", index=1, credit=2)] == [3, 4]


def test_acknowledgements_in_any_order_buy_the_same(run: Run, player: Player) -> None:
    run.all()
    player.send("play", credit=4)
    order = [3, 0, 2, 1] * 2
    random.Random(1).shuffle(order)

    for index in order:
        player.send("ack", index=index)

    assert player.indexes == list(range(8))


def test_a_client_that_is_silent_is_sent_what_it_gave_credit_for_and_no_more(
    run: Run, player: Player
) -> None:
    player.send("play", credit=2)
    run.all()

    assert kinds(player.heard) == ["header", "chunk", "chunk"]


def test_play_from_a_time_begins_with_the_chunk_that_holds_its_frame(
    run: Run, player: Player
) -> None:
    run.all()

    for start_s, index in ((0.0, 0), (31 / 60, 0), (32 / 60, 1), (2.0, 3), (4.99, 9), (99.0, 9)):
        _, chunk, *_ = player.send("play", credit=1, **{"from": start_s})
        assert chunk["index"] == index
        if start_s < 5:
            assert 0 <= start_s - chunk["t0"] < (chunk["frames"] + 1e-6) / FPS


@pytest.mark.parametrize("fps", [30, 24, 7, 1])
def test_who_wants_fewer_frames_gets_fewer_evenly_and_of_the_same_motion(
    run: Run, player: Player, fps: int
) -> None:
    run.all()
    stride = -(-FPS // fps)

    chunks = [frames_of(chunk) for chunk in player.play_to_the_end(fps=fps)]

    wanted = run.frames.part(slice(None, None, stride))
    if stride <= 32:  # beyond, a chunk may hold none, and comes whole
        played = join(chunks)
        assert np.allclose(played.position, wanted.position, atol=2e-4)
        assert np.allclose(np.concatenate([one.times_s for one in chunks]), wanted.times_s)
    else:
        assert len(chunks) == len(run.chunks)


def test_a_client_may_ask_for_fewer_frames_in_the_middle(run: Run, player: Player) -> None:
    run.all()
    player.send("play", credit=1)

    (chunk,) = player.send("ack", index=0, fps=30)
    assert (chunk["frames"], chunk["t0"]) == (16, pytest.approx(32 / 60))
    assert frames_of(chunk).dt_s == pytest.approx(1 / 30)
    (chunk,) = player.send("ack", index=1)
    assert chunk["frames"] == 16


def test_nothing_is_sent_in_a_pause_and_nothing_is_lost(run: Run, player: Player) -> None:
    run.all()
    player.send("play", credit=2)

    assert player.send("pause") == []
    assert player.send("ack", index=0) == []
    assert player.send("ack", index=1) == []
    assert [one["index"] for one in player.send("pause", paused=False)] == [2, 3]


def test_seeking_goes_on_from_there_with_new_credit_even_from_the_end(
    run: Run, player: Player
) -> None:
    run.all()
    player.play_to_the_end()

    before = len(player.heard)
    assert [one["index"] for one in player.send("seek", credit=2, **{"from": 4.0})] == [7, 8]
    player.send("ack", index=8)
    assert kinds(player.since(before)) == ["chunk", "chunk", "chunk", "end"]
    player.send("pause")
    assert [one["index"] for one in player.send("seek", credit=1)] == [0]


def test_after_stop_nothing_is_sent(run: Run, player: Player, database: Postgres) -> None:
    run.all()
    player.send("play", credit=1)

    assert player.send("stop") == []
    (error,) = player.send("ack", index=0)
    assert (error["type"], error["error"]["code"]) == ("error", "NOT_FOUND")
    assert error["simulation_id"] == "simulation_1"
    assert plays(database) == 0


def test_chunks_are_sent_as_they_are_computed(run: Run, player: Player) -> None:
    player.send("play", credit=2)
    assert player.heard == []

    run.begin()
    assert kinds(player.heard) == ["header"]
    run.store(0)
    assert player.indexes == [0]
    run.store(1)
    run.store(2)
    assert player.indexes == [0, 1]
    player.send("ack", index=0)
    player.send("ack", index=1)
    assert player.indexes == [0, 1, 2]
    run.store(3)
    assert player.indexes == [0, 1, 2, 3]
    for index in range(4, len(run.chunks)):
        player.send("ack", index=index - 2)
        run.store(index)
    assert "end" not in kinds(player.heard)
    run.finish()
    assert player.indexes == list(range(len(run.chunks)))
    assert kinds(player.heard)[-1] == "end"


def test_who_wants_a_time_that_is_yet_to_be_computed_gets_it_when_it_is(
    run: Run, player: Player
) -> None:
    run.begin()
    run.store(0)
    assert kinds(player.send("play", credit=4, **{"from": 1.1})) == ["header"]

    run.store(1)
    run.store(2)

    assert player.indexes == [2]


def test_a_run_that_is_begun_anew_sends_nothing_twice(run: Run, player: Player) -> None:
    player.send("play", credit=20)
    run.begin()
    run.store(0)
    run.store(1)

    run.all()

    assert player.indexes == list(range(len(run.chunks)))
    assert kinds(player.heard).count("header") == 1


def test_a_run_and_acknowledgements_at_the_same_time_lose_and_double_nothing(
    run: Run,
    player: Player,
    sockets: HeldSockets,
    new_environment: Callable[..., dict[str, Handler]],
) -> None:
    player.send("play", credit=2)
    acking = [Player(new_environment(), sockets, player.id) for _ in range(2)]
    count = len(run.chunks)

    def acknowledge(number: int) -> None:
        """Every other chunk, as soon as it is there."""
        for index in range(number, count, 2):
            while index not in player.indexes:
                time.sleep(0.001)
            acking[number].send("ack", index=index)

    with ThreadPoolExecutor(2) as threads:
        acknowledging = [threads.submit(acknowledge, number) for number in range(2)]
        run.all()
        for each in acknowledging:
            each.result(30)

    assert player.indexes == list(range(count))
    assert kinds(player.heard).count("end") == 1


def test_a_run_that_fails_tells_those_who_play_it(
    run: Run, player: Player, database: Postgres, sockets: HeldSockets
) -> None:
    player.send("play", credit=4)
    run.begin()
    run.store(0)
    failure = problem("SIMULATION_DIVERGED", "The ball's motion became infinite at 1.2 s.")

    fail(database, "job_1", failure, now=NOW)
    stop_plays(database, sockets, "simulation_1", failure)

    assert player.heard[-1]["type"] == "error"
    assert player.heard[-1]["simulation_id"] == "simulation_1"
    assert player.heard[-1]["error"]["code"] == "SIMULATION_DIVERGED"
    assert plays(database) == 0
    (refused,) = player.send("play")
    assert refused["error"]["code"] == "SIMULATION_DIVERGED"
    assert plays(database) == 0


def test_what_was_cancelled_can_not_be_played(run: Run, player: Player, database: Postgres) -> None:
    cancel(database, "owner", "job_1", now=NOW)

    (refused,) = player.send("play")

    assert refused["error"]["code"] == "CONFLICT"
    assert plays(database) == 0


def test_a_client_that_left_costs_one_message_and_its_rows_go(
    run: Run, player: Player, database: Postgres, sockets: HeldSockets
) -> None:
    player.send("play", credit=4)
    sockets.gone.add(player.id)

    run.all()

    assert player.heard == []
    assert plays(database) == 0
    assert find_connection(database, player.id) is None


def test_an_acknowledgement_by_a_client_that_left_takes_its_rows_along(
    run: Run, player: Player, database: Postgres, sockets: HeldSockets
) -> None:
    run.all()
    player.send("play", credit=1)
    sockets.gone.add(player.id)

    player.send("ack", index=0)

    assert plays(database) == 0
    assert find_connection(database, player.id) is None


def test_credit_is_kept_while_sockets_can_not_be_reached_and_the_run_goes_on(
    run: Run, player: Player, database: Postgres, sockets: HeldSockets
) -> None:
    player.send("play", credit=4)
    sockets.down = True
    run.all()
    recording = find_recording(database, "simulation_1")
    assert recording and recording.complete
    assert player.heard == []

    sockets.down = False
    player.send("pause", paused=False)

    assert kinds(player.heard) == ["header"] + ["chunk"] * 4


def test_a_client_that_comes_back_goes_on_from_the_frame_it_had(
    routes: dict[str, Handler], run: Run, player: Player, sockets: HeldSockets, token: str
) -> None:
    run.all()
    player.send("play", credit=3)
    last = frames_of(player.heard[-1])
    routes["$disconnect"](socket_event("$disconnect", player.id), None)

    routes["$connect"](socket_event("$connect", "c2", token=token), None)
    again = Player(routes, sockets, "c2")
    header, *chunks = again.send("play", credit=2, **{"from": float(last.times_s[-1]) + 1 / FPS})

    assert header["type"] == "header"
    assert [chunk["index"] for chunk in chunks] == [3, 4]
    assert frames_of(chunks[0]).first == last.first + len(last)


def test_a_header_that_is_too_large_for_a_message_comes_in_parts(run: Run, player: Player) -> None:
    noise = random.Random(2)
    run.header["bodies"] = [{"name": f"{noise.random()}"} for _ in range(20_000)]
    run.all()

    parts = [one for one in player.send("play", credit=1) if one["type"] == "header"]

    assert [(one["part"], one["parts"]) for one in parts] == [(n, len(parts)) for n in range(3)]
    packed = b"".join(base64.b64decode(part["data"]) for part in parts)
    assert json.loads(zlib.decompress(packed, wbits=-zlib.MAX_WBITS)) == run.header


@pytest.mark.parametrize(
    "fields",
    [
        {"simulation_id": None},
        {"simulation_id": 3},
        {"simulation_id": "x" * 999},
        {"simulation_id": "simulation\0"},
        {"simulation_id": "simulation_2"},
        {"from": -1},
        {"from": "0"},
        {"from": True},
        {"from": 1e300},
        {"fps": 0},
        {"fps": 24.0},
        {"credit": -1},
        {"credit": 65},
        {"credit": "4"},
        {"share": "nothing", "simulation_id": None},
    ],
    ids=str,
)
def test_a_field_that_is_wrong_is_named_and_nothing_begins(
    run: Run, player: Player, database: Postgres, fields: Message
) -> None:
    run.all()

    (error,) = player.send("play", ref=7, **fields)

    assert (error["type"], error["ref"]) == ("error", 7)
    assert error["error"]["code"] in ("VALIDATION_FAILED", "NOT_FOUND")
    if error["error"]["code"] == "VALIDATION_FAILED":
        assert error["error"]["errors"][0]["field"] in fields
    assert plays(database) == 0


# ------------------------------------------------------------------------------------------ sharing


@pytest.fixture
def stranger(
    routes: dict[str, Handler], database: Postgres, sockets: HeldSockets, clock: SetClock
) -> Player:
    """A connection of another session."""
    other = session(database, clock, "other")
    routes["$connect"](socket_event("$connect", "c2", token=other), None)
    return Player(routes, sockets, "c2")


def test_a_simulation_of_another_is_not_there(
    run: Run, stranger: Player, database: Postgres
) -> None:
    run.all()
    share_simulation(database, "owner", "simulation_1", token="link")

    for fields in ({}, {"share": "other"}, {"share": "simulation_1"}):
        (error,) = stranger.send("play", **fields)
        assert error["error"]["code"] == "NOT_FOUND"


def test_who_has_the_link_may_play_until_it_is_revoked(
    run: Run, stranger: Player, player: Player, database: Postgres
) -> None:
    run.all()
    share_simulation(database, "owner", "simulation_1", token="link")

    header, chunk = stranger.send("play", share="link", simulation_id=None, credit=1)
    assert (header["type"], chunk["index"]) == ("header", 0)
    assert [one["index"] for one in stranger.send("ack", index=0)] == [1]
    player.send("play", credit=1)

    unshare_simulation(database, "owner", "simulation_1")

    (error,) = stranger.send("ack", index=1)
    assert error["error"]["code"] == "NOT_FOUND"
    assert [one["index"] for one in player.send("ack", index=0)] == [1], "the owner's goes on"


def test_a_socket_opens_by_a_link_and_plays_that_simulation_only(
    routes: dict[str, Handler], run: Run, sockets: HeldSockets, database: Postgres
) -> None:
    run.all()
    refused = routes["$connect"](socket_event("$connect", "c3", share="link"), None)
    assert refused == {"statusCode": 401}
    share_simulation(database, "owner", "simulation_1", token="link")

    opened = routes["$connect"](socket_event("$connect", "c3", share="link"), None)

    assert opened == {"statusCode": 200}
    viewer = Player(routes, sockets, "c3")
    assert kinds(viewer.send("play", credit=1)) == ["header", "chunk"]
    body = json.dumps({"action": "subscribe", "job_id": "job_1"})
    routes["subscribe"](socket_event("subscribe", "c3", body), None)
    assert viewer.heard[-1]["error"]["code"] == "NOT_FOUND"
    unshare_simulation(database, "owner", "simulation_1")
    assert find_connection(database, "c3") is None


# ------------------------------------------------------------------------------------------- volume


@contextmanager
def many(routes: dict[str, Handler], sockets: HeldSockets, token: str, count: int) -> Iterator[Any]:
    names = [f"many_{number}" for number in range(count)]
    for name in names:
        routes["$connect"](socket_event("$connect", name, token=token), None)
    yield [Player(routes, sockets, name) for name in names]
    for name in names:
        routes["$disconnect"](socket_event("$disconnect", name), None)


@pytest.mark.slow
def test_a_thousand_plays_leave_no_row_behind(
    routes: dict[str, Handler],
    run: Run,
    sockets: HeldSockets,
    token: str,
    database: Postgres,
) -> None:
    run.all()
    count: Callable[[str], int] = lambda table: database.fetch_all(  # noqa: E731
        f"SELECT count(*) AS n FROM {table}"  # type: ignore[arg-type]
    )[0]["n"]
    before = {table: count(table) for table in ("socket_connections", "socket_plays")}

    with many(routes, sockets, token, 1000) as players:
        for player in players:
            assert routes["play"](
                socket_event(
                    "play",
                    player.id,
                    json.dumps({"action": "play", "simulation_id": "simulation_1", "credit": 1}),
                ),
                None,
            ) == {"statusCode": 200}
        assert count("socket_plays") == 1000
    assert len(sockets.sent) == 2000

    assert {table: count(table) for table in before} == before
