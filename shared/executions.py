"""Executions of the state machine that turns a job into a simulation."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from .errors import DependencyUnavailable
from .retry import EXECUTIONS, Guard, asked_wait_s

_CONNECT_TIMEOUT_S = 2.0
_SERVER_ERROR = 500
_THROTTLED = "ThrottlingException"


class Executions(Protocol):
    """Starts and stops executions by name.

    Every call raises `shared.errors.DependencyUnavailable` when the service can't be reached.
    """

    def start(self, name: str, given: Mapping[str, Any]) -> bool:
        """Start an execution; False where one of this name was started before.

        A name is used once, also after its execution has ended: starting twice runs once.
        """
        ...

    def stop(self, name: str, reason: str) -> None:
        """Stop an execution; nothing happens where none runs under this name."""
        ...

    def is_running(self, name: str) -> bool:
        """Whether an execution of this name is under way."""
        ...

    def check(self) -> None:
        """Return if executions could be started."""
        ...


class StepFunctions:
    """AWS Step Functions, and the local interpreter that speaks its API.

    Args:
        machine_arn: of the state machine.
        connect: makes the boto3 client; left out, a real one is made at the first call.
        guard: what calls it.
    """

    def __init__(
        self,
        machine_arn: str,
        connect: Callable[[], Any] | None = None,
        guard: Guard | None = None,
    ) -> None:
        self._machine_arn = machine_arn
        self._guard = guard or Guard(EXECUTIONS)
        self._connect = connect or _connect
        self._made: Any = None

    def start(self, name: str, given: Mapping[str, Any]) -> bool:
        """Start an execution; see `Executions`."""
        try:
            self._call(
                "start_execution",
                stateMachineArn=self._machine_arn,
                name=name,
                input=json.dumps(given),
            )
        except _Refused as refused:
            if refused.code == "ExecutionAlreadyExists":
                return False
            raise DependencyUnavailable() from refused
        return True

    def stop(self, name: str, reason: str) -> None:
        """Stop an execution; see `Executions`."""
        try:
            self._call("stop_execution", executionArn=self._arn_of(name), cause=reason)
        except _Refused as refused:
            # An execution that has ended may be stopped again (AWS), or is refused (moto).
            if refused.code not in ("ExecutionDoesNotExist", "ValidationException"):
                raise DependencyUnavailable() from refused

    def is_running(self, name: str) -> bool:
        """Whether it is under way; see `Executions`."""
        try:
            found = self._call("describe_execution", executionArn=self._arn_of(name))
        except _Refused as refused:
            if refused.code == "ExecutionDoesNotExist":
                return False
            raise DependencyUnavailable() from refused
        return bool(found["status"] == "RUNNING")

    def check(self) -> None:
        """Describe the state machine; see `Executions`."""
        try:
            self._call("describe_state_machine", stateMachineArn=self._machine_arn)
        except _Refused as refused:
            raise DependencyUnavailable() from refused

    def _arn_of(self, name: str) -> str:
        return f"{self._machine_arn.replace(':stateMachine:', ':execution:')}:{name}"

    def _call(self, operation: str, **arguments: str) -> Any:
        return self._guard.call(lambda: self._call_once(operation, arguments))

    def _call_once(self, operation: str, arguments: Mapping[str, str]) -> Any:
        from botocore.exceptions import BotoCoreError, ClientError

        if self._made is None:
            self._made = self._connect()
        try:
            return getattr(self._made, operation)(**arguments)
        except ClientError as error:
            code, answer = error.response["Error"]["Code"], error.response["ResponseMetadata"]
            if answer["HTTPStatusCode"] >= _SERVER_ERROR or code == _THROTTLED:
                asked = asked_wait_s(answer["HTTPHeaders"].items())
                raise DependencyUnavailable(asked_wait_s=asked) from error
            raise _Refused(code) from error
        except BotoCoreError as error:
            raise DependencyUnavailable() from error


class _Refused(Exception):
    """The service answered with an error; `code` is its name."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def _connect() -> Any:
    import boto3
    from botocore.config import Config

    return boto3.client(
        "stepfunctions",
        config=Config(
            connect_timeout=_CONNECT_TIMEOUT_S,
            read_timeout=EXECUTIONS.timeout_s,
            retries={"total_max_attempts": 1},
        ),
    )
