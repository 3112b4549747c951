"""A random walk: a guest does many things at once, while connections, workers and servers die.

After each burst there is what the guest was told: nothing lost, nothing twice, no outcome that
changes, no correction that overwrites another's, nothing a stranger sees. `FAULT_SECONDS` says how
long to walk. What failed is walked again first the next time: Hypothesis keeps it in `.hypothesis`.
"""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import cast

import psutil
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from infra.local.leash import Leash
from infra.local.services import Postgres as PostgresServer
from shared.folder import open_folder
from shared.postgres import Postgres, open_postgres
from tests import invariants
from tests.service import Service, data_folder

from .walk import Guest, Step

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("service")]

SECONDS = float(os.environ.get("FAULT_SECONDS", "40"))
DRAWING = (Path(__file__).parents[1] / "data/examples/pendulum.png").read_bytes()
KILLS = ("nothing", "backends", "workers", "postgres", "valkey")

steps = st.builds(
    Step,
    st.sampled_from(
        ["create", "create", "correct", "delete", "cancel", "share", "unshare", "look", "play"]
    ),
    st.integers(0, 5),
)


class Town:
    """A service, and what may befall it."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self.service = Service(data)
        self.objects = open_folder((data / "objects").as_uri())

    def connect(self) -> Postgres:
        """A connection to its database, once it can be had."""
        # Only to be asked for its address: it is another that was started.
        return open_postgres(PostgresServer(self._data / "postgres", cast(Leash, None)).url)

    def kill(self, what: str) -> None:
        """Kill all connections, half of the workers, or a server."""
        if what == "backends":
            with suppress(Exception):  # there may be no server now
                connection = self.connect()
                connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
                connection.close()
            return
        wanted = {"workers": "awslambdaric", "postgres": "postgres", "valkey": "valkey-server"}
        for process in self.service.processes:
            with suppress(psutil.Error):
                runs = any(part.endswith(wanted.get(what, "?")) for part in process.cmdline())
                if runs and (what != "workers" or random.random() < 0.5):
                    process.kill()


@contextmanager
def meanwhile(town: Town, kill: str, after_s: float) -> Iterator[None]:
    """Let it happen during a block."""
    killer = threading.Timer(after_s, town.kill, (kill,))
    killer.start()
    try:
        yield
    finally:
        killer.join()


def test_whatever_dies_a_guest_finds_what_they_were_told() -> None:
    with data_folder() as data:
        town = Town(data)
        until = time.monotonic() + SECONDS
        bursts = 0

        class Walk(RuleBasedStateMachine):
            @initialize()
            def arrive(self) -> None:
                self.guest = Guest(town.service.address, DRAWING)
                self.connection = town.connect()

            @rule(
                many=st.lists(steps, min_size=2, max_size=8),
                kill=st.sampled_from(KILLS),
                after_s=st.floats(0.0, 0.5),
            )
            def burst(self, many: list[Step], kill: str, after_s: float) -> None:
                nonlocal bursts
                # However slow the machine, there is one.
                if (bursts and time.monotonic() > until) or not self.guest.simulations:
                    return
                bursts += 1
                with meanwhile(town, kill, after_s):
                    self.guest.do(many)
                self.guest.look_around(self.connection)
                assert invariants.broken(self.connection) == []

            def teardown(self) -> None:
                if not hasattr(self, "guest"):
                    return
                self.guest.wait_for_all()
                self.guest.look_around(self.connection)
                assert invariants.unfinished(self.connection) == []
                invariants.check(self.connection, town.objects, deleted=True)
                self.connection.close()

        try:
            run_state_machine_as_test(
                Walk,
                settings=settings(
                    max_examples=max(1, int(SECONDS / 10)),
                    stateful_step_count=8,
                    deadline=None,
                    # What befalls when can't be repeated exactly, so there is nothing to shrink.
                    phases=(Phase.explicit, Phase.reuse, Phase.generate),
                    suppress_health_check=list(HealthCheck),
                    print_blob=True,
                ),
            )
            assert bursts > 0
        finally:
            town.service.stop()
