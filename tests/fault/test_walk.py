"""A random walk: a guest does many things at once, while connections, workers and servers die.

After each burst there is what the guest was told: nothing lost, nothing twice, no outcome that
changes, no correction that overwrites another's, nothing a stranger sees. `FAULT_SECONDS` says how
long to walk. What failed is walked again first the next time: Hypothesis keeps it in `.hypothesis`.

That it would see what is wrong is shown by walking on programs that lack one of the things that
keep it right.
"""

from __future__ import annotations

import os
import random
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import psutil
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.errors import Flaky
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from infra.local.leash import Leash
from infra.local.services import Postgres as PostgresServer
from shared.folder import open_folder
from shared.postgres import Postgres, open_postgres
from tests import invariants
from tests.service import ROOT, Service, data_folder

from .walk import Guest, Step

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("service")]

SECONDS = float(os.environ.get("FAULT_SECONDS", "40"))
SABOTAGED_S = 420.0
"""So long a broken program is walked on at most: as a rule it is found out in a tenth of it."""
DRAWING = (Path(__file__).parents[1] / "data/examples/pendulum.png").read_bytes()
KILLS = ("nothing", "backends", "workers", "postgres", "valkey")
CUTS, CUT_EVERY_S = 12, 0.05
"""How often all connections are cut, so that some are in the middle of what they do."""

steps = st.builds(
    Step,
    st.sampled_from(
        [
            *(
                "create",
                "create",
                "correct",
                "correct",
                "correct",
            ),  # what is done twice, or at once
            *("delete", "cancel", "share", "unshare", "look", "play"),
        ]
    ),
    st.integers(0, 5),
)


class Town:
    """A service, and what may befall it."""

    def __init__(self, data: Path, template: Path = ROOT / "template.yaml") -> None:
        self._data = data
        self.service = Service(data, template=template)
        self.objects = open_folder((data / "objects").as_uri())

    def connect(self) -> Postgres:
        """A connection to its database, once it can be had."""
        # Only to be asked for its address: it is another that was started.
        return open_postgres(PostgresServer(self._data / "postgres", cast(Leash, None)).url)

    def kill(self, what: str) -> None:
        """Kill all connections, half of the workers, or a server."""
        if what == "backends":
            for _ in range(CUTS):
                self._cut_all()
                time.sleep(CUT_EVERY_S * random.random())
            return
        wanted = {"workers": "awslambdaric", "postgres": "postgres", "valkey": "valkey-server"}
        for process in self.service.processes:
            with suppress(psutil.Error):
                runs = any(part.endswith(wanted.get(what, "?")) for part in process.cmdline())
                if runs and (what != "workers" or random.random() < 0.5):
                    process.kill()

    def _cut_all(self) -> None:
        with suppress(Exception):  # there may be no server now
            connection = self.connect()
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            connection.close()


@contextmanager
def meanwhile(town: Town, kill: str, after_s: float) -> Iterator[None]:
    """Let it happen during a block."""
    killer = threading.Timer(after_s, town.kill, (kill,))
    killer.start()
    try:
        yield
    finally:
        killer.join()


def walk(town: Town, seconds: float, *, remember: bool) -> list[str]:
    """Walk, and say what was found to be wrong before walking on it once more.

    Args:
        remember: whether what fails is walked again the next time.
    """
    until = time.monotonic() + seconds
    bursts = 0
    wrong: list[str] = []

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
            with noted(), meanwhile(town, kill, after_s):
                self.guest.do(many)
            with noted():
                self.guest.look_around(self.connection)
                assert invariants.broken(self.connection) == []

        def teardown(self) -> None:
            if not hasattr(self, "guest"):
                return
            if not wrong:
                with noted():
                    self.guest.wait_for_all()
                    self.guest.look_around(self.connection)
                    assert invariants.unfinished(self.connection) == []
                    invariants.check(self.connection, town.objects, deleted=True)
            self.connection.close()

    @contextmanager
    def noted() -> Iterator[None]:
        try:
            yield
        except AssertionError as error:
            wrong.append(str(error))
            raise

    allowed = settings(
        max_examples=max(1, int(seconds / 10)),
        stateful_step_count=8,
        derandomize=False,
        # What befalls when can't be repeated exactly, so there is nothing to shrink.
        phases=(Phase.explicit, Phase.reuse, Phase.generate),
        suppress_health_check=list(HealthCheck),
        print_blob=True,
        **({} if remember else {"database": None}),
    )
    # Flaky: it failed, and did not when it was walked again.
    with suppress(*(() if remember else (AssertionError, Flaky))):
        run_state_machine_as_test(Walk, settings=allowed)
    assert bursts > 0
    return wrong


def test_whatever_dies_a_guest_finds_what_they_were_told() -> None:
    with data_folder() as data:
        town = Town(data)
        try:
            assert walk(town, SECONDS, remember=True) == []
        finally:
            town.service.stop()


@dataclass(frozen=True)
class Sabotage:
    """What is left out of a program, by the text of a file."""

    file: str
    text: str
    instead: str


SABOTAGES = {
    "a key that holds nobody up": Sabotage(
        "records/idempotency.py",
        "given = claim(transaction, key, now=now)",
        "given = claim(transaction, key, now=now) and None",
    ),
    "no transaction": Sabotage(
        "records/idempotency.py",
        "with database.transaction() as transaction:",
        "for transaction in [database]:",
    ),
    "an older analysis that replaces a newer": Sabotage(
        "records/sketches.py",
        "WHERE id = %(id)s AND analysis_version <= %(version)s",
        "WHERE id = %(id)s",
    ),
    "a correction that forgets those before": Sabotage(
        "records/sketches.py",
        "COALESCE(corrections -> section.key, '{{}}') || (",
        "'{{}}'::jsonb || (",
    ),
    "a job that is closed twice": Sabotage(
        "records/jobs.py", "AND simulation_id = (SELECT id FROM held) AND finished_at IS NULL", ""
    ),
}


@pytest.mark.skipif(SECONDS < SABOTAGED_S / 2, reason="minutes each: FAULT_SECONDS=300 walks them")
@pytest.mark.parametrize("name", SABOTAGES)
def test_the_walk_finds_out_a_program_that_lacks(name: str, tmp_path: Path) -> None:
    sabotage = SABOTAGES[name]
    ignored = shutil.ignore_patterns("web", "__pycache__")
    for part in ("functions", "infra"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=ignored)
    template = Path(shutil.copy(ROOT / "template.yaml", tmp_path))
    file = tmp_path / "functions" / sabotage.file
    right = file.read_text()
    assert sabotage.text in right
    file.write_text(right.replace(sabotage.text, sabotage.instead))
    with data_folder() as data:
        town = Town(data, template)
        try:
            assert walk(town, SABOTAGED_S, remember=False) != []
        finally:
            town.service.stop()
