"""How a run's motion reaches those who play it before the run is finished."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from dishka import Container

from records.connections import close_connection
from records.feed import feed
from records.plays import players_of
from records.recordings import begin_recording, complete_recording, record_chunk
from shared.database import Database
from shared.errors import DependencyUnavailable, NotFound
from shared.objects import ObjectStore
from shared.push import ConnectionGone, Sockets

_FED_DURING_RUN = 16
"""Players that are sent a chunk as soon as it is stored. The run waits for the sending, so any more
of them are fed when it ends."""

_logger = logging.getLogger(__name__)


class Recorder:
    """Writes how much of a simulation is stored, and feeds its players.

    The row is the truth and the feeding a courtesy: where sockets can't be reached the run goes on,
    and a client that hears nothing asks again.
    """

    def __init__(
        self, database: Database, objects: ObjectStore, sockets: Sockets, simulation_id: str
    ) -> None:
        self._database = database
        self._objects = objects
        self._sockets = sockets
        self._simulation_id = simulation_id
        self._reachable = True

    def begin(self, prefix: str, *, fps: int, frames: int) -> None:
        """The run begins, and its header is stored.

        Raises:
            NotFound: the simulation was deleted.
        """
        begin_recording(self._database, self._simulation_id, prefix=prefix, fps=fps, frames=frames)
        self._feed(_FED_DURING_RUN)

    def add(self, index: int, end: int) -> None:
        """A chunk is stored, with which there are `end` frames."""
        record_chunk(self._database, self._simulation_id, index=index, end=end)
        self._feed(_FED_DURING_RUN)

    def complete(self, ends: Sequence[int]) -> None:
        """All chunks are stored."""
        complete_recording(self._database, self._simulation_id, ends)
        self._feed(None)

    def _feed(self, limit: int | None) -> None:
        if not self._reachable:
            return
        stores = self._database, self._objects, self._sockets
        for connection_id in players_of(self._database, self._simulation_id, limit=limit):
            try:
                feed(*stores, connection_id, self._simulation_id)
            except ConnectionGone:
                close_connection(self._database, connection_id)
            except NotFound:
                continue
            except DependencyUnavailable as error:
                # What is down for one is down for all, and for the rest of this run: each try
                # would hold it up for seconds.
                _logger.warning("players can't be fed", exc_info=error)
                self._reachable = False
                return


def recorder_of(simulation_id: str, services: Container) -> Recorder:
    """The recorder of one simulation, with this invocation's services."""
    return Recorder(
        services.get(Database), services.get(ObjectStore), services.get(Sockets), simulation_id
    )
