"""Step Functions: moto's server, whose ASL interpreter is LocalStack's, over our own workers.

moto sends `lambda:invoke` to its own Lambda, which wants Docker. The client that its task state
uses is replaced by one that invokes our workers: a private name of a package that is pinned, and
`tests/integration/local/test_stepfunctions.py` fails when the replacement stops biting.

As a program this is the process that `interpreter.py` starts: it reads what it is to run from its
input, prints its address, and ends when its input does.
"""

import json
import logging
import os
import sys
import threading
import time
import types
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from . import naming
from .declared import StateMachine

_TASKS = "moto.stepfunctions.parser.asl.component.state.exec.state_task"

KEPT_S = 600.0
"""How long an execution can be asked for after its end; AWS keeps them 90 days."""
HOUSEKEEPING_S = 30.0
LONGEST_TASK_S = 900.0
"""A function's time-out ends a task before; Lambda's longest is this."""


class LambdaClient(Protocol):
    """The one call that a Lambda task makes of boto3's client."""

    def invoke(self, *, FunctionName: str, Payload: bytes, **_: Any) -> Mapping[str, Any]:
        """As boto3's; several threads call it at the same time."""


class StateMachines:
    """A Step Functions endpoint with the template's state machines.

    Args:
        functions: runs the tasks.
        at_once: how many executions run at the same time. In AWS all do; here each would slow the
            others down until their tasks time out, so the rest wait for their turn.
        clock: now, in UTC.
    """

    def __init__(
        self,
        machines: Sequence[StateMachine],
        functions: LambdaClient,
        *,
        at_once: int = 2 * (os.cpu_count() or 1),
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._machines = machines
        self._functions = functions
        self._at_once = at_once
        self._clock = clock

    def start(self, port: int = 0) -> str:
        """Start the server and create the state machines; the endpoint's address.

        It takes a second, most of which is importing moto.

        Args:
            port: of this machine; 0 for any that is free.
        """
        import_moto()
        from moto.core.config import default_user_config
        from moto.server import ThreadedMotoServer
        from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
        from moto.stepfunctions.parser.models import stepfunctions_parser_backends

        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        default_user_config["stepfunctions"]["execute_state_machine"] = True
        setattr(lambda_eval_utils, "boto_client_for", self._client_for)  # noqa: B010  not exported
        _run_in_turn(self._at_once)
        self._server = ThreadedMotoServer("127.0.0.1", port, verbose=False)
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

    def _client_for(self, service: str, **_: Any) -> LambdaClient:
        if service != "lambda":
            raise NotImplementedError(f"a task can't call {service} on one machine")
        return self._functions


def import_moto() -> None:
    """Import what `StateMachines.start` needs."""
    _leave_out_batch()
    import moto.server
    import moto.stepfunctions.parser.models
    import moto.stepfunctions.responses  # noqa: F401  else imported at the first request


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


def _functions_at(endpoint: str, at_once: int) -> LambdaClient:
    """boto3's client of a Lambda endpoint; the environment has its credentials."""
    import boto3
    from botocore.config import Config

    client: LambdaClient = boto3.client(
        "lambda",
        endpoint_url=endpoint,
        region_name=naming.REGION,
        config=Config(
            read_timeout=LONGEST_TASK_S,
            # What has been tried again was done twice: that is for the state machine to say.
            retries={"total_max_attempts": 1},
            max_pool_connections=4 * at_once,
        ),
    )
    return client


def main() -> None:
    """Serve until the end of the input, of which the first line says what.

    `{"machines": [{"name": …, "arn": …, "definition": …, "type": …}], "functions": "http://…",
    "port": 0}`
    """
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    import_moto()  # while the parent still reads its template
    given = json.loads(sys.stdin.readline() or "null")
    if given is None:
        return
    at_once = 2 * (os.cpu_count() or 1)
    machines = StateMachines(
        [StateMachine(**machine) for machine in given["machines"]],
        _functions_at(given["functions"], at_once),
        at_once=at_once,
    )
    sys.stdout.write(machines.start(given["port"]) + "\n")
    sys.stdout.flush()
    threading.Thread(target=_keep_house, args=(machines,), daemon=True).start()
    sys.stdin.read()
    os._exit(0)  # executions run in threads, which would be waited for


def _keep_house(machines: StateMachines) -> None:
    while True:
        time.sleep(HOUSEKEEPING_S)
        machines.forget_finished()


if __name__ == "__main__":
    main()
