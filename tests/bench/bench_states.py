"""What the local state machine adds to its tasks: the template's own, from Prepare to Publish.

The tasks only wait, so that what they take together is known.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from pathlib import Path

from infra.local import naming, template
from infra.local.declared import StateMachine
from infra.local.runtime_api import Answer
from infra.local.stepfunctions import StateMachines
from tests.workers import TaskClient

from .harness import Ratio, table

ROOT = Path(__file__).parents[2]
TASK_S = 0.05
TASKS_IN_A_ROW = 6  # Prepare, FindMarks beside ReadLabels, Relate, Compile, Simulate, Publish
ALLOWED_MS = 300.0
ROUNDS = 10


def main() -> str:
    """One row: a drawing that nobody has sent before."""
    logging.disable(logging.ERROR)  # moto logs each Choice that finds a field missing
    (machine,) = template.load(ROOT / "template.yaml").state_machines
    row = asyncio.run(_measure(machine))
    return table(
        "The state machine (fastest of ten; the ratio is what it adds, in shares of 300 ms)", [row]
    )


async def _measure(machine: StateMachine) -> Ratio:
    done: dict[str, asyncio.Event] = {}

    async def invoke(function: str, event: bytes) -> Answer:
        await asyncio.sleep(TASK_S)
        if "PublishFunction" in function:
            done[json.loads(event)["job_id"]].set()
        return Answer(b'"a/key"')

    machines = StateMachines([machine], TaskClient(invoke, asyncio.get_running_loop()))
    endpoint = await asyncio.to_thread(machines.start)
    try:
        spent_ms = []
        for number in range(ROUNDS):
            job_id = f"job-{number}"
            done[job_id] = asyncio.Event()
            started = time.perf_counter()
            await asyncio.to_thread(_start, endpoint, machine.arn, job_id)
            async with asyncio.timeout(30):
                await done[job_id].wait()
            spent_ms.append((time.perf_counter() - started) * 1000)
    finally:
        await asyncio.to_thread(machines.stop)
    ours = min(spent_ms)
    theirs = TASKS_IN_A_ROW * TASK_S * 1000
    added = (ours - theirs) / ALLOWED_MS
    return Ratio("Seven states, asked for over HTTP", ours, theirs, "ms", added, "<= 1")


def _start(endpoint: str, arn: str, job_id: str) -> None:
    import boto3

    client = boto3.client(
        "stepfunctions",
        endpoint_url=endpoint,
        region_name=naming.REGION,
        aws_access_key_id="any",
        aws_secret_access_key="any",
    )
    given = {"job_id": job_id, "source": "sketch"}
    client.start_execution(stateMachineArn=arn, name=job_id, input=json.dumps(given))
