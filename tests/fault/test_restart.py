"""Killing everything at once, in any state of a job, or the state machine: every job ends, once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import cv2
import psutil
import pytest

from records.jobs import STAGES
from tests.service import Client, Service, data_folder

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("service")]

IN_TIME_S = 120.0
EXAMPLE = Path(__file__).parents[1] / "data/examples/pendulum.png"


def drawn(turn: int) -> bytes:
    """The pendulum with one pixel changed: read the same, and known to no cache."""
    pixels = cv2.imread(str(EXAMPLE))
    pixels[0, 0] = turn
    return bytes(cv2.imencode(".png", pixels)[1])


def until_stage(client: Client, job_id: str, stage: str | None) -> str | None:
    """Wait until a job is at a stage or beyond; where it is."""
    order = (None, *STAGES)
    deadline = time.monotonic() + IN_TIME_S
    while time.monotonic() < deadline:
        job = client.job(job_id)
        if order.index(job["stage"]) >= order.index(stage):
            return str(job["stage"])
        assert job["status"] in ("queued", "running"), job
    raise AssertionError(f"the job did not come to {stage}")


class Town:
    """A service that is killed and started again on the same data."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.service = Service(folder)
        self.client = Client(self.service.address)
        self.jobs: list[str] = []

    def fall_and_rise(self) -> None:
        self.service.kill()
        self.service = Service(self._folder)
        self.client = Client(self.service.address, self.client.token)


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    with data_folder() as folder:
        town = Town(folder)
        yield town
        town.service.stop()


@pytest.mark.parametrize("seed, stage", list(enumerate((None, *STAGES))), ids=str)
def test_a_job_that_everything_died_under_is_finished_after_a_restart(
    town: Town, seed: int, stage: str | None
) -> None:
    image = drawn(seed)
    ended = {job_id: town.client.job(job_id) for job_id in town.jobs}
    posted = town.client.draw(image)
    town.jobs.append(posted["job_id"])
    until_stage(town.client, posted["job_id"], stage)

    town.fall_and_rise()

    job = town.client.finish(posted["job_id"])
    assert job["status"] == "succeeded", job["error"]
    simulations = town.client.get("/v1/simulations").json()["items"]
    assert len(simulations) == len(town.jobs)
    assert {each["status"] for each in simulations} == {"succeeded"}
    now = {job_id: town.client.job(job_id) for job_id in ended}
    assert now == ended, "what had ended was touched again"


def test_a_job_whose_state_machine_dies_is_finished_once(town: Town) -> None:
    # A drawing that none of the tests above has sent.
    posted = town.client.draw(drawn(1 + len(STAGES)))
    town.jobs.append(posted["job_id"])
    until_stage(town.client, posted["job_id"], "read")

    for process in town.service.processes:
        with suppress(psutil.NoSuchProcess):
            if "infra.local.stepfunctions" in process.cmdline():
                process.kill()

    job = town.client.finish(posted["job_id"])
    assert job["status"] == "succeeded", job["error"]
    simulations = town.client.get("/v1/simulations").json()["items"]
    assert [each["status"] for each in simulations] == ["succeeded"] * len(town.jobs)
