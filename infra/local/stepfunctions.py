"""Step Functions: moto's server, whose ASL interpreter is LocalStack's, over our own workers.

moto sends `lambda:invoke` to its own Lambda, which wants Docker. The client that its task state
uses is replaced by one that invokes our workers: a private name of a package that is pinned, and
`tests/integration/local/test_stepfunctions.py` fails when the replacement stops biting.
"""

import asyncio
import io
import logging
import os
import sys
import threading
import types
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from . import naming
from .authorizers import Invoke
from .declared import StateMachine
from .runtime import FunctionNotFound, RequestTooLarge
from .runtime_api import Answer

_TASKS = "moto.stepfunctions.parser.asl.component.state.exec.state_task"

KEPT_S = 600.0
"""How long an execution can be asked for after its end; AWS keeps them 90 days."""


class StateMachines:
    """A Step Functions endpoint with the template's state machines.

    Args:
        invoke: runs one event through a function; called in `loop`.
        loop: the event loop of the workers.
        at_once: how many executions run at the same time. In AWS all do; here each would slow the
            others down until their tasks time out, so the rest wait for their turn.
        clock: now, in UTC.
    """

    def __init__(
        self,
        machines: Sequence[StateMachine],
        invoke: Invoke,
        loop: asyncio.AbstractEventLoop,
        *,
        at_once: int = 2 * (os.cpu_count() or 1),
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._machines = machines
        self._invoke = invoke
        self._loop = loop
        self._at_once = at_once
        self._clock = clock

    def start(self) -> str:
        """Start the server and create the state machines; the endpoint's address.

        It takes a second, most of which is importing moto.
        """
        _leave_out_batch()
        from moto.core.config import default_user_config
        from moto.server import ThreadedMotoServer
        from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
        from moto.stepfunctions.parser.models import stepfunctions_parser_backends

        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        default_user_config["stepfunctions"]["execute_state_machine"] = True
        setattr(lambda_eval_utils, "boto_client_for", self._client_for)  # noqa: B010  not exported
        _run_in_turn(self._at_once)
        self._server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
        self._server.start()
        self._backend = stepfunctions_parser_backends[naming.ACCOUNT_ID][naming.REGION]
        self._backend.state_machines.clear()
        for machine in self._machines:
            self._backend.create_state_machine(
                name=machine.name,
                definition=machine.definition,
                roleArn=f"arn:{naming.PARTITION}:iam::{naming.ACCOUNT_ID}:role/{machine.name}",
                sm_type=machine.type,
            )
        host, port = self._server.get_host_and_port()
        return f"http://{host}:{port}"

    def stop(self) -> None:
        """Stop the server, and every execution at its next state."""
        for machine in self._backend.state_machines:
            for execution in machine.executions:
                if execution.status == "RUNNING":
                    execution.stop(self._clock(), None, None)
        self._server.stop()

    def forget_finished(self) -> None:
        """Drop the executions that ended a while ago: moto would keep their histories for ever."""
        from moto.stepfunctions.parser.utils import TMP_THREADS

        oldest = self._clock() - timedelta(seconds=KEPT_S)
        for machine in self._backend.state_machines:
            machine.executions[:] = [
                execution
                for execution in machine.executions
                if execution.stop_date is None or execution.stop_date > oldest
            ]
        TMP_THREADS[:] = [thread for thread in TMP_THREADS if thread.is_alive()]

    def _client_for(self, service: str, **_: Any) -> "_TaskClient":
        if service != "lambda":
            raise NotImplementedError(f"a task can't call {service} on one machine")
        return _TaskClient(self._invoke, self._loop)


def _run_in_turn(at_once: int) -> None:
    """Let moto run so many executions at the same time, and the others wait."""
    from moto.stepfunctions.parser.backend import execution
    from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker

    slots = threading.Semaphore(at_once)

    class WorkerInTurn(ExecutionWorker):
        def _execution_logic(self) -> None:
            # What has a next state can be stopped, also while it waits.
            waiting = self.env = self._get_evaluation_environment()
            waiting.next_state_name = "its turn"
            with slots:
                if waiting.is_running():
                    super()._execution_logic()  # type: ignore[no-untyped-call]
                else:
                    self._execution_communication.terminated()

    setattr(execution, "ExecutionWorker", WorkerInTurn)  # noqa: B010  not exported


def _leave_out_batch() -> None:
    """Keep moto's AWS Batch task from being imported.

    It brings EC2's tables of machine types and zones along, two thirds of the whole import.
    """
    name = f"{_TASKS}.service.state_task_service_batch"
    module = types.ModuleType(name)
    module.__dict__["StateTaskServiceBatch"] = _NotHere
    sys.modules.setdefault(name, module)


class _NotHere:
    """A kind of task that one machine can't run."""

    def __init__(self) -> None:
        raise NotImplementedError("tasks of AWS Batch can't run on one machine")


class _TaskClient:
    """The one call that a Lambda task makes of boto3's client."""

    def __init__(self, invoke: Invoke, loop: asyncio.AbstractEventLoop) -> None:
        self._invoke = invoke
        self._loop = loop

    def invoke(self, *, FunctionName: str, Payload: bytes, **_: Any) -> dict[str, Any]:
        running = asyncio.run_coroutine_threadsafe(self._run(FunctionName, Payload), self._loop)
        answer = running.result()
        response = {"StatusCode": 200, "Payload": io.BytesIO(answer.payload)}
        return response | ({"FunctionError": answer.error} if answer.error else {})

    async def _run(self, name: str, payload: bytes) -> Answer:
        try:
            return await self._invoke(name, payload)
        except FunctionNotFound:
            raise _client_error(404, "ResourceNotFoundException", f"no function {name}") from None
        except RequestTooLarge as error:
            raise _client_error(413, "RequestTooLargeException", str(error)) from None


def _client_error(status: int, code: str, message: str) -> ClientError:
    error = {"Error": {"Code": code, "Message": message}}
    metadata = {"ResponseMetadata": {"HTTPStatusCode": status, "RequestId": "local"}}
    return ClientError(error | metadata, "Invoke")
