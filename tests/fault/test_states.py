"""Every state of the state machine, failing in every way: its job is mended, or ends with a clear
problem, and is never stuck."""

from __future__ import annotations

import json
import struct
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import invariants
from tests.service import Client, data_folder

from .sabotage import Fault, Plan, Town, always, once, sabotaged_stack

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("service")]

PNG = (Path(__file__).parents[1] / "data/examples/pendulum.png").read_bytes()
OF_A_DRAWING = (
    "Prepare",
    "Record",
    "FindMarks",
    "ReadLabels",
    "Relate",
    "Compile",
    "Simulate",
    "Publish",
)
FUNCTIONS = (*OF_A_DRAWING, "ReadSentence")
TRIES_AFTER_A_CRASH = 2
OURS = "The failure was recorded. Quote the request id if you report it."
Job = dict[str, Any]


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    with (
        data_folder() as data,
        pytest.MonkeyPatch.context() as patch,
        sabotaged_stack(data, patch) as town,
    ):
        yield town


@pytest.fixture(scope="module")
def client(town: Town) -> Client:
    return Client(town.address)


def drawing() -> bytes:
    """The pendulum with a comment, so that no cache knows it."""
    comment = b"tEXtComment\0" + str(time.perf_counter_ns()).encode()
    length, check = struct.pack(">I", len(comment) - 4), struct.pack(">I", zlib.crc32(comment))
    return PNG[:-12] + length + comment + check + PNG[-12:]


def send(town: Town, client: Client, function: str, plan: Plan) -> str:
    """Send what makes a function work, which then meets the plan; the job's id."""
    if function in OF_A_DRAWING:
        posted = client.draw(drawing())
    else:
        posted = client.post("/v1/simulations", json={"prompt": "a ball falls"}).json()
    town.sabotage.plan(posted["job_id"], plan)
    return str(posted["job_id"])


def ended(town: Town, client: Client, plans: dict[str, Plan]) -> dict[str, Job]:
    """How the jobs ended that met these plans, one for each function; and nothing is broken."""
    jobs = {function: send(town, client, function, plan) for function, plan in plans.items()}
    found = {function: client.finish(job_id) for function, job_id in jobs.items()}
    connection = town.connect()
    invariants.check(connection, town.objects)
    connection.close()
    return found


@pytest.mark.parametrize("fault", [Fault.KILLED, Fault.LOST, Fault.TIMED_OUT], ids=str)
def test_a_state_that_fails_for_a_while_is_tried_again_and_its_work_is_done_once(
    town: Town, client: Client, fault: Fault
) -> None:
    plans = {each: once(**{each: (Fault.UNAVAILABLE, fault)}) for each in FUNCTIONS}

    for function, job in ended(town, client, plans).items():
        assert (job["status"], job["error"]) == ("succeeded", None), function
        assert plans[function].met == {f"{function}Function": [Fault.UNAVAILABLE, fault]}


@pytest.mark.parametrize(
    ("fault", "tries"),
    [
        (Fault.CRASH, 1),
        (Fault.KILLED, TRIES_AFTER_A_CRASH),
        (Fault.TIMED_OUT, TRIES_AFTER_A_CRASH),
    ],
    ids=str,
)
def test_a_state_that_fails_for_good_fails_its_job_with_a_clear_problem(
    town: Town, client: Client, fault: Fault, tries: int
) -> None:
    plans = {each: always(**{each: fault}) for each in FUNCTIONS}

    for function, job in ended(town, client, plans).items():
        if (function, fault, job["status"]) == ("Publish", Fault.KILLED, "succeeded"):
            continue  # it was killed once the job was done
        assert job["status"] == "failed", function
        assert (job["error"]["code"], job["error"]["detail"]) == ("INTERNAL", OURS)
        # A failed branch of two ends the other, which may then not be tried again.
        most = tries if function != "Record" else 3 * tries
        assert 1 <= len(plans[function].met[f"{function}Function"]) <= most


def test_a_store_that_stays_down_is_said_to_be_down(town: Town, client: Client) -> None:
    plans = {each: always(**{each: Fault.UNAVAILABLE}) for each in ("Compile", "ReadSentence")}

    for function, job in ended(town, client, plans).items():
        assert job["status"] == "failed", function
        assert job["error"]["code"] == "DEPENDENCY_UNAVAILABLE"
        assert job["error"]["retry_after"] > 0
        assert len(plans[function].met[f"{function}Function"]) == 6


@pytest.mark.parametrize("fault", list(Fault), ids=str)
def test_fail_itself_may_fail_and_the_job_has_the_first_problem(
    town: Town, client: Client, fault: Fault
) -> None:
    plan = once(Compile=(Fault.CRASH,), Fail=(fault,))

    job = ended(town, client, {"ReadSentence": plan})["ReadSentence"]

    assert (job["status"], job["error"]["code"]) == ("failed", "INTERNAL")
    assert plan.met["FailFunction"] == [fault]


def test_a_job_whose_fail_never_works_is_closed_by_the_schedule(town: Town, client: Client) -> None:
    job_id = send(town, client, "ReadSentence", always(Compile=Fault.CRASH, Fail=Fault.CRASH))
    deadline = time.monotonic() + 120
    while not (job := client.job(job_id))["finished_at"]:
        assert time.monotonic() < deadline, job
        town.invoke("ResumeJobsFunction", {"idle_s": 0})
        time.sleep(0.3)

    assert (job["status"], job["error"]["code"]) == ("failed", "INTERNAL")
    assert "started several times" in job["error"]["detail"]
    connection = town.connect()
    invariants.check(connection, town.objects)
    connection.close()


def test_a_request_is_found_in_the_log_of_every_function_that_worked_for_it(
    town: Town, client: Client
) -> None:
    answer = client.post("/v1/sketches", content=drawing(), headers={"content-type": "image/png"})
    town.sabotage.plan(answer.json()["job_id"], once())
    assert client.finish(answer.json()["job_id"])["status"] == "succeeded"

    request_id = answer.headers["x-request-id"]
    for function in ("Sketches", *OF_A_DRAWING):
        log = town.data / "logs" / f"{function}Function.log"
        lines = [json.loads(line) for line in log.read_text().splitlines() if line[:1] == "{"]
        assert any(
            line.get("request_id") == request_id and line.get("message") == "invocation"
            for line in lines
        ), function
