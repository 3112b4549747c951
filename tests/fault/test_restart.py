"""Killing everything at once, in any state of a job, and starting again: every job ends, once."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from records.jobs import STAGES
from tests.drawings.draw import draw
from tests.service import Client, Service, data_folder

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("service")]

IN_TIME_S = 120.0


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


@pytest.fixture(scope="module")
def folder():
    with data_folder() as data:
        yield data


@pytest.mark.parametrize("seed, stage", list(enumerate((None, *STAGES))), ids=str)
def test_a_job_that_everything_died_under_is_finished_after_a_restart(
    folder: Path, seed: int, stage: str | None
) -> None:
    drawing = draw("pendulum", "clean", 40 + seed)
    service = Service(folder)
    client = Client(service.address)
    done = client.post(
        "/v1/simulations", json={"mjcf": "<mujoco><worldbody/></mujoco>", "duration": 0.1}
    ).json()
    ended = client.finish(done["job_id"])
    posted = client.draw(drawing.image, drawing.media_type)
    until_stage(client, posted["job_id"], stage)
    service.kill()

    service = Service(folder)
    try:
        client = Client(service.address, client.token)
        job = client.finish(posted["job_id"])
        assert job["status"] == "succeeded", job["error"]
        simulations = client.get("/v1/simulations").json()["items"]
        assert len(simulations) == 2
        assert all(each["status"] != "running" for each in simulations)
        assert client.job(done["job_id"]) == ended, "what had ended was touched again"
    finally:
        service.stop()
