"""Sending plays what they have credit for.

The play's row is held while its messages go out, so they leave in order whichever functions send
them: the route that a client asked, or the task that has just stored another chunk. A message may
come twice if a function dies between sending and writing so: its index tells.

So a transaction is open while messages go out, against the rule. The other way would be to claim
chunks, commit and then send: who dies in between has then lost chunks that nobody sends again, and
two who have claimed one after the other may send the other way round. What is held is one row that
only this play's own messages wait for, for at most `MAX_CREDIT` posts, and no further after the
first that fails (`shared.retry.SOCKETS`).
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from shared.database import Database
from shared.errors import DependencyUnavailable, NotFound, Problem
from shared.objects import ObjectNotFound, ObjectStore
from shared.push import MAX_MESSAGE_BYTES, ConnectionGone, Sockets, encode_message

from .connections import close_connection
from .plays import Play, end_play, hold_play, players_of, save_play
from .recordings import Recording, find_recording
from .trajectories import chunk_key, header_key

Change = Callable[[Play], Play]

_HEADER_PART = 90_000
"""Bytes of a header that one message carries, as base64 in 120,000."""


def feed(
    database: Database,
    objects: ObjectStore,
    sockets: Sockets,
    connection_id: str,
    simulation_id: str,
    change: Change | None = None,
) -> bool:
    """Change a play, and send it what it has credit for and what is there; False if there is none.

    Raises:
        ConnectionGone: nobody is there any more.
        DependencyUnavailable: something could not be sent now.
        NotFound: what is stored of the simulation is gone.
    """
    while True:
        with database.transaction() as transaction:
            play = hold_play(transaction, connection_id, simulation_id)
            if play is None:
                return False
            if change is not None:
                play = change(play)
            recording = find_recording(transaction, simulation_id)
            sending = _Sending(objects, sockets, play)
            try:
                sending.all_of(recording)
            except DependencyUnavailable as error:
                failure: DependencyUnavailable | None = error
            else:
                failure = None
            save_play(transaction, sending.play)
        if failure is not None:
            raise failure
        # A chunk that was stored while the row was held told nobody: whoever stored it looked for
        # plays that wait, and saw this one as it was before. So look again, with all written.
        if sending.nothing_sent or (recording is not None and recording.complete):
            return True
        change = None


def stop_plays(database: Database, sockets: Sockets, simulation_id: str, problem: Problem) -> None:
    """Tell those who wait for more of a simulation that none will come, and why."""
    message = {"type": "error", "simulation_id": simulation_id, "error": problem.to_json()}
    for connection_id in players_of(database, simulation_id):
        end_play(database, connection_id, simulation_id)
        try:
            sockets.post(connection_id, encode_message(message))
        except ConnectionGone:
            close_connection(database, connection_id)
        except DependencyUnavailable:
            break


class _Sending:
    """Sends one play's messages; `play` is how it is after those that went out."""

    def __init__(self, objects: ObjectStore, sockets: Sockets, play: Play) -> None:
        self._objects = objects
        self._sockets = sockets
        self.play = play
        self._before = play

    @property
    def nothing_sent(self) -> bool:
        return self.play == self._before

    def all_of(self, recording: Recording | None) -> None:
        """Send what the play may have of the recording."""
        if recording is None or self.play.paused:
            return
        if not self.play.header_sent:
            for message in self._header(recording):
                self._post(message)
            self.play = replace(self.play, header_sent=True)
        if self.play.next_index is None:
            self.play = replace(self.play, next_index=recording.chunk_at(self.play.start_s))
        index = self.play.next_index
        while index is not None and index < len(recording.ends) and self.play.credit > 0:
            self._post(self._chunk(recording, index))
            self.play = self.play.sent()
            index = self.play.next_index
        if recording.complete and index == len(recording.ends) and not self.play.end_sent:
            self._post({"type": "end", "frames": recording.frames, "chunks": len(recording.ends)})
            self.play = replace(self.play, end_sent=True)

    def _post(self, message: Mapping[str, Any]) -> None:
        told = {**message, "simulation_id": self.play.simulation_id}
        self._sockets.post(self.play.connection_id, encode_message(told))

    def _header(self, recording: Recording) -> Iterator[Mapping[str, Any]]:
        text = self._stored(header_key(recording.prefix))
        whole = {"type": "header", **json.loads(text)}
        if len(text) < MAX_MESSAGE_BYTES // 2:  # escapes can double it
            yield whole
            return
        packed = zlib.compress(text, wbits=-zlib.MAX_WBITS)
        parts = [packed[at : at + _HEADER_PART] for at in range(0, len(packed), _HEADER_PART)]
        for part, data in enumerate(parts):
            yield {
                "type": "header",
                "part": part,
                "parts": len(parts),
                "data": base64.b64encode(data).decode(),
            }

    def _chunk(self, recording: Recording, index: int) -> Mapping[str, Any]:
        data = self._stored(chunk_key(recording.prefix, index))
        frames = recording.frames_in(index)
        t0_s, count = frames.start / recording.fps, len(frames)
        stride = self.play.stride(recording.fps)
        if stride > 1:
            from shared.frames import describe, thin

            # Fewer frames take fewer bytes, so there is one chunk; where it holds none, or they
            # took more for once, the whole of it does as well.
            thinned = thin(data, stride)
            if len(thinned) == 1:
                (data,) = thinned
                head = describe(data)
                t0_s, count = head.t0_s, head.frames
        return {
            "type": "chunk",
            "index": index,
            "t0": t0_s,
            "frames": count,
            "keyframe": True,
            "data": base64.b64encode(data).decode(),
        }

    def _stored(self, key: str) -> bytes:
        try:
            return self._objects.get(key)
        except ObjectNotFound:
            raise NotFound("What was recorded of this simulation is gone.") from None
