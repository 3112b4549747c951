"""What the local state machine adds to its tasks: the template's own, from Prepare to Publish.

The tasks only wait, so that what they take together is known.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from infra.local import naming, template
from infra.local.address import HOST, listen, serving
from infra.local.declared import StateMachine
from infra.local.interpreter import Interpreter
from infra.local.leash import Leash

from .harness import Ratio, table

ROOT = Path(__file__).parents[2]
TASK_S = 0.05
TASKS_IN_A_ROW = 6  # Prepare, FindMarks beside ReadLabels, Relate, Compile, Simulate, Publish
ALLOWED_MS = 300.0
ROUNDS = 10
ANYBODY = {"AWS_ACCESS_KEY_ID": "any", "AWS_SECRET_ACCESS_KEY": "any"}


def main() -> str:
    """One row: a drawing that nobody has sent before."""
    (machine,) = template.load(ROOT / "template.yaml").state_machines
    row = asyncio.run(_measure(machine))
    return table(
        "The state machine (fastest of ten; the ratio is what it adds, in shares of 300 ms)", [row]
    )


async def _measure(machine: StateMachine) -> Ratio:
    done: dict[str, asyncio.Event] = {}

    async def functions(scope: Scope, receive: Receive, send: Send) -> None:
        """Lambda's Invoke, of functions that all do the same."""
        given = json.loads(await Request(scope, receive).body())
        await asyncio.sleep(TASK_S)
        if "PublishFunction" in scope["path"]:
            done[given["job_id"]].set()
        await Response(b'"a/key"', media_type="application/json")(scope, receive, send)

    leash = Leash()
    with tempfile.TemporaryDirectory() as folder, listen(0) as listener:
        address = f"http://{HOST}:{listener.getsockname()[1]}"
        interpreter = Interpreter(Path(folder), leash, address, ANYBODY)
        interpreter.prepare()
        try:
            await asyncio.to_thread(interpreter.start, [machine])
            async with serving(functions, listener):
                spent_ms = [
                    await _run(interpreter.url, machine.arn, f"job-{number}", done)
                    for number in range(ROUNDS)
                ]
        finally:
            await asyncio.to_thread(interpreter.stop)
            leash.close()
    ours = min(spent_ms)
    theirs = TASKS_IN_A_ROW * TASK_S * 1000
    added = (ours - theirs) / ALLOWED_MS
    return Ratio("Seven states, asked for over HTTP", ours, theirs, "ms", added, "<= 1")


async def _run(endpoint: str, arn: str, job_id: str, done: dict[str, asyncio.Event]) -> float:
    """How long one execution takes, until its last task is asked for, in milliseconds."""
    done[job_id] = asyncio.Event()
    started = time.perf_counter()
    await asyncio.to_thread(_start, endpoint, arn, job_id)
    async with asyncio.timeout(30):
        await done[job_id].wait()
    return (time.perf_counter() - started) * 1000


def _start(endpoint: str, arn: str, job_id: str) -> None:
    import boto3

    client = boto3.client(
        "stepfunctions",
        endpoint_url=endpoint,
        region_name=naming.REGION,
        aws_access_key_id="any",
        aws_secret_access_key="any",
    )
    given = {"job_id": job_id, "source": "sketch", "request_id": "any"}
    client.start_execution(stateMachineArn=arn, name=job_id, input=json.dumps(given))
